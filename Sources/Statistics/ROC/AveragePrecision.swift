/// Σ (recall step) · precision over distinct scores from the top, without interpolation.
///
/// Tied scores enter together. The value for chance is the prevalence, so groups of different
/// prevalence cannot be compared by it.
///
/// - Returns: `nil` without a positive case or with a score that is not finite.
package func averagePrecision(scores: [Double], labels: [Bool]) -> Double? {
  precondition(scores.count == labels.count, "one label per score")
  let positives = Double(labels.count { $0 })
  guard positives > 0, scores.allSatisfy(\.isFinite) else { return nil }
  let order = ascendingOrder(of: scores)
  return averagePrecision(
    sorted: order.map { scores[Int($0)] }, labels: order.map { labels[Int($0)] },
    positives: positives)
}

/// ``averagePrecision(scores:labels:)`` of scores that ascend.
package func averagePrecision(sortedScores: [Double], labels: [Bool]) -> Double? {
  precondition(sortedScores.count == labels.count, "one label per score")
  let positives = Double(labels.count { $0 })
  return positives > 0
    ? averagePrecision(sorted: sortedScores, labels: labels, positives: positives) : nil
}

private func averagePrecision(sorted: [Double], labels: [Bool], positives: Double) -> Double {
  var sum = 0.0
  var hits = 0.0
  var seen = 0.0
  var index = sorted.count - 1
  while index >= 0 {
    let score = sorted[index]
    var found = 0.0
    while index >= 0, sorted[index] == score {
      seen += 1
      if labels[index] { found += 1 }
      index -= 1
    }
    hits += found
    sum += found / positives * hits / seen
  }
  return sum
}
