/// How far two sets of embeddings cover each other, by balls that reach to each image's k-th neighbour.
///
/// - SeeAlso: precision and recall, Kynkäänniemi et al. 2019; density and coverage, Naeem et al. 2020.
///   Agrees with the package `prdc`.
package struct Manifolds: Sendable, Equatable {
  /// Share of synthetic images inside a ball of a real one.
  package var precision: Double
  /// Share of real images inside a ball of a synthetic one.
  package var recall: Double
  /// Mean number of real balls around a synthetic image, over k; above 1 where they crowd.
  package var density: Double
  /// Share of real balls with a synthetic image in them.
  package var coverage: Double

  /// - Returns: `nil` where a set has no k-th neighbour.
  init?(_ geometry: PooledGeometry, real: [Int], synthetic: [Int], neighbours k: Int) {
    guard k > 0, real.count > k, synthetic.count > k else { return nil }
    let realReach = Self.reach(geometry, real, k)
    let syntheticReach = Self.reach(geometry, synthetic, k)
    var isCovered = [Bool](repeating: false, count: real.count)
    var isRecalled = isCovered
    var (precise, balls) = (0, 0)
    for (column, image) in synthetic.enumerated() {
      var found = 0
      for (row, other) in real.enumerated() {
        let square = geometry.square(image, other)
        if square < realReach[row] {
          found += 1
          isCovered[row] = true
        }
        if square < syntheticReach[column] { isRecalled[row] = true }
      }
      if found > 0 { precise += 1 }
      balls += found
    }
    precision = Double(precise) / Double(synthetic.count)
    recall = Double(isRecalled.count { $0 }) / Double(real.count)
    density = Double(balls) / Double(k * synthetic.count)
    coverage = Double(isCovered.count { $0 }) / Double(real.count)
  }

  /// By image: the squared distance to its k-th neighbour in the set.
  private static func reach(_ geometry: PooledGeometry, _ rows: [Int], _ k: Int) -> [Double] {
    rows.map { row in
      var nearest: [Double] = []
      for other in rows where other != row {
        let square = geometry.square(row, other)
        if nearest.count < k || square < nearest[nearest.count - 1] {
          let place = nearest.firstIndex { $0 > square } ?? nearest.count
          nearest.insert(square, at: place)
          if nearest.count > k { nearest.removeLast() }
        }
      }
      return nearest[k - 1]
    }
  }
}
