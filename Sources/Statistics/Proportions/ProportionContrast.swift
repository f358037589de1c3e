/// A difference of two independent proportions by the score test, its small-sample guard and limits
/// that stay wide at 0 and 1.
///
/// - The test of "no difference" has the null variance p̄(1 − p̄)(1/n₁ + 1/n₂), with Student's t where
///   the effective trials rest on an estimated design effect. Where a cell's expected count is below
///   ``exactBelow``, p is at least Fisher's exact one on the effective counts, rounded towards the
///   null; so 12 of 12 against 475 of 500 gives p = 1.
/// - Limits are Newcombe's 1998 (method 10), made of the Wilson limits of the two rates, see
///   ``IndependentContrast``.
package enum ProportionContrast {
  package static let exactBelow = 20.0

  package static func test(
    first: Int, second: Int, _ a: EffectiveProportion, _ b: EffectiveProportion
  ) -> IndependentContrast {
    let pooled = (a.rate * a.trials + b.rate * b.trials) / (a.trials + b.trials)
    var variance = Satterthwaite()
    for one in [a, b] {
      variance.add(pooled * (1 - pooled) / one.trials, degreesOfFreedom: one.degreesOfFreedom)
    }
    var p = 1.0
    if variance.variance > 0, a.rate != b.rate {
      p = StudentTail.twoSidedP(
        (a.rate - b.rate) / variance.variance.squareRoot(),
        degreesOfFreedom: variance.degreesOfFreedom)
      let smallest = min(a.trials, b.trials) * min(pooled, 1 - pooled)
      if smallest < exactBelow { p = max(p, exactP(a, b)) }
    }
    return IndependentContrast(
      first: first, second: second, .proportion(rate: a.rate, trials: a.trials),
      .proportion(rate: b.rate, trials: b.trials), degreesOfFreedom: variance.degreesOfFreedom,
      nullP: p)
  }

  /// Fisher's test on whole effective counts, each rounded towards what it would be without a difference.
  private static func exactP(_ a: EffectiveProportion, _ b: EffectiveProportion) -> Double {
    func counts(_ one: EffectiveProportion, roundUp: Bool) -> (successes: Int, trials: Int) {
      let trials = max(1, (one.trials + 1e-9).rounded(.down))
      // Rounding errors of whole counts must not move them.
      let exact = one.rate * trials
      let successes =
        abs(exact - exact.rounded()) < 1e-9
        ? exact.rounded() : exact.rounded(roundUp ? .up : .down)
      return (Int(min(trials, max(0, successes))), Int(trials))
    }
    let aIsLower = a.rate < b.rate
    let (x, y) = (counts(a, roundUp: aIsLower), counts(b, roundUp: !aIsLower))
    // Rounded past each other: no difference is left.
    let order = Double(x.successes) / Double(x.trials) - Double(y.successes) / Double(y.trials)
    if order == 0 || (order < 0) != aIsLower { return 1 }
    return FisherExact.twoSidedP(first: x, second: y)
  }
}

/// A difference of two rates of the same clusters, tested within clusters.
///
/// With d the cluster's difference, the variance under "no difference" is Σ d² without centring, and
/// p at least that of the exact McNemar test on effective discordant clusters, (Σ|d|)²/Σd² of them
/// where sizes differ (Obuchowski 1998; Durkalski 2003). Limits are Tango's 1998 on the same counts,
/// or Student's t where the rates of the groups rest on unequal numbers of images per cluster.
package struct PairedRateContrast: ContrastTest {
  package private(set) var first: Int
  package private(set) var second: Int
  package let difference: Double
  private let nullP: Double
  private let counts: (gains: Double, losses: Double, total: Double)

  init(_ cells: RateCells, first: Int, second: Int) {
    self.first = first
    self.second = second
    let (na, nb) = (cells.trials[first], cells.trials[second])
    let (xa, xb) = (cells.successes[first], cells.successes[second])
    let pooled = (xa + xb) / (na + nb)
    var (gains, losses, squares, fourths, clusters) = (0.0, 0.0, 0.0, 0.0, 0.0)
    func add(_ d: Double) {
      clusters += 1
      if d > 0 { gains += d } else { losses -= d }
      squares += d * d
      fourths += d * d * d * d
    }
    var current: Int32 = -1
    var sum = 0.0
    for cell in cells.cluster.indices {
      let member = Int(cells.group[cell])
      guard member == first || member == second else { continue }
      if cells.cluster[cell] != current {
        if current >= 0 { add(sum) }
        current = cells.cluster[cell]
        sum = 0
      }
      let residual = cells.cellSuccesses[cell] - pooled * cells.cellTrials[cell]
      sum += member == first ? residual / na : -residual / nb
    }
    if current >= 0 { add(sum) }
    difference = xa / na - xb / nb
    guard squares > 1e-30 else {
      // Not one discordant cluster: as many concordant ones as there are.
      counts = (0, 0, clusters)
      nullP = 1
      return
    }
    // One discordant cluster's weight, and the counts in units of it.
    let unit = squares / (gains + losses)
    counts = (gains / unit, losses / unit, max(1 / unit, (gains + losses) / unit))
    let tail = fourths - squares * squares / clusters
    let effective = tail > 0 ? min(clusters, 2 * squares * squares / tail) : clusters
    let score = StudentTail.twoSidedP(
      difference / squares.squareRoot(), degreesOfFreedom: max(1, effective - 1))
    let (g, l) = gains > losses ? (counts.gains, counts.losses) : (counts.losses, counts.gains)
    let exact = PairedCounts(
      both: 0, firstOnly: Int((g + 1e-9).rounded(.down)), secondOnly: Int((l - 1e-9).rounded(.up)),
      neither: 0
    ).mcNemarP
    nullP = gains == losses ? 1 : max(score, exact)
  }

  package func placed(_ first: Int, _ second: Int) -> PairedRateContrast {
    var copy = self
    (copy.first, copy.second) = (first, second)
    return copy
  }

  package func pValue(beyond margin: Double) -> Double {
    guard abs(difference) > margin else { return 1 }
    let isUp = difference > 0
    let z = largestZ {
      let limits = limit(z: $0)
      return isUp ? limits.lower > margin : limits.upper < -margin
    }
    return min(1, max(nullP, 2 * Normal.upperTail(z)))
  }

  package func equivalenceP(margin: Double) -> Double {
    guard margin > 0, abs(difference) < margin else { return 1 }
    return Normal.upperTail(
      largestZ {
        let limits = limit(z: $0)
        return limits.lower > -margin && limits.upper < margin
      })
  }

  package func limits(alpha: Double) -> (lower: Double, upper: Double) {
    alpha > 0 ? limit(z: -Normal.quantile(alpha / 2)) : (-1, 1)
  }

  private func limit(z: Double) -> (lower: Double, upper: Double) {
    PairedCounts.tangoLimits(
      gains: counts.gains, losses: counts.losses, total: counts.total, z: z)
  }
}
