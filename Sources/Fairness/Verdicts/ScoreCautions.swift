import AuditModel
import Statistics
import Vocabulary

/// What stands between a right number and a wrong conclusion: margins out of use, scores that tell
/// nothing, a few scores that are not what the others are.
struct ScoreCautions {
  let specification: AnalysisSpecification

  func cautions(_ outcome: AnalysisOutcome, tables: [EvaluationTable]) -> [String] {
    margins(outcome) + uninformative(outcome) + belowChance(outcome) + strayScores(tables)
  }

  private func margins(_ outcome: AnalysisOutcome) -> [String] {
    var sentences: [String] = []
    let alpha = specification.alpha
    if alpha > 0.1 {
      sentences.append(
        "The plan's α of \(Words.fixed(alpha, 2)) is larger than anyone uses: what is said here is false "
          + "with a chance of up to \(Words.percent(alpha)).")
    } else if alpha < 0.001 {
      sentences.append(
        "The plan's α of \(alpha) is smaller than anyone uses: real differences will hardly ever be "
          + "flagged, and their absence from the flags says little.")
    }
    if specification.delta > 0.1 {
      sentences.append(
        "The plan calls AUCs alike that differ by less than δ = \(Words.area(specification.delta)). That "
          + "is more than the difference between a good classifier and a poor one; within δ is then no "
          + "reassurance.")
    }
    let both = outcome.verdicts.count {
      $0.verdict == .flagged && $0.reasons.contains { $0.hasPrefix(Self.nevertheless) }
    }
    if both > 0 {
      sentences.append(
        "\(Words.count(both, "flag")) of a difference that is also shown to be below δ = "
          + "\(Words.area(specification.delta)): the harm margin of the plan, "
          + "\(Words.area(specification.harm)), is below δ, so a difference can be real and small at "
          + "once.")
    }
    return sentences
  }

  /// How the reason of a flag begins whose groups are also within δ.
  static let nevertheless = "all differences are nevertheless shown to be below"

  /// A classifier that guesses treats all groups alike.
  private func uninformative(_ outcome: AnalysisOutcome) -> [String] {
    let within = outcome.verdicts.filter { $0.verdict == .withinDelta }
    var named: [String] = []
    for verdict in within {
      guard
        let row = outcome.overall.first(where: {
          $0.classifier == verdict.classifier && $0.cohort == verdict.cohort
            && $0.finding == verdict.finding
        }), let auc = row.auc, (row.lower ?? 0) < Self.useful
      else { continue }
      let name =
        "\(verdict.classifier) for \(verdict.finding) on \(verdict.cohort) images (AUC "
        + "\(Words.area(auc)))"
      if !named.contains(name) { named.append(name) }
    }
    guard !named.isEmpty else { return [] }
    return [
      "Within δ is no merit of a classifier that does not tell the finding from its absence; these are "
        + "not shown to reach an AUC of \(Words.area(Self.useful)): \(Words.list(named))."
    ]
  }

  /// An AUC that is not shown to be above this tells little more than a coin.
  private static let useful = 0.6

  /// Groups whose scores are shown to point the wrong way, where overall they do not.
  private func belowChance(_ outcome: AnalysisOutcome) -> [String] {
    let rows = (outcome.overall + outcome.subgroups).filter { row in
      // Together, not each.
      guard row.status == .ok, let auc = row.auc, auc < 0.5, let error = row.standardError
      else { return false }
      let count = Double(max(1, outcome.overall.count + outcome.subgroups.count))
      return auc - Normal.quantile(specification.alpha / count) * error < 0.5
    }
    guard !rows.isEmpty else { return [] }
    let named = rows.prefix(6).map { row in
      "\(row.classifier) for \(row.finding)"
        + (row.attribute == "overall" ? "" : ", \(row.attribute) \(Words.group(row.group))")
        + " (AUC \(Words.area(row.auc ?? .nan)), \(row.cohort) images)"
    }
    return [
      "AUCs below 0.5: higher scores go with the absence of the finding in \(Words.list(named))"
        + (rows.count > 6 ? " and \(Words.grouped(rows.count - 6)) more" : "")
        + ". Labels or scores may be the wrong way round there; a gap to such a group is one of meaning, "
        + "not of quality."
    ]
  }

  /// A few scores outside 0 to 1 where all others are probabilities.
  private func strayScores(_ tables: [EvaluationTable]) -> [String] {
    tables.filter { !$0.isReference }.compactMap { table in
      let outside = table.scores.indices.filter {
        !(table.scores[$0] >= 0 && table.scores[$0] <= 1)
      }
      guard let first = outside.first,
        Double(outside.count) <= max(1, 0.01 * Double(table.scores.count)),
        outside.count < table.scores.count
      else { return nil }
      return
        "\(Words.count(outside.count, "score")) of \(Words.grouped(table.scores.count)) by "
        + "\(table.classifier) for \(table.finding) on \(table.cohort) images "
        + (outside.count == 1 ? "lies" : "lie")
        + " outside 0 to 1 (such as \(table.scores[first])), all others within. They are therefore not "
        + "taken for probabilities: calibration, Brier score and the threshold of 0.5 were not judged. "
        + "If these are rounding errors or typing errors, mend them and run the audit again."
    }
  }
}
