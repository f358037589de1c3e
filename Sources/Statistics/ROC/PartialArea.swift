/// The area under the ROC curve over false-positive rates up to `limit`, scaled by McClish 1989.
///
/// Guessing has 0.5 and a perfect classifier 1, whatever the limit. Tied scores are one straight step, as
/// in the whole area; at limit 1 the two are equal.
/// - Parameter sortedScores: Ascending.
/// - Returns: `nil` without both classes.
package func partialArea(sortedScores: [Double], labels: [Bool], limit: Double) -> Double? {
  let positives = Double(labels.count { $0 })
  let negatives = Double(labels.count) - positives
  guard positives > 0, negatives > 0, limit > 0, limit <= 1 else { return nil }
  var (area, hits, alarms) = (0.0, 0.0, 0.0)
  var end = sortedScores.count
  while end > 0 {
    var start = end - 1
    while start > 0, sortedScores[start - 1] == sortedScores[end - 1] { start -= 1 }
    let with = Double(labels[start..<end].count { $0 })
    let without = Double(end - start) - with
    let (from, to) = (alarms / negatives, (alarms + without) / negatives)
    let (low, high) = (hits / positives, (hits + with) / positives)
    if to >= limit {
      // The step is cut where the rate reaches its limit.
      let share = to > from ? (limit - from) / (to - from) : 0
      area += (limit - from) * (low + (low + share * (high - low))) / 2
      break
    }
    area += (to - from) * (low + high) / 2
    hits += with
    alarms += without
    end = start
  }
  let least = limit * limit / 2
  return (1 + (area - least) / (limit - least)) / 2
}
