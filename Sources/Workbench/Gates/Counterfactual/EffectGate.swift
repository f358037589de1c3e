import AuditModel
import Vocabulary

/// Does a predictor see, base case by base case, that the prompted attribute changed?
///
/// Agreement over a cohort (``AttributeExpression``) may be good because base cases differ; arms of one
/// base case must differ too, or there is no counterfactual.
struct EffectGate {
  static let bar = 0.90
  /// What is predicted of a number by what was prompted.
  static let slope = 0.25...1.3

  let predictor: String
  let attribute: String
  let outputs: [AttributePrediction]
  /// Image to the score of each of ``outputs``.
  let scores: [Int64: [Double]]
  let sets: ArmSets

  private var isNumber: Bool { Attribute.named(attribute).kind == .number }
  private var unit: String { Attribute.named(attribute).unit ?? "units" }

  func judge() -> GateResult {
    let pairs = sets.pairs(of: attribute)
    let moved = ArmMeasurements(
      pairs.compactMap { pair in
        movement(pair).map { ArmMeasurement(sets.baseCases[pair.baseCase], $0) }
      }, clusterCount: sets.clusterCount)
    let share = moved.share()
    let parts = moved.byCell()
    var status = GateRule.atLeast(Self.bar, moved, parts: 1 + parts.count)
    let cells = parts.map { finding, label, part in
      // A cell has few base cases: it fails where it is shown to fall short, and passes on no proof.
      GateCell(
        finding: finding, label: label,
        status: GateRule.atLeast(Self.bar, part, parts: 1 + parts.count),
        clusters: part.clusters, value: part.share())
    }
    var sentence =
      "\(predictor) sees \(attribute) move as prompted in \(GateWords.interval(share)) of pairs of arms"
    if isNumber, let slope = slope(pairs) {
      let rule: GateResult.Status =
        (slope.lower ?? 0) >= Self.slope.lowerBound && (slope.upper ?? 9) <= Self.slope.upperBound
        ? .pass
        : (slope.upper ?? 9) < Self.slope.lowerBound || (slope.lower ?? 0) > Self.slope.upperBound
          ? .fail : .warn
      status = GateRule.worst([status, rule])
      sentence += ", by \(GateWords.interval(slope)) predicted \(unit) for each prompted one"
    }
    status = GateRule.worst([status] + cells.filter { $0.status == .fail }.map(\.status))
    var gate = GateResult(
      .effect, name: "Arms differ by \(attribute), \(predictor)", status: status,
      value: share?.estimate,
      rule:
        "lower limit of the share of pairs that move as prompted ≥ \(GateWords.number(Self.bar))"
        + (isNumber
          ? "; slope between \(Self.slope.lowerBound) and \(Self.slope.upperBound)" : ""),
      sentence: sentence + " (95 % interval over \(moved.clusters) base cases).")
    gate.attribute = attribute
    gate.lower = share?.lower
    gate.upper = share?.upper
    gate.cells = cells
    return gate
  }

  /// 1 where the prediction moves from the first value towards the second, ½ where it does not move.
  private func movement(_ pair: ArmSets.Pair) -> Double? {
    guard let a = scores[pair.first.id], let b = scores[pair.second.id] else { return nil }
    var towards = 0.0
    var isKnown = false
    for (index, output) in outputs.enumerated() {
      switch output {
      case .number: towards += b[index] - a[index]
      case .value(_, let value):
        if value == pair.second.attributes[attribute] {
          towards += b[index] - a[index]
        } else if value == pair.first.attributes[attribute] {
          towards += a[index] - b[index]
        } else {
          continue
        }
      }
      isKnown = true
    }
    return isKnown ? (towards > 0 ? 1 : towards < 0 ? 0 : 0.5) : nil
  }

  private func slope(_ pairs: [ArmSets.Pair]) -> IntervalEstimate? {
    guard let place = outputs.firstIndex(of: .number(attribute: attribute)) else { return nil }
    return ArmMeasurements(
      pairs.compactMap { pair in
        guard let a = scores[pair.first.id], let b = scores[pair.second.id],
          let low = pair.first.attributes[attribute].flatMap(Attribute.number),
          let high = pair.second.attributes[attribute].flatMap(Attribute.number), high > low
        else { return nil }
        return ArmMeasurement(
          sets.baseCases[pair.baseCase], (b[place] - a[place]) / (high - low))
      }, clusterCount: sets.clusterCount
    ).mean()
  }
}
