/// Scales integer wishes down to `limit` by largest remainders, never above a wish.
///
/// The sum of the result is `min(limit, sum of wishes)`; equal remainders go to the earlier wish.
/// - SeeAlso: Hamilton's method of apportionment.
package func apportion(_ wishes: [Int], limit: Int) -> [Int] {
  let total = wishes.reduce(0, +)
  guard total > limit else { return wishes }
  guard limit > 0 else { return wishes.map { _ in 0 } }
  // Products stay exact: wishes and limits are far below 2^31.
  var result = wishes.map { $0 * limit / total }
  let remainders = wishes.indices.map { (wishes[$0] * limit) % total }
  let order = wishes.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
  for index in order.prefix(limit - result.reduce(0, +)) { result[index] += 1 }
  return result
}

/// Splits `total` in proportion to non-negative weights by largest remainders.
package func apportion(total: Int, weights: [Double]) -> [Int] {
  let sum = weights.reduce(0, +)
  guard sum > 0, sum.isFinite, total > 0 else { return weights.map { _ in 0 } }
  let shares = weights.map { $0 / sum * Double(total) }
  var result = shares.map { Int($0.rounded(.down)) }
  let order = weights.indices.sorted {
    let left = shares[$0] - shares[$0].rounded(.down)
    let right = shares[$1] - shares[$1].rounded(.down)
    return left == right ? $0 < $1 : left > right
  }
  for index in order.prefix(max(0, total - result.reduce(0, +))) where weights[index] > 0 {
    result[index] += 1
  }
  return result
}
