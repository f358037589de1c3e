/// All pairs of groups compared by a rate, each by a test whose variance cannot vanish.
///
/// Cases of one cluster are worth fewer: a group with N trials has N/deff effective ones, with the
/// design effect 1 + (Σ n²/N − 1) ρ of the correlation pooled over all groups or the group's own,
/// whichever is larger, never below 1 (Rao and Scott 1992). On effective trials the tests and limits
/// are those of independent ones, see ``ProportionContrast``. Groups that share half of their clusters
/// or more are compared within clusters, see ``PairedRateContrast``.
package struct RateContrasts: Sendable {
  package let rates: [Double]
  package let tests: [any ContrastTest]
  /// By group: trials that count.
  package let effectiveTrials: [Double]
  /// By group: clusters with trials.
  package let clusters: [Int]

  /// - Parameters:
  ///   - isSuccess: By row.
  ///   - membership: Group of each row; −1 leaves the row out.
  /// - Returns: `nil` when a group has no row.
  package init?(
    isSuccess: [Bool], membership: [Int32], groupCount: Int, clusters: [Int32], clusterCount: Int
  ) {
    let cells = RateCells(
      isSuccess: isSuccess, membership: membership, groupCount: groupCount, clusters: clusters,
      clusterCount: clusterCount)
    guard groupCount > 0, cells.trials.allSatisfy({ $0 > 0 }) else { return nil }
    let moments = cells.moments()
    let rho = ClassMoments.correlation(moments)
    let groups = moments.indices.map { group in
      EffectiveProportion(
        rate: cells.successes[group] / cells.trials[group], moments: moments[group],
        correlation: rho)
    }
    var tests: [any ContrastTest] = []
    for first in groups.indices {
      for second in (first + 1)..<max(groups.count, first + 1) {
        let shared = cells.shared(first, second)
        if Double(shared) >= 0.5 * min(moments[first].clusters, moments[second].clusters) {
          tests.append(PairedRateContrast(cells, first: first, second: second))
        } else {
          tests.append(
            ProportionContrast.test(
              first: first, second: second, groups[first], groups[second]))
        }
      }
    }
    self.tests = tests
    rates = groups.map(\.rate)
    effectiveTrials = groups.map(\.trials)
    self.clusters = moments.map { Int($0.clusters) }
  }
}

/// A rate with the number of independent trials that it is worth.
package struct EffectiveProportion: Sendable, Equatable {
  package let rate: Double
  /// Effective, at most the trials counted.
  package let trials: Double
  /// Of the design effect; infinite where every cluster has one trial.
  package let degreesOfFreedom: Double

  package init(rate: Double, trials: Double, degreesOfFreedom: Double = .infinity) {
    self.rate = rate
    self.trials = trials
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// - Parameter correlation: Of trials within clusters, pooled over groups.
  init(rate: Double, moments: ClassMoments, correlation: Double) {
    let size = moments.meanSize
    let own =
      moments.imageSquares > 0 && moments.clusters > 1
      ? moments.clusterVariance / moments.imageSquares : 1
    let effect = size > 1 ? max(1, own, 1 + (size - 1) * correlation) : 1
    self.init(
      rate: rate, trials: moments.cases / effect,
      degreesOfFreedom: size > 1
        ? max(1, moments.effectiveClusters(correlation: correlation) - 1) : .infinity)
  }
}

/// Decisions by cluster and group.
struct RateCells {
  private(set) var successes: [Double]
  private(set) var trials: [Double]
  /// Cells of a cluster stand together.
  private(set) var cluster: [Int32] = []
  private(set) var group: [Int32] = []
  private(set) var cellSuccesses: [Double] = []
  private(set) var cellTrials: [Double] = []
  private var sharedCount: [Int32]
  private let groupCount: Int

  init(
    isSuccess: [Bool], membership: [Int32], groupCount: Int, clusters: [Int32], clusterCount: Int
  ) {
    self.groupCount = groupCount
    successes = [Double](repeating: 0, count: groupCount)
    trials = successes
    sharedCount = [Int32](repeating: 0, count: groupCount * groupCount)
    var start = [Int](repeating: 0, count: clusterCount + 1)
    for row in isSuccess.indices where membership[row] >= 0 { start[Int(clusters[row]) + 1] += 1 }
    for cluster in 0..<clusterCount { start[cluster + 1] += start[cluster] }
    var rows = [Int32](repeating: 0, count: start[clusterCount])
    var next = start
    for row in isSuccess.indices where membership[row] >= 0 {
      rows[next[Int(clusters[row])]] = Int32(row)
      next[Int(clusters[row])] += 1
    }
    var cellOfGroup = [Int](repeating: -1, count: groupCount)
    for number in 0..<clusterCount where start[number + 1] > start[number] {
      let firstCell = cluster.count
      for index in start[number]..<start[number + 1] {
        let row = Int(rows[index])
        let member = Int(membership[row])
        if cellOfGroup[member] < 0 {
          cellOfGroup[member] = cluster.count
          cluster.append(Int32(number))
          group.append(Int32(member))
          cellSuccesses.append(0)
          cellTrials.append(0)
        }
        let cell = cellOfGroup[member]
        cellTrials[cell] += 1
        trials[member] += 1
        if isSuccess[row] {
          cellSuccesses[cell] += 1
          successes[member] += 1
        }
      }
      for x in firstCell..<cluster.count {
        for y in firstCell..<cluster.count where x != y {
          sharedCount[Int(group[x]) * groupCount + Int(group[y])] += 1
        }
      }
      for cell in firstCell..<cluster.count { cellOfGroup[Int(group[cell])] = -1 }
    }
  }

  func shared(_ a: Int, _ b: Int) -> Int { Int(sharedCount[a * groupCount + b]) }

  func moments() -> [ClassMoments] {
    var moments = [ClassMoments](repeating: ClassMoments(), count: groupCount)
    let rates = zip(successes, trials).map { $1 > 0 ? $0 / $1 : 0 }
    for cell in cluster.indices {
      let member = Int(group[cell])
      moments[member].addCluster(
        cases: cellTrials[cell], residual: cellSuccesses[cell] - rates[member] * cellTrials[cell])
    }
    for member in moments.indices {
      moments[member].imageSquares = trials[member] * rates[member] * (1 - rates[member])
    }
    return moments
  }
}
