/// What one output of an attribute predictor says about an image.
package enum AttributePrediction: Sendable, Hashable {
  /// Age in years; the output `age`.
  case age
  /// A score that grows with how sure the predictor is of one value; the output `sex:Female`.
  /// Where an attribute has one such output only, scores from 0.5 up mean the value.
  case value(attribute: String, value: String)

  /// - Returns: nil when `outputName` names no attribute or no value.
  package init?(outputName: String) {
    if outputName == "age" {
      self = .age
      return
    }
    let parts = outputName.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, ["sex", "race"].contains(String(parts[0])) else { return nil }
    let value = parts[1].drop { $0 == " " }
    guard !value.isEmpty else { return nil }
    self = .value(attribute: String(parts[0]), value: String(value))
  }

  package var outputName: String {
    switch self {
    case .age: "age"
    case .value(let attribute, let value): "\(attribute):\(value)"
    }
  }

  package var attribute: String {
    switch self {
    case .age: "age"
    case .value(let attribute, _): attribute
    }
  }

  /// The outputs that a cohort of these attribute values can be checked with.
  package static func all(of grid: AttributeGrid) -> [AttributePrediction] {
    grid.sex.map { .value(attribute: "sex", value: $0) }
      + (grid.age.isEmpty ? [] : [.age])
      + grid.race.map { .value(attribute: "race", value: $0) }
  }
}
