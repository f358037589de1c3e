import AuditModel
import Fairness
import Foundation
import Statistics
import Vocabulary

extension AloneTally {
  mutating func groups(_ outcome: AnalysisOutcome, _ scene: Scene) {
    // The panel has gaps of its own, or none.
    for row in outcome.subgroups where scene.models.contains(row.classifier) { group(row, scene) }
    // Everybody together is a mixture where groups differ.
    if scene.truth.gap == 0, scene.firstSpread == 1 {
      for row in outcome.overall where scene.models.contains(row.classifier) { group(row, scene) }
    }
    for curve in outcome.calibration where scene.models.contains(curve.classifier) {
      bins(curve, scene)
    }
  }

  private mutating func group(_ row: SubgroupResult, _ scene: Scene) {
    let attribute = row.attribute == "overall" ? "half" : row.attribute
    let truth = { scene.value(of: row.group, attribute: attribute, metric: $0) }
    note(.area, row.lower, row.upper, truth(.auc))
    note(.rates, row.sensitivity, truth(.sensitivity))
    note(.rates, row.falsePositiveRate, truth(.falsePositiveRate))
    // Of two normal distributions of equal spread the log odds are straight.
    if scene.levels == 0, scene.firstSpread == 1 {
      let area = scene.area(of: row.group, attribute: attribute)
      note(.slope, row.calibrationSlopeInterval, scene.shift(area: area))
    }
    guard let scores = scene.scores(of: row.group, attribute: row.attribute) else { return }
    let values = values(of: scores, row)
    note(.precision, row.averagePrecisionInterval, values.averagePrecision)
    note(.brier, row.brierInterval, values.brier)
    note(.intercept, row.calibrationInTheLarge, values.intercept)
    note(
      .predictive, row.positivePredictiveValue,
      scores.predictiveValue(prevalence: scores.prevalence))
    note(
      .deployment, row.deployment?.positivePredictiveValue,
      scores.predictiveValue(prevalence: Scene.deploymentPrevalence))
  }

  /// A bin reaches to the middles between its mean score and those of its neighbours.
  private mutating func bins(_ curve: CalibrationCurve, _ scene: Scene) {
    guard let scores = scene.scores(of: curve.group, attribute: curve.attribute) else { return }
    let places = curve.bins.map { bin in bin.meanScore.map(Calibration.logit) ?? .nan }
    for (index, bin) in curve.bins.enumerated() where places[index].isFinite {
      let low = index > 0 ? (places[index - 1] + places[index]) / 2 : -.infinity
      let high = index + 1 < places.count ? (places[index] + places[index + 1]) / 2 : .infinity
      note(.bins, bin.observed, scores.share(from: low, to: high))
    }
  }
}
