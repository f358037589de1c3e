import Foundation

/// Whether probabilities mean what they say.
package enum Calibration {
  /// Probabilities are moved this far from 0 and 1 before their logit is taken.
  ///
  /// Half a single-precision step below 1: a sigmoid stored in 32 bits that saturates stays ordered.
  package static let logitMargin = 0x1p-25

  package static func logit(_ probability: Double) -> Double {
    let inside = min(max(probability, logitMargin), 1 - logitMargin)
    return log(inside / (1 - inside))
  }

  package struct Bin: Sendable, Equatable {
    package let count: Int
    package let meanScore: Double
    package let positives: Int
  }

  package enum Binning: Sendable {
    /// Equal parts of 0...1, upper end included: (0, 0.1], …; 0 belongs to the first.
    case equalWidth
    /// Bins between the deciles (linear interpolation); a score on an edge belongs above it, so that
    /// equal scores are never split.
    case equalCount
  }

  package static func bins(
    scores: [Double], labels: [Bool], binning: Binning, count: Int = 10
  ) -> [Bin] {
    var sums = [Double](repeating: 0, count: count)
    var counts = [Int](repeating: 0, count: count)
    var positives = counts
    func add(_ row: Int, to bin: Int) {
      sums[bin] += scores[row]
      counts[bin] += 1
      if labels[row] { positives[bin] += 1 }
    }
    switch binning {
    case .equalWidth:
      for row in scores.indices {
        let bin = Int((scores[row] * Double(count)).rounded(.up)) - 1
        add(row, to: min(count - 1, max(0, bin)))
      }
    case .equalCount:
      // Sorted scores, as the analysis has them, fill one bin after the other.
      let isSorted = zip(scores, scores.dropFirst()).allSatisfy { $0 <= $1 }
      let edges = interiorQuantiles(isSorted ? scores : scores.sorted(), count)
      var bin = 0
      for row in scores.indices {
        if !isSorted { bin = 0 }
        while bin < edges.count, edges[bin] <= scores[row] { bin += 1 }
        add(row, to: bin)
      }
    }
    return (0..<count).map {
      Bin(
        count: counts[$0], meanScore: counts[$0] > 0 ? sums[$0] / Double(counts[$0]) : .nan,
        positives: positives[$0])
    }
  }

  private static func interiorQuantiles(_ sorted: [Double], _ count: Int) -> [Double] {
    guard let last = sorted.indices.last else { return [] }
    return (1..<count).map { part in
      let place = Double(last) * Double(part) / Double(count)
      let index = min(last, Int(place))
      let next = min(last, index + 1)
      return sorted[index] + (place - Double(index)) * (sorted[next] - sorted[index])
    }
  }

  /// Mean absolute distance of mean score and share of positives over bins, weighted by cases.
  ///
  /// Biased upward in small groups: even a perfectly calibrated group of 100 shows some hundredths.
  package static func expectedError(
    scores: [Double], labels: [Bool], binning: Binning, count: Int = 10
  ) -> Double? {
    guard !scores.isEmpty else { return nil }
    return bins(scores: scores, labels: labels, binning: binning, count: count)
      .filter { $0.count > 0 }
      .reduce(0) {
        $0 + abs($1.meanScore * Double($1.count) - Double($1.positives)) / Double(scores.count)
      }
  }
}
