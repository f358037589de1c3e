/// Spearman's rank correlation: Pearson's correlation of midranks, so ties are exact.
///
/// - Returns: nil with fewer than two pairs or where one side does not vary.
package func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double? {
  precondition(first.count == second.count, "pairs")
  guard first.count > 1 else { return nil }
  let (x, y) = (midranks(of: first), midranks(of: second))
  let mean = Double(first.count + 1) / 2
  var (products, squaresX, squaresY) = (0.0, 0.0, 0.0)
  for (a, b) in zip(x, y) {
    products += (a - mean) * (b - mean)
    squaresX += (a - mean) * (a - mean)
    squaresY += (b - mean) * (b - mean)
  }
  guard squaresX > 0, squaresY > 0 else { return nil }
  return products / (squaresX * squaresY).squareRoot()
}
