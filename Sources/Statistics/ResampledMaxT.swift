import Randomness

/// Resampling of clusters for all pairs of groups, where cells are too small for normal theory.
///
/// A replicate redoes the whole computation (placements, influences, joint covariance, studentised
/// differences) in one pass over the sorted cases, so its scale is right in small cells too.
package struct ResampledMaxT: Sendable {
  package enum Scheme: Sendable, Equatable {
    /// Group labels exchanged between clusters; for groups that share (almost) no cluster. A cluster
    /// with cases in two groups counts for the one where it has most.
    case betweenClusters
    /// Labels of the arms exchanged within each base case; for arms of the same base cases.
    case withinClusters
    /// Clusters drawn with replacement within strata of the classes they hold.
    case bootstrapT
  }

  private let cells: ClusterCells
  private let groupCount: Int
  private let contrasts: [GroupContrast]
  private let cellsOfCluster: [Range<Int>]

  /// - Parameters:
  ///   - membership: By row, positions among the groups compared; −1 elsewhere.
  ///   - contrasts: As observed.
  package init(
    _ cases: SortedCases, membership: [Int32], groupCount: Int, contrasts: [GroupContrast]
  ) {
    cells = ClusterCells(cases: cases, membership: membership, groupCount: groupCount)
    self.groupCount = groupCount
    self.contrasts = contrasts
    let start = cells.clusterStart
    cellsOfCluster = (0..<cells.clusterCount).map { Int(start[$0])..<Int(start[$0 + 1]) }
  }

  /// Same seed and path, same numbers, on any number of threads.
  package func run(
    _ scheme: Scheme, level: Double, replicates: Int, seed: UInt64, path: [String]
  ) -> MaxT {
    let mainCell = cellsOfCluster.map { range in
      range.max { size($0) < size($1) } ?? range.lowerBound
    }
    let strata = scheme == .bootstrapT ? clusterStrata() : []
    // One job per processor-sized share keeps scratch memory small.
    let jobs = max(1, min(64, replicates))
    let maxima = parallelMap(count: jobs) { job in
      var scratch = Scratch(cells: cells, groupCount: groupCount, contrastCount: contrasts.count)
      var maxima: [Double] = []
      for replicate in stride(from: job, to: replicates, by: jobs) {
        var stream = RandomStream(seed: seed, path: path + ["resample", String(replicate)])
        switch scheme {
        case .betweenClusters:
          relabelBetween(&scratch, mainCell: mainCell, &stream)
        case .withinClusters:
          relabelWithin(&scratch, &stream)
        case .bootstrapT:
          reweight(&scratch, strata: strata, &stream)
        }
        maxima.append(largest(&scratch, centred: scheme == .bootstrapT))
      }
      return maxima
    }
    return .resampled(
      contrasts, maxima: maxima.flatMap { $0 }, level: level,
      method: scheme == .bootstrapT ? .bootstrapT : .permutation)
  }

  private func size(_ cell: Int) -> Double { cells.cellPositives[cell] + cells.cellNegatives[cell] }

  private func relabelBetween(
    _ scratch: inout Scratch, mainCell: [Int], _ stream: inout RandomStream
  ) {
    let shuffled = stream.permutation(cellsOfCluster.count)
    for (cluster, source) in shuffled.enumerated() {
      let label = cells.cellGroup[mainCell[source]]
      for cell in cellsOfCluster[cluster] { scratch.cellGroup[cell] = label }
    }
  }

  private func relabelWithin(_ scratch: inout Scratch, _ stream: inout RandomStream) {
    for range in cellsOfCluster {
      for cell in range { scratch.cellGroup[cell] = cells.cellGroup[cell] }
      var last = range.upperBound - 1
      while last > range.lowerBound {
        scratch.cellGroup.swapAt(
          last, range.lowerBound + stream.integer(below: last - range.lowerBound + 1))
        last -= 1
      }
    }
  }

  /// Clusters by the classes they hold, so that no replicate loses a class.
  private func clusterStrata() -> [[Int]] {
    var strata: [Int: [Int]] = [:]
    for (cluster, range) in cellsOfCluster.enumerated() {
      let main = range.max { size($0) < size($1) } ?? range.lowerBound
      let hasPositive = range.contains { cells.cellPositives[$0] > 0 }
      let hasNegative = range.contains { cells.cellNegatives[$0] > 0 }
      let kind = (hasPositive ? 1 : 0) + (hasNegative ? 2 : 0)
      let group = range.count == 1 ? Int(cells.cellGroup[main]) : groupCount
      strata[group * 4 + kind, default: []].append(cluster)
    }
    return strata.keys.sorted().compactMap { strata[$0] }
  }

  private func reweight(
    _ scratch: inout Scratch, strata: [[Int]], _ stream: inout RandomStream
  ) {
    for cell in scratch.cellWeight.indices { scratch.cellWeight[cell] = 0 }
    for stratum in strata {
      for _ in stratum {
        for cell in cellsOfCluster[stratum[stream.integer(below: stratum.count)]] {
          scratch.cellWeight[cell] += 1
        }
      }
    }
  }

  /// The largest studentised difference of the replicate; NaN when none can be studentised.
  private func largest(_ scratch: inout Scratch, centred: Bool) -> Double {
    scratch.evaluate(cells, clusters: cellsOfCluster)
    var largest = -Double.infinity
    for contrast in contrasts {
      let (first, second) = (contrast.first, contrast.second)
      guard scratch.isEstimable[first], scratch.isEstimable[second] else { continue }
      let error = contrastStandardError(
        variances: scratch.covariance[first, first] + scratch.covariance[second, second],
        covariance: scratch.covariance[first, second])
      let difference =
        scratch.auc[first] - scratch.auc[second] - (centred ? contrast.difference : 0)
      if error > 0 {
        largest = max(largest, abs(difference) / error)
      } else if abs(difference) < 1e-14 {
        largest = max(largest, 0)
      }
    }
    return largest == -.infinity ? .nan : largest
  }
}

/// One thread's memory for replicates.
private struct Scratch {
  var cellGroup: [Int32]
  /// Empty of meaning unless the bootstrap fills it; all ones otherwise.
  var cellWeight: [Double]
  var placements: CellPlacements
  var positives: [Double]
  var negatives: [Double]
  var positiveClusters: [Int]
  var negativeClusters: [Int]
  var auc: [Double]
  var isEstimable: [Bool]
  var covariance: SymmetricMatrix
  var influence: [Double]

  init(cells: ClusterCells, groupCount: Int, contrastCount: Int) {
    cellGroup = cells.cellGroup
    cellWeight = [Double](repeating: 1, count: cells.cellCount)
    placements = CellPlacements(cellCount: cells.cellCount, groupCount: groupCount)
    positives = [Double](repeating: 0, count: groupCount)
    negatives = positives
    positiveClusters = [Int](repeating: 0, count: groupCount)
    negativeClusters = positiveClusters
    auc = positives
    isEstimable = [Bool](repeating: false, count: groupCount)
    covariance = SymmetricMatrix(size: groupCount)
    influence = [Double](repeating: 0, count: cells.cellCount)
  }

  mutating func evaluate(_ cells: ClusterCells, clusters: [Range<Int>]) {
    placements.place(cells, cellGroup: cellGroup, cellWeight: cellWeight)
    for group in positives.indices {
      positives[group] = 0
      negatives[group] = 0
      positiveClusters[group] = 0
      negativeClusters[group] = 0
      auc[group] = 0
    }
    for cell in 0..<cells.cellCount where cellWeight[cell] > 0 {
      let group = Int(cellGroup[cell])
      let weight = cellWeight[cell]
      positives[group] += weight * cells.cellPositives[cell]
      negatives[group] += weight * cells.cellNegatives[cell]
      auc[group] += weight * placements.belowPositives[cell]
      if cells.cellPositives[cell] > 0 { positiveClusters[group] += 1 }
      if cells.cellNegatives[cell] > 0 { negativeClusters[group] += 1 }
    }
    for group in auc.indices {
      // A single distinct cluster in a class gives a spurious, far too small variance.
      isEstimable[group] = positiveClusters[group] > 1 && negativeClusters[group] > 1
      if isEstimable[group] { auc[group] /= positives[group] * negatives[group] }
    }
    for cell in 0..<cells.cellCount {
      let group = Int(cellGroup[cell])
      guard isEstimable[group] else {
        influence[cell] = 0
        continue
      }
      let (a, b) = classParts(
        positives: cells.cellPositives[cell], negatives: cells.cellNegatives[cell],
        belowPositives: placements.belowPositives[cell],
        belowNegatives: placements.belowNegatives[cell], groupPositives: positives[group],
        groupNegatives: negatives[group], auc: auc[group])
      influence[cell] = a + b
    }
    for index in covariance.entries.indices { covariance.entries[index] = 0 }
    for range in clusters {
      let weight = cellWeight[range.lowerBound]
      guard weight > 0 else { continue }
      for first in range {
        let row = Int(cellGroup[first])
        let scaled = weight * influence[first]
        for second in range {
          covariance[row, Int(cellGroup[second])] += scaled * influence[second]
        }
      }
    }
    let factor = Double(clusters.count) / Double(max(1, clusters.count - 1))
    for index in covariance.entries.indices { covariance.entries[index] *= factor }
  }
}
