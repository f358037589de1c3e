import AuditModel
import Statistics

/// The curves of a group that the report draws.
enum GroupCurves {
  /// Points of a drawn curve; more than a screen can show is thinned evenly.
  private static let pointLimit = 101

  /// - Returns: `nil` when a class is absent.
  static func roc(_ cases: GroupCases, of row: SubgroupResult) -> ROCCurve? {
    let positives = Double(row.positives)
    let negatives = Double(row.negatives)
    guard positives > 0, negatives > 0 else { return nil }
    var points: [(Double, Double)] = [(0, 0)]
    var (hits, alarms) = (0.0, 0.0)
    var index = cases.scores.count - 1
    while index >= 0 {
      let score = cases.scores[index]
      while index >= 0, cases.scores[index] == score {
        if cases.labels[index] { hits += 1 } else { alarms += 1 }
        index -= 1
      }
      points.append((alarms / negatives, hits / positives))
    }
    if points.count > pointLimit {
      let last = points.count - 1
      points = (0..<pointLimit).map { points[$0 * last / (pointLimit - 1)] }
    }
    return ROCCurve(
      row.question, group: row.group, falsePositiveRates: points.map(\.0),
      truePositiveRates: points.map(\.1))
  }

  /// Ten bins between the deciles of the scores; Wilson's intervals on the effective number of patients,
  /// whose images share what their bin has too many or too few of.
  static func calibration(
    _ cases: GroupCases, of row: SubgroupResult, level: Double
  ) -> CalibrationCurve? {
    guard !cases.scores.isEmpty else { return nil }
    let bins = Calibration.bins(
      scores: cases.scores, labels: cases.labels, binning: .equalCount
    ).filter { $0.count > 0 }
    // Scores ascend, so that a bin's cases follow those of the bin before.
    var (first, slots) = (0, ClusterSlots(cases.clusterCount))
    return CalibrationCurve(
      row.question, group: row.group,
      bins: bins.map { bin in
        let rows = first..<(first + bin.count)
        first = rows.upperBound
        let (hits, trials) = slots.counts(of: cases, rows)
        let found = Proportion.clusteredWilson(successes: hits, trials: trials, level: level)
        return CalibrationBin(
          images: bin.count, meanScore: bin.meanScore,
          observed: IntervalEstimate(
            estimate: Double(bin.positives) / Double(bin.count), lower: found?.interval.lower,
            upper: found?.interval.upper))
      })
  }

  /// Counts by cluster, of a few cases at a time.
  private struct ClusterSlots {
    /// By cluster: where it stands among those of the present cases; −1: nowhere.
    private var slot: [Int]

    init(_ count: Int) { slot = [Int](repeating: -1, count: count) }

    mutating func counts(of cases: GroupCases, _ rows: Range<Int>) -> (
      hits: [Double], trials: [Double]
    ) {
      var (hits, trials, used) = ([Double](), [Double](), [Int]())
      for row in rows {
        let cluster = Int(cases.clusters[row])
        if slot[cluster] < 0 {
          slot[cluster] = trials.count
          used.append(cluster)
          hits.append(0)
          trials.append(0)
        }
        trials[slot[cluster]] += 1
        hits[slot[cluster]] += cases.labels[row] ? 1 : 0
      }
      for cluster in used { slot[cluster] = -1 }
      return (hits, trials)
    }
  }
}
