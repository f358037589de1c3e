import AuditModel
import Basics
import Fairness
import Foundation
import Vocabulary

/// Looks at scores before they are judged, and at what came of them: a wrong range, a second sigmoid
/// and percentages against a threshold of 0.5 give numbers too.
struct ScoreChecks {
  let specification: AuditSpecification

  /// Fewer scores say nothing about a model.
  private static let minimumCount = 10
  /// Between the sigmoid of 0 and of 1.
  private static let sigmoidOfShares = 0.5...0.731_058_58

  /// Stops at scores that only their owner can explain.
  /// - Parameter tables: With scores as they are judged.
  /// - Throws: ``AuditFailure`` with the question and the key that answers it.
  func ask(about tables: [EvaluationTable]) throws {
    for classifier in specification.classifiers + specification.referencePanel {
      let own = tables.filter {
        $0.classifier == classifier.name && $0.scores.count >= Self.minimumCount
      }
      guard !own.isEmpty else { continue }
      if case .onnx(let onnx) = classifier.source {
        try askAboutModel(classifier, onnx, own)
      }
      for table in own { try askAboutScale(classifier, table) }
    }
  }

  private func askAboutModel(
    _ classifier: ClassifierSpecification, _ onnx: OnnxSpecification, _ tables: [EvaluationTable]
  ) throws {
    let span = tables.map { ($0.scores.max() ?? 0) - ($0.scores.min() ?? 0) }.max() ?? 0
    if span < 0.01, !classifier.accepted.contains(.scoresAlike) {
      let example = tables[0].scores.min() ?? 0
      throw AuditFailure(
        "all scores of the classifier '\(classifier.name)' lie within \(number(span)) of each other, "
          + "near \(number(example)): is its input right? Pixels become "
          + "[\(number(onnx.rangeLower)), \(number(onnx.rangeUpper))] before mean and std",
        hint: "correct 'range', 'mean', 'std' or 'activation' (torchxrayvision's models take "
          + "\"range\": [-1024, 1024]), or add \"accept\": [\"scoresAlike\"] if its scores are like this"
      )
    }
    let isDouble = tables.allSatisfy { $0.scores.allSatisfy(Self.sigmoidOfShares.contains) }
    if onnx.activation == .sigmoid, isDouble, !classifier.accepted.contains(.activationTwice) {
      throw AuditFailure(
        "all outputs of the classifier '\(classifier.name)' lie between 0 and 1 before the sigmoid that "
          + "the spec asks for (or takes for granted): are they probabilities already?",
        hint:
          "write \"activation\": \"none\" if they are, or \"accept\": [\"activationTwice\"] if not")
    }
  }

  private func askAboutScale(_ classifier: ClassifierSpecification, _ table: EvaluationTable) throws
  {
    // Other scales have values of their own beyond 0…1.
    if !classifier.accepted.contains(.valueApart),
      classifier.scoreScale == nil || classifier.scoreScale == .probability,
      let mark = Self.valueApart(table.scores)
    {
      throw AuditFailure(
        "\(mark.count) of \(table.scores.count) scores of the classifier '\(classifier.name)' for "
          + "'\(table.finding)' are \(number(mark.value)), and all others lie between 0 and 1: do they "
          + "mean that there is no score?",
        hint:
          "leave such cells empty (or answer null), or add \"accept\": [\"valueApart\"] if they are "
          + "scores")
    }
    let lowest = table.scores.min() ?? 0
    let highest = table.scores.max() ?? 0
    if let scale = classifier.scoreScale {
      guard scale != .own, !(0...1).contains(lowest) || !(0...1).contains(highest) else { return }
      throw AuditFailure(
        "the classifier '\(classifier.name)' is declared to give "
          + "\(scale == .percent ? "percentages" : "probabilities") of '\(table.finding)', and its "
          + "scores reach from \(number(lowest)) to \(number(highest)) as probabilities",
        hint: "correct \"scoreScale\": \"probability\", \"percent\", \"logit\" or \"own\"")
    }
    guard let threshold = threshold(of: table), threshold > 0, threshold < 1,
      lowest < -0.5 || highest > 1.5
    else { return }
    let likely = lowest >= 0 && highest <= 100 ? "percent" : "logit"
    throw AuditFailure(
      "the scores of the classifier '\(classifier.name)' for '\(table.finding)' reach from "
        + "\(number(lowest)) to \(number(highest)), and its threshold is \(number(threshold)): are they "
        + (likely == "percent" ? "percentages?" : "logits?"),
      hint: "say so, \"scoreScale\": \"\(likely)\" beside the classifier's name, or \"own\" if the "
        + "threshold is meant on the scale of these scores")
  }

  /// The one value well outside 0…1, where it is there more than once and all other scores lie within.
  static func valueApart(_ scores: [Double]) -> (value: Double, count: Int)? {
    let outside = scores.filter { !(0...1).contains($0) }
    guard let value = outside.first, outside.count > 1, outside.count < scores.count,
      outside.allSatisfy({ $0 == value }), value < -0.5 || value > 1.5
    else { return nil }
    return (value, outside.count)
  }

  private func threshold(of table: EvaluationTable) -> Double? {
    let rules = specification.analysis
    guard
      case .value(let value)? = rules.classifierThresholds[table.finding]?[table.classifier]
        ?? rules.thresholds[table.finding]
    else { return nil }
    return value
  }

  /// Adds what a reader must know of scores that look wrong: in the outcome's cautions and among the
  /// reasons of every verdict that rests on them.
  func caution(_ outcome: inout AnalysisOutcome, tables: [EvaluationTable]) {
    for row in outcome.overall {
      let table = tables.first {
        $0.classifier == row.classifier && $0.cohort == row.cohort && $0.finding == row.finding
      }
      for sentence in sentences(about: row, scores: table?.scores ?? []) {
        outcome.cautions.append(sentence)
        for index in outcome.verdicts.indices
        where outcome.verdicts[index].classifier == row.classifier
          && outcome.verdicts[index].cohort == row.cohort
          && outcome.verdicts[index].finding == row.finding
        {
          outcome.verdicts[index].reasons.append(sentence)
        }
      }
    }
  }

  private func sentences(about row: SubgroupResult, scores: [Double]) -> [String] {
    let who = "\(row.classifier) for \(row.finding) (\(row.cohort))"
    let count = row.positives + row.negatives
    guard count >= Self.minimumCount else { return [] }
    var found: [String] = []
    if let first = scores.first, scores.allSatisfy({ $0 == first }) {
      return ["\(who): all \(count) images have the same score, \(number(first))."]
    }
    if Set(scores) == [0, 1] {
      found.append(
        "\(who): all scores are 0 or 1, as decisions are, so the AUC is the mean of sensitivity and "
          + "specificity of that decision and tells nothing about other thresholds.")
    }
    if let auc = row.auc, let upper = row.upper, auc < 0.4, upper < 0.5 {
      found.append(
        "\(who): an AUC of \(number(auc)) is far below 0.5, so images without the finding get the higher "
          + "scores. Scores or labels may be inverted; no result here is believable until that is known."
      )
    }
    if let called = row.truePositives.flatMap({ hits in row.falsePositives.map { hits + $0 } }),
      let threshold = row.threshold, called == 0 || called == count
    {
      found.append(
        "\(who): at the threshold \(number(threshold)) \(called == 0 ? "none" : "all") of the \(count) "
          + "images \(called == 0 ? "is" : "are") called positive, so rates at it say nothing about groups."
      )
    }
    return found
  }

  private func number(_ value: Double) -> String {
    WrittenNumber.significant(value, 4)
  }
}
