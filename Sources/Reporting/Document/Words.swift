import AuditModel

/// The words, and shapes in text, that stand for states; the same in every format.
extension Judgement.Kind {
  var word: String {
    switch self {
    case .flagged: "Flagged"
    case .withinDelta: "Within δ"
    case .inconclusive: "Inconclusive"
    case .notEvaluable: "Not evaluable"
    }
  }

  /// A shape that stays distinct in grey and in plain text.
  var shape: String {
    switch self {
    case .flagged: "▲"
    case .withinDelta: "●"
    case .inconclusive: "◆"
    case .notEvaluable: "○"
    }
  }
}

extension GateResult.Status {
  var word: String {
    switch self {
    case .pass: "Pass"
    case .fail: "Fail"
    case .warn: "Warning"
    case .notRun: "Not run"
    }
  }

  var shape: String {
    switch self {
    case .pass: "●"
    case .fail: "▲"
    case .warn: "◆"
    case .notRun: "○"
    }
  }
}

extension GroupMeasures.Status {
  /// nil for a cell that was evaluated as planned.
  var word: String? {
    switch self {
    case .ok: nil
    case .smallCell: "small cell"
    case .notEstimable: "not estimable"
    case .notEvaluable: "not evaluable"
    }
  }
}

extension PolicyCheck.Status {
  var words: String {
    switch self {
    case .pass: "within"
    case .fail: "above"
    case .notEvaluable: "not evaluable"
    }
  }
}

enum Words {
  static let synthetic = "synthetic"

  /// `sex*age` as `sex × age`.
  static func attribute(_ name: String) -> String {
    name.replacing("*", with: " × ")
  }

  static func title(ofAttribute name: String) -> String {
    let words = attribute(name)
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  static func group(_ name: String) -> String {
    name == "overall" ? "All cases" : name.replacing("*", with: ", ")
  }

  /// A bin of numbers with what it is a number of: `age 60-79`.
  static func group(_ name: String, by attribute: String) -> String {
    name.first?.isNumber == true && !attribute.contains("*") ? "\(attribute) \(name)" : group(name)
  }

  static func multiplicity(_ name: String) -> String {
    switch name {
    case "holm": "Holm"
    case "benjaminiHochberg": "Benjamini–Hochberg"
    case "none": "none"
    default: name
    }
  }

  /// `1 image`, `2 images`.
  static func counted(_ count: Int, _ one: String, _ many: String) -> String {
    NumberText.count(count) + "\u{00A0}" + (count == 1 ? one : many)
  }
}
