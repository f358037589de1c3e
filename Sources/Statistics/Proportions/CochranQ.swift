/// Cochran's Q: do k arms give the same share of positive decisions on the same cases?
///
/// - Parameter decisions: `[case][arm]`; all cases have the same arms.
/// - Returns: Q, its chi-square p with k − 1 degrees of freedom; p is 1 when no case is discordant.
package func cochranQ(_ decisions: [[Bool]]) -> (q: Double, pValue: Double)? {
  guard let arms = decisions.first?.count, arms > 1, decisions.allSatisfy({ $0.count == arms })
  else { return nil }
  var columns = [Double](repeating: 0, count: arms)
  var (total, squares) = (0.0, 0.0)
  for row in decisions {
    let sum = Double(row.count { $0 })
    for (arm, decision) in row.enumerated() where decision { columns[arm] += 1 }
    total += sum
    squares += sum * sum
  }
  let k = Double(arms)
  let denominator = k * total - squares
  guard denominator > 0 else { return (0, 1) }
  let columnSquares = columns.reduce(0) { $0 + $1 * $1 }
  let q = (k - 1) * (k * columnSquares - total * total) / denominator
  return (q, SpecialFunctions.chiSquareUpperTail(q, degreesOfFreedom: k - 1))
}

/// ``cochranQ(_:)`` for cases that come in clusters.
///
/// The score statistic T′ S⁻¹ T of T = Σ y over clusters, S = Σ y y′, y the cluster's positive
/// decisions by arm less their mean over the arms: empirical where Cochran's variance assumes
/// independent cases. Two arms and one case per cluster give McNemar's chi-square.
///
/// - Parameter clusters: By case; equal numbers stand together.
/// - Returns: `nil` when S has no inverse, as with fewer discordant clusters than arms.
package func clusteredCochranQ(_ decisions: [[Bool]], clusters: [Int32])
  -> (q: Double, pValue: Double)?
{
  precondition(decisions.count == clusters.count, "one cluster per case")
  guard let arms = decisions.first?.count, arms > 1, decisions.allSatisfy({ $0.count == arms })
  else { return nil }
  let size = arms - 1
  var total = [Double](repeating: 0, count: size)
  var squares = SymmetricMatrix(size: size)
  var start = 0
  while start < decisions.count {
    var end = start
    var sums = [Double](repeating: 0, count: arms)
    while end < decisions.count, clusters[end] == clusters[start] {
      for (arm, decision) in decisions[end].enumerated() where decision { sums[arm] += 1 }
      end += 1
    }
    let mean = sums.reduce(0, +) / Double(arms)
    for row in 0..<size {
      total[row] += sums[row] - mean
      for column in 0..<size {
        squares[row, column] += (sums[row] - mean) * (sums[column] - mean)
      }
    }
    start = end
  }
  if squares.entries.allSatisfy({ $0 == 0 }) { return (0, 1) }
  guard let q = squares.inverseQuadraticForm(total) else { return nil }
  return (q, SpecialFunctions.chiSquareUpperTail(q, degreesOfFreedom: Double(size)))
}
