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
  var sum = 0.0
  var hits = 0.0
  var seen = 0.0
  var index = order.count - 1
  while index >= 0 {
    let score = scores[Int(order[index])]
    var found = 0.0
    while index >= 0, scores[Int(order[index])] == score {
      seen += 1
      if labels[Int(order[index])] { found += 1 }
      index -= 1
    }
    hits += found
    sum += found / positives * hits / seen
  }
  return sum
}
