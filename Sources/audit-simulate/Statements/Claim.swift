import AuditModel
import Fairness
import Vocabulary

/// A kind of sentence that can be false, of which an audit promises that hardly any is.
enum Claim: Int, CaseIterable, Sendable {
  /// "Flagged", also by naming the wrong groups.
  case flag
  /// A flag told in a roll-up.
  case rollUp
  /// A pair whose adjusted p value says that it differs, flagged or not.
  case pair
  case decisions
  /// "The average precision differs" and the like.
  case metrics
  case withinDelta
  /// "Narrower", "wider" or "changed sides" of `audit compare`.
  case change
  /// "More than noise" of a seed placebo.
  case placebo
  /// "Drawn alike" or "not drawn alike" of a reference classifier.
  case finding
  /// "Scores point the wrong way" of a group.
  case belowChance

  var title: String {
    switch self {
    case .flag: "false flag"
    case .rollUp: "false roll-up"
    case .pair: "false \"this pair differs\""
    case .decisions: "false \"decisions differ\""
    case .metrics: "false \"metric differs\""
    case .withinDelta: "false \"within δ\""
    case .change: "false change in `audit compare`"
    case .placebo: "stable generator called unstable"
    case .finding: "false gate of a finding"
    case .belowChance: "false \"below 0.5\""
    }
  }
}

extension Claim {
  /// Whether an analysis of `scene` says something false of this kind; ``change`` is asked elsewhere.
  func isFalse(in outcome: AnalysisOutcome, of scene: Scene) -> Bool {
    switch self {
    case .flag:
      outcome.verdicts.contains {
        $0.verdict == .flagged
          && scene.isFalseFlag(
            worse: $0.worstPair.last ?? "", better: $0.worstPair.first ?? "",
            attribute: $0.attribute, metric: $0.metric)
      }
    case .rollUp:
      outcome.rollUps.contains { rollUp in
        rollUp.flags.contains {
          scene.isFalseFlag(
            worse: $0.worseGroup, better: $0.betterGroup, attribute: rollUp.attribute,
            metric: rollUp.metric)
        }
      }
    case .pair:
      outcome.comparisons.contains { row in
        guard row.pAdjusted ?? 1 <= scene.alpha, let gap = row.gap else { return false }
        return scene.isFalse(
          worse: gap.worse, better: gap.better, attribute: row.attribute, metric: row.metric)
      }
    case .decisions: Self.anyFalse(outcome.rateGaps, scene)
    case .metrics: Self.anyFalse(outcome.metricGaps, scene)
    case .withinDelta: Self.withinDelta(outcome, scene)
    case .change: false
    case .placebo:
      outcome.gates.contains { $0.judges(.seedPlacebo) && $0.status == .warn }
    case .finding: Self.findings(outcome, scene)
    case .belowChance: outcome.cautions.contains { $0.hasPrefix("AUCs below 0.5") }
    }
  }

  private static func anyFalse(_ gaps: [RateGap], _ scene: Scene) -> Bool {
    gaps.contains { gap in
      guard gap.isDetected, let pair = gap.gap else { return false }
      return scene.isFalse(
        worse: pair.worse, better: pair.better, attribute: gap.attribute, metric: gap.metric)
    }
  }

  /// Of a verdict, or of one pair in the table of all.
  private static func withinDelta(_ outcome: AnalysisOutcome, _ scene: Scene) -> Bool {
    guard let delta = scene.truth.delta else { return false }
    return outcome.verdicts.contains {
      $0.verdict == .withinDelta
        && scene.largestGap(attribute: $0.attribute, metric: $0.metric)
          > delta - 1e-9
    }
      || outcome.comparisons.contains { row in
        row.withinDelta
          && scene.gap(row.groupA, row.groupB, attribute: row.attribute, metric: row.metric)
            .map { abs($0) > delta - 1e-9 } ?? false
      }
  }

  /// The panel's gap is that of the world where it shares it, none elsewhere.
  private static func findings(_ outcome: AnalysisOutcome, _ scene: Scene) -> Bool {
    let shares = if case .panelShares = scene.truth { true } else { false }
    return outcome.gates.contains { gate in
      guard gate.judges(.finding) else { return false }
      return shares
        ? gate.status == .pass && scene.truth.gap > 0.05 - 1e-9
        : gate.sentence.contains("is not drawn alike")
    }
  }
}
