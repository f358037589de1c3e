import AuditModel
import Foundation
import Statistics

/// Pearson's correlation with an interval over clusters.
///
/// The interval is normal on Fisher's scale with the clustered jackknife's variance there.
/// - Returns: `nil` where one of the two does not vary or there are fewer than three clusters.
package func correlation(
  _ x: [Double], _ y: [Double], clusters: [Int], level: Double
) -> MeasuredValue? {
  precondition(x.count == y.count && x.count == clusters.count, "one pair and cluster per case")
  var sums: [Int: Moments] = [:]
  var all = Moments()
  for index in x.indices {
    let single = Moments(x[index], y[index])
    all.add(single)
    sums[clusters[index], default: Moments()].add(single)
  }
  guard let estimate = all.correlation else { return nil }
  guard sums.count > 2 else { return MeasuredValue(estimate) }
  func height(_ r: Double) -> Double { atanh(min(max(r, -1 + 1e-12), 1 - 1e-12)) }
  let reduced = sums.keys.sorted().compactMap { key -> Double? in
    var rest = all
    if let part = sums[key] { rest.subtract(part) }
    return rest.correlation.map(height)
  }
  guard reduced.count == sums.count else { return MeasuredValue(estimate) }
  let mean = reduced.reduce(0, +) / Double(reduced.count)
  let squares = reduced.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  let error = (squares * Double(reduced.count - 1) / Double(reduced.count)).squareRoot()
  let half = Normal.quantile((1 + level) / 2) * error
  return MeasuredValue(
    estimate, lower: tanh(height(estimate) - half), upper: tanh(height(estimate) + half))
}

/// Sums from which a correlation follows.
private struct Moments {
  var (count, x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

  init() {}

  init(_ x: Double, _ y: Double) {
    (count, self.x, self.y, xx, yy, xy) = (1, x, y, x * x, y * y, x * y)
  }

  mutating func add(_ other: Moments) {
    count += other.count
    x += other.x
    y += other.y
    xx += other.xx
    yy += other.yy
    xy += other.xy
  }

  mutating func subtract(_ other: Moments) {
    count -= other.count
    x -= other.x
    y -= other.y
    xx -= other.xx
    yy -= other.yy
    xy -= other.xy
  }

  var correlation: Double? {
    guard count > 1 else { return nil }
    let spreadX = xx - x * x / count
    let spreadY = yy - y * y / count
    guard spreadX > 1e-12 * max(xx, 1e-300), spreadY > 1e-12 * max(yy, 1e-300) else { return nil }
    return (xy - x * y / count) / (spreadX * spreadY).squareRoot()
  }
}
