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
  private let estimator: any CellEstimator
  private let groupCount: Int
  private let contrasts: [GroupContrast]

  /// Of the AUC.
  ///
  /// - Parameters:
  ///   - membership: By row, positions among the groups compared; −1 elsewhere.
  ///   - contrasts: As observed.
  package init(
    _ cases: SortedCases, membership: [Int32], groupCount: Int, contrasts: [GroupContrast]
  ) {
    self.init(
      MetricCases(.area, cases: cases, membership: membership, groupCount: groupCount),
      contrasts: contrasts)
  }

  /// - Parameter metric: Of the groups compared and no other.
  package init(_ metric: MetricCases, contrasts: [GroupContrast]) {
    (cells, estimator) = metric.prepared()
    groupCount = metric.groupCount
    self.contrasts = contrasts
  }

  /// Same seed and path, same numbers, on any number of threads.
  package func run(
    _ scheme: Scheme, level: Double, replicates: Int, seed: UInt64, path: [String]
  ) -> MaxT {
    let resampling = ClusterResampling(cells)
    let sampled =
      scheme == .betweenClusters
      ? ClusterCells(merging: cells, label: resampling.mainGroup) : cells
    let estimator =
      scheme == .betweenClusters ? self.estimator.merged(from: cells, into: sampled) : estimator
    // One job per processor-sized share keeps scratch memory small.
    let jobs = max(1, min(sampled.rows.count > 100_000 ? 4 : 16, replicates))
    let maxima = parallelMap(count: jobs) { job in
      var scratch = ReplicateScratch(
        cells: sampled, estimator: estimator, groupCount: groupCount,
        isWeighted: scheme == .bootstrapT)
      var maxima: [(replicate: Int, value: Double)] = []
      for replicate in stride(from: job, to: replicates, by: jobs) {
        var stream = RandomStream(seed: seed, path: path + ["resample", String(replicate)])
        switch scheme {
        case .betweenClusters:
          scratch.cellGroup = sampled.cellGroup
          stream.shuffle(&scratch.cellGroup)
        case .withinClusters:
          resampling.relabelWithin(&scratch.cellGroup, cells: sampled, &stream)
        case .bootstrapT:
          resampling.reweigh(&scratch.cellWeight, cells: sampled, &stream)
        }
        scratch.evaluate(sampled)
        maxima.append((replicate, largest(scratch, centred: scheme == .bootstrapT)))
      }
      return maxima
    }
    return .resampled(
      contrasts, maxima: maxima.flatMap { $0 }.map(\.value), level: level,
      method: scheme == .bootstrapT ? .bootstrapT : .permutation)
  }

  /// The largest studentised difference of the replicate; NaN when none can be studentised.
  private func largest(_ scratch: ReplicateScratch, centred: Bool) -> Double {
    var largest = -Double.infinity
    for contrast in contrasts {
      let (first, second) = (contrast.first, contrast.second)
      guard scratch.isEstimable(first), scratch.isEstimable(second) else { continue }
      let error = contrastStandardError(
        variances: scratch.covariance[first, first] + scratch.covariance[second, second],
        covariance: scratch.covariance[first, second])
      let difference =
        scratch.value(first) - scratch.value(second) - (centred ? contrast.difference : 0)
      if error > 0 {
        largest = max(largest, abs(difference) / error)
      } else if abs(difference) < 1e-14 {
        largest = max(largest, 0)
      }
    }
    return largest == -.infinity ? .nan : largest
  }
}
