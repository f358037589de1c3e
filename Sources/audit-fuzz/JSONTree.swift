import Basics

/// A JSON value that can be changed anywhere and written again; numbers keep their digits.
indirect enum JSONTree {
  case null
  case boolean(Bool)
  case number(String)
  case string(String)
  case array([JSONTree])
  case object([(name: String, value: JSONTree)])

  /// - Returns: nil where the bytes are no JSON.
  init?(_ bytes: [UInt8]) {
    guard let value = try? JSON5Reader.value(of: bytes, path: "fuzzed.json") else { return nil }
    self.init(value)
  }

  private init(_ value: JSON5Value) {
    switch value.content {
    case .null: self = .null
    case .boolean(let flag): self = .boolean(flag)
    case .number(let digits): self = .number(digits)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .array(elements.map { JSONTree($0) })
    case .object(let members):
      self = .object(members.map { (name: $0.name, value: JSONTree($0.value)) })
    }
  }

  /// Strict JSON on one line.
  var text: String {
    var result = ""
    write(to: &result)
    return result
  }

  private func write(to result: inout String) {
    func list<Element>(
      _ elements: [Element], _ brackets: (String, String), _ body: (Element, inout String) -> Void
    ) {
      result += brackets.0
      for (index, element) in elements.enumerated() {
        if index > 0 { result += "," }
        body(element, &result)
      }
      result += brackets.1
    }
    switch self {
    case .null: result += "null"
    case .boolean(let flag): result += flag ? "true" : "false"
    case .number(let digits): result += digits
    case .string(let text): result += WritableJSON.string(text).canonicalText
    case .array(let elements): list(elements, ("[", "]")) { $0.write(to: &$1) }
    case .object(let members):
      list(members, ("{", "}")) { member, result in
        result += WritableJSON.string(member.name).canonicalText + ":"
        member.value.write(to: &result)
      }
    }
  }

  /// The member of an object.
  subscript(_ name: String) -> JSONTree? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The elements of a list; none for everything else.
  var elements: [JSONTree] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  /// A number as an index; nil for everything else.
  var index: Int? {
    guard case .number(let digits) = self else { return nil }
    return Int(digits).map { $0 & 0xFFFF }
  }
}
