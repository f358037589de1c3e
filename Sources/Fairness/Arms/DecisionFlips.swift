import AuditModel
import Statistics

/// Decisions on pairs of images of the same base case: how many differ, and in which direction.
struct DecisionFlips {
  private let flips: [Double]
  private let trials: [Double]
  private let net: [Double]
  private let counts: PairedCounts
  private let changes: [Double]
  private let clusters: [Int32]

  init(first: [Bool], second: [Bool], clusters: [Int32], clusterCount: Int) {
    var flips = [Double](repeating: 0, count: clusterCount)
    var trials = flips
    var net = flips
    var counts = PairedCounts(both: 0, firstOnly: 0, secondOnly: 0, neither: 0)
    for index in first.indices {
      let cluster = Int(clusters[index])
      trials[cluster] += 1
      switch (first[index], second[index]) {
      case (true, true): counts.both += 1
      case (true, false):
        counts.firstOnly += 1
        flips[cluster] += 1
        net[cluster] += 1
      case (false, true):
        counts.secondOnly += 1
        flips[cluster] += 1
        net[cluster] -= 1
      case (false, false): counts.neither += 1
      }
    }
    self.flips = flips
    self.trials = trials
    self.net = net
    self.counts = counts
    self.clusters = clusters
    changes = zip(first, second).map { ($0 ? 1.0 : 0) - ($1 ? 1.0 : 0) }
  }

  private var isOnePairEach: Bool { trials.allSatisfy { $0 <= 1 } }

  /// Share of pairs whose decision differs.
  func rate(level: Double) -> IntervalEstimate? {
    Proportion.clusteredWilson(successes: flips, trials: trials, level: level).map {
      IntervalEstimate(estimate: $0.share, lower: $0.interval.lower, upper: $0.interval.upper)
    }
  }

  /// First only less second only, as a share of pairs: Tango's interval, or t over base cases where
  /// one has several pairs.
  func net(level: Double) -> IntervalEstimate {
    let estimate = Double(counts.firstOnly - counts.secondOnly) / Double(max(1, counts.total))
    if isOnePairEach {
      let interval = counts.tangoInterval(level: level)
      return IntervalEstimate(
        estimate: estimate, lower: interval?.lower, upper: interval?.upper)
    }
    let interval = ClusteredMean(
      values: changes, clusters: clusters, clusterCount: trials.count)?.interval(level: level)
    return IntervalEstimate(
      estimate: estimate, lower: interval.map { max(-1, $0.lower) },
      upper: interval.map { min(1, $0.upper) })
  }

  /// Exact; where a base case has several pairs it counts once, by the direction of its balance.
  var mcNemarP: Double {
    isOnePairEach
      ? counts.mcNemarP
      : PairedCounts(
        both: 0, firstOnly: net.count { $0 > 0 }, secondOnly: net.count { $0 < 0 }, neither: 0
      ).mcNemarP
  }
}
