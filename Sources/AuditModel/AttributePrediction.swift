import Vocabulary

/// What one output of an attribute predictor says about an image.
package enum AttributePrediction: Sendable, Hashable {
  /// The attribute's number, such as years; the output `age`.
  case number(attribute: String)
  /// A score that grows with how sure the predictor is of one value; the output `sex:Female`.
  /// Where an attribute has one such output only, scores from 0.5 up mean the value.
  case value(attribute: String, value: String)

  /// Reads `attribute` or `attribute:value`.
  package init(outputName: String) {
    guard let colon = outputName.firstIndex(of: ":") else {
      self = .number(attribute: outputName)
      return
    }
    let value = outputName[outputName.index(after: colon)...].drop { $0 == " " }
    self = .value(attribute: String(outputName[..<colon]), value: String(value))
  }

  package var outputName: String {
    switch self {
    case .number(let attribute): attribute
    case .value(let attribute, let value): "\(attribute):\(value)"
    }
  }

  package var attribute: String {
    switch self {
    case .number(let attribute), .value(let attribute, _): attribute
    }
  }

  /// Whether it is of the attribute's kind: a number of a number, a named value of categories.
  package func fits(_ attribute: Attribute) -> Bool {
    switch self {
    case .number(let name): name == attribute.name && attribute.kind == .number
    case .value(let name, let value):
      name == attribute.name && attribute.kind == .categories && !value.isEmpty
    }
  }

  /// The outputs that a cohort of these attribute values can be checked with.
  package static func all(of grid: AttributeGrid) -> [AttributePrediction] {
    grid.entries.flatMap { entry -> [AttributePrediction] in
      entry.attribute.kind == .number
        ? [.number(attribute: entry.attribute.name)]
        : entry.values.map { .value(attribute: entry.attribute.name, value: $0) }
    }
  }
}
