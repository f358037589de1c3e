import AuditModel
import Basics
import Statistics

/// The operating threshold of each table, with its origin in words.
struct ThresholdSelection {
  let specification: AnalysisSpecification
  /// Thresholds decided elsewhere, by `classifier/finding` or by finding.
  let given: [String: ThresholdRecord]
  let tables: [EvaluationTable]

  enum Choice {
    case threshold(ThresholdRecord, key: String)
    case none(reason: String)

    var value: Double? {
      if case .threshold(let record, _) = self { record.value } else { nil }
    }
  }

  /// - Throws: ``AuditFailure`` when a rule names a set of scores that is not there.
  func choose(for table: EvaluationTable) throws -> Choice {
    let perClassifier = "\(table.classifier)/\(table.finding)"
    if let record = given[perClassifier] { return .threshold(record, key: perClassifier) }
    if let record = given[table.finding] { return .threshold(record, key: table.finding) }
    let own = specification.classifierThresholds[table.finding]?[table.classifier]
    switch own ?? specification.thresholds[table.finding] {
    case .value(let value):
      return .threshold(
        ThresholdRecord(
          value: value,
          origin: own == nil
            ? "fixed in the plan" : "fixed in the plan for \(table.classifier)"),
        key: own == nil ? table.finding : perClassifier)
    case .sensitivity(let target, let chosenOn):
      return try byRule(
        table, chosenOn, "largest threshold with a sensitivity of at least \(Words.percent(target))"
      ) { OperatingPoint.threshold(sensitivity: target, scores: $0, labels: $1) }
    case .specificity(let target, let chosenOn):
      return try byRule(
        table, chosenOn,
        "smallest threshold with a specificity of at least \(Words.percent(target))"
      ) { OperatingPoint.threshold(specificity: target, scores: $0, labels: $1) }
    case .maximumF1(let chosenOn):
      return try byRule(table, chosenOn, "threshold of the largest F1") {
        OperatingPoint.thresholdOfMaximumF1(scores: $0, labels: $1)
      }
    case nil:
      guard table.areProbabilities else {
        return .none(
          reason: "no threshold is declared for \(table.finding) and the scores of "
            + "\(table.classifier) are not within 0 to 1, so decisions were not judged")
      }
      return .threshold(
        ThresholdRecord(value: 0.5, origin: "0.5 by default: the plan declares no threshold"),
        key: table.finding)
    }
  }

  private func byRule(
    _ table: EvaluationTable, _ chosenOn: String?, _ words: String,
    _ rule: ([Double], [Bool]) -> Double?
  ) throws -> Choice {
    let candidates = tables.filter {
      $0.classifier == table.classifier && $0.finding == table.finding
    }
    let source: EvaluationTable?
    if let chosenOn {
      source = candidates.first { $0.cohort == chosenOn }
      guard source != nil else {
        throw AuditFailure(
          "analysis.thresholds.\(table.finding).chosenOn names '\(chosenOn)', but \(table.classifier) "
            + "has no scores of that name",
          hint: "use \"real\" or \"synthetic\", or give the threshold as a number")
      }
    } else {
      source = candidates.first { $0.cohort == "real" } ?? candidates.first
    }
    guard let source, let value = rule(source.scores, source.labels) else {
      return .none(
        reason: "the threshold rule for \(table.finding) needs both classes among the scores of "
          + "\(table.classifier)")
    }
    var origin = "\(words), chosen on the pooled scores of the \(source.cohort) cohort"
    if source.cohort == table.cohort {
      origin += " that is also audited, so overall rates are slightly optimistic"
    }
    return .threshold(
      ThresholdRecord(value: value, origin: origin), key: "\(table.classifier)/\(table.finding)")
  }
}

extension EvaluationTable {
  /// True when every score lies in 0...1, so that it may be read as a probability.
  var areProbabilities: Bool {
    !scores.isEmpty && scores.allSatisfy { $0 >= 0 && $0 <= 1 }
  }
}
