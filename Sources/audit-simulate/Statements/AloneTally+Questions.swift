import AuditModel
import Fairness
import Vocabulary

extension AloneTally {
  /// Limits of one gap of a question beside those of all pairs.
  mutating func questions(_ outcome: AnalysisOutcome, _ scene: Scene) {
    for row in outcome.rateGaps + outcome.metricGaps where scene.models.contains(row.classifier) {
      let truth = scene.gap(
        row.groups[0], row.groups[1], attribute: row.attribute, metric: row.metric)
      note(.gapLimits, row.lower, row.upper, truth)
    }
    for verdict in outcome.verdicts where verdict.metric == .auc {
      if !scene.isWithAllOthers, scene.firstSpread == 1 {
        note(
          .range, verdict.rangeLower, verdict.rangeUpper,
          scene.largestGap(attribute: verdict.attribute, metric: .auc))
      }
      guard let lower = verdict.beyondPlaceboLower, verdict.worstPair.count == 2,
        let gap = scene.gap(
          verdict.worstPair[0], verdict.worstPair[1], attribute: verdict.attribute, metric: .auc)
      else { continue }
      let noise = if case .generatorNoise(let gap) = scene.truth { gap } else { 0.0 }
      note(.beyondPlacebo, lower <= abs(gap) - noise + 1e-12)
    }
  }
}
