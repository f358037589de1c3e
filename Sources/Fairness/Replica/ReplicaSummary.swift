import AuditModel
import Statistics
import Vocabulary

/// From values of groups on both sides to correlation, concordance, signs, and bias with its interval.
///
/// A bootstrap draws noise onto values that have some, so that its correlations lie below the observed
/// one: where groups truly correlate by 1 its interval held that in none of 200 simulated cohorts. Only
/// the mean difference, which noise does not pull, has an interval.
struct ReplicaSummary {
  let level: Double

  /// By group; NaN where undefined.
  struct Sides {
    var real: [Double]
    var twins: [Double]
    /// Cases of the scarcest class of any of the groups, which bound the units that a bootstrap draws.
    var scarcest = Double.infinity
    var areDefined: Bool { zip(real, twins).allSatisfy { $0.isFinite && $1.isFinite } }
  }

  private struct Measures {
    var pearson: Double?
    var concordance: Double?
    var bias: Double?
    var sameSigns: Double?

    init(_ sides: Sides, pairs: [(Int, Int)]) {
      pearson = Agreement.pearson(sides.real, sides.twins)
      concordance = Agreement.concordance(sides.real, sides.twins)
      bias = Agreement.blandAltman(sides.real, sides.twins)?.bias
      guard !pairs.isEmpty else { return }
      let same = pairs.count { first, second in
        let (a, b) = (
          sides.real[first] - sides.real[second], sides.twins[first] - sides.twins[second]
        )
        return a * b > 0 || a == b
      }
      sameSigns = Double(same) / Double(pairs.count)
    }
  }

  /// - Parameter pairs: Gaps, as places among the groups.
  /// - Returns: nil where a group has no value on one side.
  func agreement(
    _ question: QuestionPattern, metric: ReplicaMetric,
    observed: Sides, replicates: some Sequence<Sides>, pairs: [(Int, Int)]
  ) -> ReplicaAgreement? {
    guard observed.areDefined else { return nil }
    let seen = Measures(observed, pairs: pairs)
    let drawn = replicates.filter(\.areDefined).map { Measures($0, pairs: pairs) }
    func asObserved(_ value: Double?) -> IntervalEstimate? {
      value.map { IntervalEstimate(estimate: $0, lower: nil, upper: nil) }
    }
    var row = ReplicaAgreement(
      question,
      TwinAgreement(
        metric: metric.rawValue, groups: observed.real.count, gaps: pairs.count))
    row.pearson = asObserved(seen.pearson)
    row.concordance = asObserved(seen.concordance)
    row.bias = seen.bias.map {
      Self.interval(
        $0, drawn.compactMap(\.bias), level: Self.expanded(level, units: observed.scarcest))
    }
    let limits = Agreement.blandAltman(observed.real, observed.twins)
    row.agreementLower = limits?.lower
    row.agreementUpper = limits?.upper
    row.signAgreement = asObserved(seen.sameSigns)
    row.sentence = sentence(row, metric: metric)
    return row
  }

  /// The level at which percentile limits of a mean have the length that Student's t gives them: those of
  /// few units are too short by √((n − 1)/n) and have the normal distribution's tails (the expanded
  /// percentile interval of Hesterberg, *What Teachers Should Know About the Bootstrap*, The American
  /// Statistician 69, 2015).
  static func expanded(_ level: Double, units: Double) -> Double {
    guard units.isFinite, units > 1 else { return level }
    let reach =
      (units / (units - 1)).squareRoot()
      * StudentTail.criticalValue(alpha: 1 - level, degreesOfFreedom: units - 1)
    return 1 - Normal.twoSidedP(reach)
  }

  /// Percentile limits; none where fewer than half of the replicates are defined.
  static func interval(_ estimate: Double, _ drawn: [Double], level: Double) -> IntervalEstimate {
    let values = drawn.filter(\.isFinite).sorted()
    guard values.count > 1, 2 * values.count >= drawn.count else {
      return IntervalEstimate(estimate: estimate, lower: nil, upper: nil)
    }
    let tail = (1 - level) / 2
    return IntervalEstimate(
      estimate: estimate, lower: quantile(of: values, tail), upper: quantile(of: values, 1 - tail))
  }

  private func sentence(_ row: ReplicaAgreement, metric: ReplicaMetric) -> String {
    func words(_ name: String, _ value: IntervalEstimate?) -> String? {
      guard let value, let estimate = value.estimate else { return nil }
      guard let lower = value.lower, let upper = value.upper else {
        return "\(name) \(Words.signedArea(estimate))"
      }
      return "\(name) \(Words.signedArea(estimate)) "
        + "(\(Words.signedArea(lower)) to \(Words.signedArea(upper)))"
    }
    var parts = [
      words("r", row.pearson), words("concordance", row.concordance),
      words("mean difference synthetic − real", row.bias),
    ].compactMap { $0 }
    if let signs = words("share of gaps with the same sign", row.signAgreement) {
      parts.append("\(signs) of \(row.gaps) (as observed; chance in small groups lowers all three)")
    }
    return "\(row.classifier), \(row.finding), \(metric.name) over \(row.groups) groups "
      + "(\(row.attribute.split(separator: "*").joined(separator: " × "))): "
      + parts.joined(separator: "; ") + "."
  }
}

/// The paper's statistic: weighted F1 by group, averaged over findings.
struct ReplicaMean {
  private let observed: ReplicaSummary.Sides
  private let replicates: [ReplicaSummary.Sides]
  private let pairs: [(Int, Int)]
  private let level: Double

  /// - Returns: nil where the findings do not have the same patients and groups, or no threshold.
  init?(_ scenes: [ReplicaScene], level: Double) {
    guard let first = scenes.first,
      scenes.allSatisfy({
        $0.has(.weightedF1) && $0.clusterCount == first.clusterCount
          && $0.attributes.map(\.name) == first.attributes.map(\.name)
          && $0.attributes.map(\.groups) == first.attributes.map(\.groups)
          && $0.replicates.count == first.replicates.count
      })
    else { return nil }
    let count = first.pairCount
    func mean(_ values: [WeightedGroups.Values]) -> [Double] {
      let all = values.map { ReplicaMetric.weightedF1.values(of: $0) }
      return (0..<(2 * count)).map { group in
        all.reduce(0) { $0 + $1[group] } / Double(all.count)
      }
    }
    let seen = mean(scenes.map(\.observed))
    let kept = (0..<count).filter { seen[$0].isFinite && seen[$0 + count].isFinite }
    guard kept.count > 1 else { return nil }
    func sides(_ values: [Double]) -> ReplicaSummary.Sides {
      ReplicaSummary.Sides(
        real: kept.map { values[$0] }, twins: kept.map { values[$0 + count] })
    }
    var seenSides = sides(seen)
    seenSides.scarcest = scenes.map { $0.scarcest(of: kept) }.min() ?? .infinity
    observed = seenSides
    replicates = first.replicates.indices.map { index in
      sides(mean(scenes.map { $0.replicates[index] }))
    }
    pairs = first.attributes.flatMap { attribute in
      let places = kept.indices.filter { attribute.places.contains(kept[$0]) }
      return places.enumerated().flatMap { index, a in places[(index + 1)...].map { (a, $0) } }
    }
    self.level = level
  }

  func agreement(of classifier: String) -> ReplicaAgreement? {
    ReplicaSummary(level: level).agreement(
      QuestionPattern(classifier: classifier), metric: .weightedF1, observed: observed,
      replicates: replicates, pairs: pairs)
  }
}
