/// Choosing the score from which a case counts as positive (`score ≥ threshold`).
package enum OperatingPoint {
  /// The largest threshold with at least this sensitivity.
  package static func threshold(
    sensitivity target: Double, scores: [Double], labels: [Bool]
  ) -> Double? {
    let positives = zip(scores, labels).filter(\.1).map(\.0).sorted()
    guard !positives.isEmpty else { return nil }
    // k positives at or above the threshold, k ≥ target · P; rounding must not ask for one more.
    let needed = max(1, Int((target * Double(positives.count) - 1e-9).rounded(.up)))
    return positives[max(0, positives.count - min(positives.count, needed))]
  }

  /// The smallest threshold with at least this specificity.
  package static func threshold(
    specificity target: Double, scores: [Double], labels: [Bool]
  ) -> Double? {
    let negatives = zip(scores, labels).filter { !$0.1 }.map(\.0).sorted()
    guard !negatives.isEmpty else { return nil }
    let needed = max(0, Int((target * Double(negatives.count) - 1e-9).rounded(.up)))
    guard needed > 0 else { return scores.min() }
    let bound = negatives[min(negatives.count, needed) - 1]
    return scores.filter { $0 > bound }.min() ?? bound.nextUp
  }

  /// The threshold of the largest F1; among equals the largest threshold.
  package static func thresholdOfMaximumF1(scores: [Double], labels: [Bool]) -> Double? {
    let positives = labels.count { $0 }
    guard positives > 0 else { return nil }
    let order = ascendingOrder(of: scores)
    var best: (f1: Double, threshold: Double)?
    var truePositives = 0.0
    var predicted = 0.0
    var index = order.count - 1
    while index >= 0 {
      let score = scores[Int(order[index])]
      while index >= 0, scores[Int(order[index])] == score {
        predicted += 1
        if labels[Int(order[index])] { truePositives += 1 }
        index -= 1
      }
      let f1 = 2 * truePositives / (predicted + Double(positives))
      if f1 > best?.f1 ?? -1 { best = (f1, score) }
    }
    return best?.threshold
  }
}
