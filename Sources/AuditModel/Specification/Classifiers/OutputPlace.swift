import Basics

/// Where a model's number for one finding stands: `1`, `[0, 1]`, or `{ "output": "effusion", "index": 0 }`.
package struct OutputPlace: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// Name of the output; nil for the only one, or the one that `output` names for all findings.
  package var output: String?
  /// One place per dimension after the image, or one place in an output that has a single row.
  package var index: [Int]

  package init(output: String? = nil, index: [Int]) {
    self.output = output
    self.index = index
  }

  package init(integerLiteral value: Int) { self.init(index: [value]) }

  /// `effusion[0, 1]`, or the number alone.
  package var text: String {
    if output == nil, index.count == 1 { return "\(index[0])" }
    return "\(output ?? "")[\(index.map(String.init).joined(separator: ", "))]"
  }
}

extension OutputPlace {
  /// Reads one member of `outputs`.
  static func read(_ value: JSONValue, _ keyPath: String, in object: ObjectReader) -> OutputPlace? {
    switch value.content {
    case .object:
      guard let place = ObjectReader(value, keyPath: keyPath, faults: object.faults) else {
        return nil
      }
      place.allowOnly(["output", "index"])
      let output = place.requiredString("output", example: "\"effusion\"")
      guard let member = place.member("index") else {
        return output.map { OutputPlace(output: $0, index: [0]) }
      }
      guard let index = indices(member, place.path("index"), in: object), let output else {
        return nil
      }
      return OutputPlace(output: output, index: index)
    default:
      return indices(value, keyPath, in: object).map { OutputPlace(index: $0) }
    }
  }

  private static func indices(_ value: JSONValue, _ keyPath: String, in object: ObjectReader)
    -> [Int]?
  {
    guard case .array(let elements) = value.content else {
      return object.integer(value, keyPath, in: 0...1_000_000).map { [$0] }
    }
    let found = elements.enumerated().compactMap {
      object.integer($1, "\(keyPath)[\($0)]", in: 0...1_000_000)
    }
    guard !elements.isEmpty, elements.count <= 4 else {
      object.faults.add(
        "\(keyPath) must be an index, or one index per dimension after the image",
        at: value.position)
      return nil
    }
    return found.count == elements.count ? found : nil
  }
}
