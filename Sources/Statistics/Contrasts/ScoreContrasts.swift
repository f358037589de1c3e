/// All pairs of groups by a metric between 0 and 1 that has no test of its own, from its influences.
///
/// Groups of different patients are compared as ``AUCContrasts`` compares AUCs: on logit limits of each
/// value, whose variance is moderated by the one both groups share (Smyth 2004), and by a second
/// witness with the shared variance itself, so that a dozen cases that happen to agree have no
/// vanishing variance. Arms of the same base cases are compared within base cases.
package struct ScoreContrasts: Sendable {
  package let tests: [any ContrastTest]

  /// - Parameter groups: Each with a value.
  package init(_ estimates: ClusterInfluence, groups: [Int]) {
    let joint = estimates.jointCovariance(of: groups).covariance
    let parts = Self.parts(estimates)
    let isPaired = estimates.overlap(of: groups) >= AUCContrasts.pairedFrom
    tests = GroupContrast.allPairs(auc: groups.map { estimates.values[$0] }, covariance: joint)
      .map { contrast -> any ContrastTest in
        let pair = [parts[groups[contrast.first]], parts[groups[contrast.second]]]
        guard !isPaired else {
          return StudentContrast(
            first: contrast.first, second: contrast.second, difference: contrast.difference,
            standardError: contrast.standardError,
            degreesOfFreedom: max(1, min(pair[0].freedom, pair[1].freedom)))
        }
        return Self.independent(contrast, pair)
      }
  }

  /// What a group's clusters say of its value.
  private struct Part {
    var value: Double
    /// Clusters on which it rests.
    var support: Double
    var variance: Double
    /// By the empirical fourth moment, see ``ClassMoments/effectiveClusters(correlation:)``, and never more
    /// than the support less one.
    var freedom: Double
  }

  private static func parts(_ estimates: ClusterInfluence) -> [Part] {
    let sums = estimates.powerSums()
    return estimates.values.indices.map { group in
      let (support, squares) = (Double(estimates.support[group]), sums.squares[group])
      let spread = sums.fourths[group] - squares * squares / max(1, support)
      let byTail = spread > 0 ? 2 * squares * squares / spread : support
      return Part(
        value: estimates.values[group], support: support,
        variance: squares * support / max(1, support - 1),
        freedom: max(1, min(support, byTail) - 1))
    }
  }

  private static func independent(_ contrast: GroupContrast, _ pair: [Part]) -> any ContrastTest {
    let support = pair[0].support + pair[1].support
    // Of one cluster: variances shrink with the clusters.
    let single = pair.reduce(0) { $0 + $1.support * ($1.support * $1.variance) } / max(1, support)
    let mean = pair.reduce(0) { $0 + $1.support * $1.value } / max(1, support)
    var own = Satterthwaite()
    var null = Satterthwaite()
    let errors = pair.map { part -> Double in
      let shared = single / max(1, part.support)
      let spread = part.value * (1 - part.value)
      let scale = mean > 0 && mean < 1 ? min(1, spread / (mean * (1 - mean))) : 1
      let prior = AUCContrasts.priorFreedom
      let variance =
        (part.freedom * part.variance + prior * shared * scale) / (part.freedom + prior)
      own.add(variance, degreesOfFreedom: part.freedom)
      null.add(shared, degreesOfFreedom: part.support - 1)
      return variance.squareRoot()
    }
    let nullP =
      null.variance > 0
      ? StudentTail.twoSidedP(
        contrast.difference / null.variance.squareRoot(),
        degreesOfFreedom: null.degreesOfFreedom) : 1
    return IndependentContrast(
      first: contrast.first, second: contrast.second,
      .logit(value: pair[0].value, standardError: errors[0]),
      .logit(value: pair[1].value, standardError: errors[1]),
      degreesOfFreedom: own.degreesOfFreedom, nullP: nullP)
  }
}
