/// Values that the program builds, and strict JSON of any value.
///
/// Numbers are kept as digits: those of a file as they were written, those of the program with the shortest
/// digits that read back equal.
extension JSONValue {
  package static let null = JSONValue(.null, at: .built)

  package static func boolean(_ value: Bool) -> JSONValue { JSONValue(.boolean(value), at: .built) }

  /// 64-bit seeds above `Int64.max` included.
  package static func integer(_ value: some BinaryInteger) -> JSONValue {
    JSONValue(.number("\(value)"), at: .built)
  }

  /// Whole numbers without a fraction, so that `1` and `1.0` in a spec are the same value; `null` where the
  /// number is not finite.
  package static func number(_ value: Double) -> JSONValue {
    guard value.isFinite else { return .null }
    let isWhole = value == value.rounded() && abs(value) < 9_007_199_254_740_992
    return JSONValue(.number(isWhole ? String(Int64(value)) : "\(value)"), at: .built)
  }

  package static func string(_ value: String) -> JSONValue { JSONValue(.string(value), at: .built) }

  package static func array(_ elements: [JSONValue]) -> JSONValue {
    JSONValue(.array(elements), at: .built)
  }

  /// - Parameter members: In the order in which they are written; names are distinct.
  package static func object(_ members: [(name: String, value: JSONValue)]) -> JSONValue {
    let all = members.map { JSONMember(name: $0.name, position: .built, value: $0.value) }
    return JSONValue(.object(all), at: .built)
  }

  /// An object from a dictionary, names in ascending order.
  package static func object(_ members: [String: JSONValue]) -> JSONValue {
    .object(members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
  }

  /// One line without spaces, members sorted by name: equal values give equal bytes.
  package var canonicalText: String { JSONWriter.text(of: self, isSorted: true) }

  /// One line without spaces, members in the order given.
  package var lineText: String { JSONWriter.text(of: self) }

  /// Indented by two spaces, members in the order given, without a final line end.
  package var prettyText: String { JSONWriter.text(of: self, indentation: 0) }
}

/// Writes a value as strict JSON.
private struct JSONWriter {
  let isSorted: Bool
  var text = ""

  /// - Parameter indentation: nil for one line.
  static func text(of value: JSONValue, indentation: Int? = nil, isSorted: Bool = false) -> String {
    var writer = JSONWriter(isSorted: isSorted)
    writer.write(value, indentation: indentation)
    return writer.text
  }

  private mutating func write(_ value: JSONValue, indentation: Int?) {
    switch value.content {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .number(let digits):
      // What Python writes and strict JSON has not.
      text += digits.hasSuffix("N") || digits.hasSuffix("y") ? "null" : digits
    case .string(let value): write(value)
    case .array(let elements):
      writeList("[", "]", elements, indentation: indentation) { writer, element, inner in
        writer.write(element, indentation: inner)
      }
    case .object(let members):
      let ordered = isSorted ? members.sorted { $0.name < $1.name } : members
      writeList("{", "}", ordered, indentation: indentation) { writer, member, inner in
        writer.write(member.name)
        writer.text += inner == nil ? ":" : ": "
        writer.write(member.value, indentation: inner)
      }
    }
  }

  private mutating func writeList<Element>(
    _ opening: String, _ closing: String, _ elements: [Element], indentation: Int?,
    writeElement: (inout JSONWriter, Element, Int?) -> Void
  ) {
    text += opening
    let inner = indentation.map { $0 + 2 }
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      writeElement(&self, element, inner)
    }
    if let indentation, !elements.isEmpty {
      text += "\n" + String(repeating: " ", count: indentation)
    }
    text += closing
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x2028 || scalar.value == 0x2029:
        let code = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
