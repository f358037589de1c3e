import AuditModel
import Randomness
import Statistics

/// Compares a real and a synthetic set of embeddings: distances, coverage, separability.
///
/// Intervals leave out one group of clusters after the other (the kernel distance: one cluster).
/// Nulls exchange whole clusters between the two sets at their numbers of clusters, so that a value
/// stands beside what equal distributions would give with as few images.
package struct SetComparison: Sendable {
  /// Neighbours of the manifolds.
  package var neighbours = 5
  /// Groups of clusters that are left out one by one.
  package var jackknifeGroups = 10
  /// Exchanges of clusters.
  package var replicates = 100
  package var level = 0.95
  package var seed: UInt64 = 1
  package var scale = Scale.asGiven

  /// What one unit of a number of the embeddings is.
  package enum Scale: Sendable {
    case asGiven
    /// A deviation among all images of both sets: for numbers that are measured in units of their own.
    ///
    /// By the real images alone, a number that hardly varies among the few of them would outweigh all others.
    case deviations
  }

  package init() {}

  /// - Parameter name: Names the random streams, so that every comparison has its own.
  package func compare(real: EmbeddingSet, synthetic: EmbeddingSet, name: String) -> FidelityValues
  {
    var values = FidelityValues(realCount: real.count, syntheticCount: synthetic.count)
    values.realClusters = real.clusterCount
    values.syntheticClusters = synthetic.clusterCount
    let (real, synthetic) = scaled(real, synthetic)
    guard real.width > 0 else { return values }
    let geometry = PooledGeometry(real: real, synthetic: synthetic)
    let halves = [geometry.realRows, geometry.syntheticRows]
    let whole = statistics(geometry, halves[0], halves[1])
    let reduced = jackknife(geometry, name: name)
    let null = exchanged(geometry, name: name)
    func value(
      _ path: KeyPath<Arrangement, Double?>, within range: ClosedRange<Double>
    ) -> MeasuredValue? {
      guard let estimate = whole[keyPath: path] else { return nil }
      var value = MeasuredValue(
        estimate, variance: variance(reduced, path), level: level, within: range)
      value.adopt(null: null.compactMap { $0[keyPath: path] })
      return value
    }
    values.frechet = value(\.frechet, within: 0...(.infinity))
    if let kernel = whole.kernel {
      let variance = KernelDistance(geometry, real: halves[0], synthetic: halves[1]).variance
      var value = MeasuredValue(kernel, variance: variance, level: level)
      value.adopt(null: null.compactMap(\.kernel))
      values.kernel = value
    }
    // Small values are the bad ones here, so the one-sided p of distances does not apply.
    func share(_ path: KeyPath<Arrangement, Double?>, upTo limit: Double) -> MeasuredValue? {
      var found = value(path, within: 0...limit)
      found?.p = nil
      return found
    }
    values.precision = share(\.precision, upTo: 1)
    values.recall = share(\.recall, upTo: 1)
    values.density = share(\.density, upTo: .infinity)
    values.coverage = share(\.coverage, upTo: 1)
    values.domain = DomainClassifier(real: real, synthetic: synthetic, seed: seed)?
      .area(level: level)
    return values
  }

  /// The statistics of one arrangement of images.
  struct Arrangement: Sendable {
    var frechet: Double?
    var kernel: Double?
    var precision: Double?
    var recall: Double?
    var density: Double?
    var coverage: Double?
  }

  private func statistics(_ geometry: PooledGeometry, _ real: [Int], _ synthetic: [Int])
    -> Arrangement
  {
    let manifolds = Manifolds(geometry, real: real, synthetic: synthetic, neighbours: neighbours)
    return Arrangement(
      frechet: frechetDistance(
        geometry.pooled.selecting(real), geometry.pooled.selecting(synthetic)),
      kernel: KernelDistance(geometry, real: real, synthetic: synthetic).estimate,
      precision: manifolds?.precision, recall: manifolds?.recall, density: manifolds?.density,
      coverage: manifolds?.coverage)
  }

  private func scaled(_ real: EmbeddingSet, _ synthetic: EmbeddingSet)
    -> (EmbeddingSet, EmbeddingSet)
  {
    guard scale == .deviations else { return (real, synthetic) }
    let unit = ColumnScale(of: real.joined(with: synthetic))
    return (unit.scaled(real), unit.scaled(synthetic))
  }

  /// By set: the statistics without each of its groups of clusters.
  private func jackknife(_ geometry: PooledGeometry, name: String) -> [[Arrangement]] {
    let halves = [geometry.realRows, geometry.syntheticRows]
    return halves.indices.map { side in
      let rows = halves[side]
      let clusters = Set(rows.map { geometry.pooled.clusters[$0] }).sorted()
      let groups = min(jackknifeGroups, clusters.count)
      guard groups > 1 else { return [] }
      var stream = RandomStream(seed: seed, path: ["measure", "jackknife", name, "\(side)"])
      var group: [Int: Int] = [:]
      for (place, index) in stream.permutation(clusters.count).enumerated() {
        group[clusters[index]] = place % groups
      }
      let placed = group
      return parallelMap(count: groups) { number in
        let kept = rows.filter { placed[geometry.pooled.clusters[$0]] != number }
        return side == 0
          ? statistics(geometry, kept, halves[1]) : statistics(geometry, halves[0], kept)
      }
    }
  }

  /// (g − 1)/g Σ (θ₍₎ − mean)², summed over the two sets.
  private func variance(_ reduced: [[Arrangement]], _ path: KeyPath<Arrangement, Double?>)
    -> Double?
  {
    var total = 0.0
    for side in reduced {
      let values = side.compactMap { $0[keyPath: path] }
      guard values.count == side.count, values.count > 1 else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      total += squares * Double(values.count - 1) / Double(values.count)
    }
    return total
  }

  private func exchanged(_ geometry: PooledGeometry, name: String) -> [Arrangement] {
    let clusters = geometry.pooled.clusters
    let all = geometry.pooled.clusterCount
    let realClusters = Set(geometry.realRows.map { clusters[$0] }).count
    return parallelMap(count: replicates) { replicate in
      var stream = RandomStream(
        seed: seed, path: ["measure", "exchange", name, "\(replicate)"])
      let chosen = Set(stream.permutation(all).prefix(realClusters))
      let rows = 0..<clusters.count
      return statistics(
        geometry, rows.filter { chosen.contains(clusters[$0]) },
        rows.filter { !chosen.contains(clusters[$0]) })
    }
  }
}
