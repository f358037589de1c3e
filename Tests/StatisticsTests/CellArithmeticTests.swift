import Randomness
import Testing

@testable import Statistics

/// What resampling computes by shortcuts against the plain sums.
@Suite struct CellArithmeticTests {
  private struct Scene {
    var cases: SortedCases
    var membership: [Int32]

    /// Scores with many ties; clusters of one to four cases in up to three groups.
    /// - Parameter mixed: Whether a cell may have cases of both classes.
    init(seed: UInt64, mixed: Bool) throws {
      var stream = RandomStream(seed: seed, path: ["cells"])
      var (scores, labels): ([Double], [Bool]) = ([], [])
      var (clusters, membership): ([Int32], [Int32]) = ([], [])
      for cluster in 0..<300 {
        let label = stream.uniform() < 0.4
        for _ in 0...stream.integer(below: 4) {
          scores.append(Double(stream.integer(below: 60)))
          labels.append(mixed ? stream.uniform() < 0.4 : label)
          clusters.append(Int32(cluster))
          membership.append(Int32(stream.integer(below: 4)) - 1)
        }
      }
      cases = try SortedCases(
        scores: scores, labels: labels, clusters: clusters, clusterCount: 300)
      self.membership = membership
    }

    func cells(groupCount: Int) -> ClusterCells {
      ClusterCells(cases: cases, membership: membership, groupCount: groupCount)
    }
  }

  private func sums(_ cells: ClusterCells, weight: [Double]) -> [Double] {
    var placements = CellPlacements(cells)
    placements.place(cells, cellGroup: cells.cellGroup, cellWeight: weight)
    return placements.withSums(of: cells) { sums in
      // Nobody asks for what was not drawn.
      (0..<cells.cellCount).flatMap { cell in
        weight.isEmpty || weight[cell] > 0 ? [sums[cell].positives, sums[cell].negatives] : [0, 0]
      }
    }
  }

  /// Every pair of cases, one by one.
  private func plainSums(_ scene: Scene, _ cells: ClusterCells, weight: [Double]) -> [Double] {
    let cases = scene.cases
    var cellOf: [SIMD2<Int32>: Int] = [:]
    for cluster in 0..<cells.clusterCount {
      for cell in Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1]) {
        cellOf[SIMD2(cells.clusterNumber[cluster], cells.cellGroup[cell])] = cell
      }
    }
    var clusterOf = [Int32](repeating: -1, count: cases.count)
    for cluster in 0..<cases.clusterCount {
      for index in Int(cases.clusterStart[cluster])..<Int(cases.clusterStart[cluster + 1]) {
        clusterOf[Int(cases.positionsByCluster[index])] = Int32(cluster)
      }
    }
    var result = [Double](repeating: 0, count: 2 * cells.cellCount)
    func cell(_ position: Int) -> Int? {
      let group = scene.membership[Int(cases.order[position])]
      return group < 0 ? nil : cellOf[SIMD2(clusterOf[position], group)]
    }
    for position in 0..<cases.count {
      guard let own = cell(position), weight.isEmpty || weight[own] > 0 else { continue }
      for other in 0..<cases.count where cases.isPositive[other] != cases.isPositive[position] {
        guard let its = cell(other), cells.cellGroup[its] == cells.cellGroup[own] else { continue }
        let (lower, upper) = (cases.scores[other], cases.scores[position])
        let part = lower < upper ? 1 : lower == upper ? 0.5 : 0
        result[2 * own + (cases.isPositive[position] ? 0 : 1)] +=
          part * (weight.isEmpty ? 1 : weight[its])
      }
    }
    return result
  }

  private func areEqual(_ scene: Scene, _ cells: ClusterCells, weight: [Double]) -> Bool {
    sums(cells, weight: weight) == plainSums(scene, cells, weight: weight)
  }

  /// 300 groups and weights above 255 do not fit into bytes, so they go the other way.
  @Test(arguments: [false, true], [3, 300])
  func placementsAreTheSumsOverPairs(mixed: Bool, groupCount: Int) throws {
    let scene = try Scene(seed: 1, mixed: mixed)
    let cells = scene.cells(groupCount: groupCount)
    #expect(cells.hasOneClassEach == !mixed)
    #expect(areEqual(scene, cells, weight: []))
    var stream = RandomStream(seed: 2, path: ["weights"])
    for largest in [3, 1000] {
      var weight = [Double](repeating: 0, count: cells.cellCount)
      for cluster in 0..<cells.clusterCount {
        let own = Double(stream.integer(below: largest))
        for cell in Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1]) {
          weight[cell] = own
        }
      }
      #expect(areEqual(scene, cells, weight: weight), "weights below \(largest)")
    }
  }

  /// Blocks of 128 clusters, whole ones and a rest; whole numbers, so that no order of adding matters.
  @Test(arguments: [1, 3, 4, 5, 9])
  func productsAreTheSumsOverClusters(size: Int) throws {
    var stream = RandomStream(seed: UInt64(size), path: ["products"])
    for count in [1, 127, 128, 300] {
      var (scores, labels): ([Double], [Bool]) = ([], [])
      var (clusters, membership): ([Int32], [Int32]) = ([], [])
      for cluster in 0..<count {
        for group in 0..<size where group == 0 || stream.uniform() < 0.7 {
          scores.append(stream.uniform())
          labels.append(cluster % 2 == 0)
          clusters.append(Int32(cluster))
          membership.append(Int32(group))
        }
      }
      let cells = ClusterCells(
        cases: try SortedCases(
          scores: scores, labels: labels, clusters: clusters, clusterCount: count),
        membership: membership, groupCount: size)
      let influence = (0..<cells.cellCount).map { _ in Double(stream.integer(below: 19) - 9) }
      var weight = [Double](repeating: 0, count: cells.cellCount)
      var expected = [Double](repeating: 0, count: size * size)
      var weighted = expected
      for cluster in 0..<cells.clusterCount {
        let range = Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1])
        let own = Double(stream.integer(below: 3))
        for first in range {
          weight[first] = own
          for second in range {
            let place = Int(cells.cellGroup[first]) * size + Int(cells.cellGroup[second])
            expected[place] += influence[first] * influence[second]
            weighted[place] += own * influence[first] * influence[second]
          }
        }
      }
      var products = ClusterProducts(size: size)
      var entries = [Double](repeating: -1, count: size * size)
      for (weight, sums) in [([], expected), (weight, weighted), ([], expected)] {
        products.sum(
          cells, influence: influence, group: cells.cellGroup, weight: weight, into: &entries)
        #expect(zip(entries, sums).allSatisfy { $0 == $1 })
      }
    }
  }
}
