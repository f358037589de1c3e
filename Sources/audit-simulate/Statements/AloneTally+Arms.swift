import AuditModel
import Fairness
import Statistics
import Vocabulary

extension AloneTally {
  mutating func arms(_ outcome: AnalysisOutcome, _ scene: Scene) {
    for row in outcome.counterfactual where scene.models.contains(row.classifier) {
      pair(row, scene)
    }
    for row in outcome.armAgreement where scene.truth.gap == 0 {
      note(.flips, row.cochranP.map { $0 > 0.05 })
      note(.spread, row.spread, scene.spread)
    }
    for row in outcome.placebos where scene.models.contains(row.classifier) {
      let gap = if case .generatorNoise(let gap) = scene.truth { gap } else { 0.0 }
      note(.placebo, row.lower, row.upper, gap)
      // The shift of positives has a truth of its own where another seed makes a gap.
      if gap == 0 {
        note(.placeboShifts, row.scoreShift, 0)
        note(.placeboShifts, row.flipRate, scene.placeboFlipRate)
      }
    }
  }

  private mutating func pair(_ row: CounterfactualResult, _ scene: Scene) {
    let areas = [row.groupA, row.groupB].map { scene.area(of: $0, attribute: row.attribute) }
    let shift = scene.shift(area: areas[0]) - scene.shift(area: areas[1])
    let share = scene.shareOfPositives
    let truth = row.label == "positive" ? shift : row.label == "negative" ? 0 : share * shift
    note(.shifts, row.scoreShift, truth)
    let weight = row.label == "positive" ? 1.0 : row.label == "negative" ? 0 : share
    let flips = scene.flips(areas[0], areas[1])
    note(.flipRates, row.flipRate, weight * flips.positive.any + (1 - weight) * flips.negative.any)
    note(.netFlips, row.netFlip, weight * flips.positive.net)
    // A shift of positives alone makes the differences of all unsymmetric.
    guard truth == 0 else { return }
    note(.ranks, row.wilcoxonP.map { $0 > 0.05 })
    note(.shifts, row.scoreShiftP.map { $0 > 0.05 })
    note(.flips, row.mcnemarP.map { $0 > 0.05 })
  }
}

extension Scene {
  var shareOfPositives: Double {
    Double(positives[0]) / Double(positives[0] + negatives[0])
  }

  /// Mean over base cases of the largest less the smallest score of their arms, on the logit scale.
  var spread: Double {
    (1 - Scene.patientCorrelation).squareRoot() * Normal.expectedRange(of: groupCount)
  }

  /// Decisions on two arms of a base case that differ, and the first's positive ones less the second's.
  func flips(_ first: Double, _ second: Double) -> (
    positive: (any: Double, net: Double), negative: (any: Double, net: Double)
  ) {
    let threshold = Normal.quantile(specificity)
    func flips(_ means: (Double, Double)) -> (any: Double, net: Double) {
      var (any, net) = (0.0, 0.0)
      let steps = 800
      let width = 16.0 / Double(steps)
      for step in 0..<steps {
        let z = -8 + (Double(step) + 0.5) * width
        let weight = width * Normal.density(z)
        func positive(_ mean: Double) -> Double {
          Normal.upperTail(
            (threshold - mean - Scene.patientCorrelation.squareRoot() * z)
              / (1 - Scene.patientCorrelation).squareRoot())
        }
        let (a, b) = (positive(means.0), positive(means.1))
        any += weight * (a * (1 - b) + b * (1 - a))
        net += weight * (a - b)
      }
      return (any, net)
    }
    return (flips((shift(area: first), shift(area: second))), flips((0, 0)))
  }

  /// Of two drawings of another patient with the same prompt.
  var placeboFlipRate: Double {
    // The last arm is drawn again.
    let last = 1 - specificity
    let positive = Normal.upperTail(Normal.quantile(specificity) - shift(area: auc))
    return shareOfPositives * 2 * positive * (1 - positive)
      + (1 - shareOfPositives) * 2 * last * (1 - last)
  }
}
