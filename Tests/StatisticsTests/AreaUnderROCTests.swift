import Randomness
import Statistics
import ScoreTestSupport
import Testing

/// Scenes with heavy ties, unbalanced classes and clusters of uneven size.
struct ScoredScene: CustomTestStringConvertible {
  let seed: UInt64
  let scores: [Double]
  let labels: [Bool]
  let clusters: [Int32]
  let groups: [Int32]
  let clusterCount: Int
  var testDescription: String { "seed \(seed)" }

  static let all = (1...24).map { ScoredScene(seed: $0) }

  init(seed: UInt64) {
    self.seed = seed
    var stream = RandomStream(seed: seed, path: ["scene"])
    let count = 40 + stream.integer(below: 800)
    let clusterCount = 12 + stream.integer(below: 60)
    let levels = Double(3 + stream.integer(below: 60))
    var scores: [Double] = []
    var labels: [Bool] = []
    var clusters: [Int32] = []
    var groups: [Int32] = []
    for _ in 0..<count {
      let isPositive = stream.uniform() < 0.3
      labels.append(isPositive)
      scores.append(((stream.normal() + (isPositive ? 1 : 0)) * levels / 4).rounded())
      clusters.append(Int32(stream.integer(below: clusterCount)))
      groups.append(Int32(stream.integer(below: 4)) - 1)
    }
    self.scores = scores
    self.labels = labels
    self.clusters = clusters
    self.groups = groups
    self.clusterCount = clusterCount
  }

  func sorted() throws -> SortedCases {
    try SortedCases(scores: scores, labels: labels, clusters: clusters, clusterCount: clusterCount)
  }
}

struct AreaUnderROCTests {
  static func placement(_ positive: Double, _ negative: Double) -> Double {
    positive > negative ? 1 : positive == negative ? 0.5 : 0
  }

  /// The definition: share of ordered pairs, every pair looked at.
  static func shareOfOrderedPairs(_ scores: [Double], _ labels: [Bool]) -> Double {
    var (sum, pairs) = (0.0, 0.0)
    for i in scores.indices where labels[i] {
      for j in scores.indices where !labels[j] {
        sum += placement(scores[i], scores[j])
        pairs += 1
      }
    }
    return sum / pairs
  }

  @Test func smallExampleByHand() throws {
    // Positives 3, 2 against negatives 2, 1, 0: five of six pairs ordered, one tied: 5.5/6.
    let auc = areaUnderROC(scores: [3, 2, 2, 1, 0], labels: [true, true, false, false, false])
    expectClose(auc, 5.5 / 6, absolute: 1e-15)
  }

  /// 1e-13: sums of halves are exact, only the division rounds.
  @Test(arguments: ScoredScene.all) func agreesWithOrderedPairs(_ scene: ScoredScene) throws {
    let slow = Self.shareOfOrderedPairs(scene.scores, scene.labels)
    expectClose(areaUnderROC(scores: scene.scores, labels: scene.labels), slow, absolute: 1e-13)
    let grouped = GroupedAUC(
      try scene.sorted(), membership: [Int32](repeating: 0, count: scene.scores.count),
      groupCount: 1)
    expectClose(grouped.auc[0], slow, absolute: 1e-13)
  }

  /// The definition with loops over pairs and clusters; 1e-12 relative for another order of summation.
  @Test(arguments: ScoredScene.all) func covarianceAgreesWithLoops(_ scene: ScoredScene) throws {
    let grouped = GroupedAUC(try scene.sorted(), membership: scene.groups, groupCount: 3)
    var influence = [[Double]](
      repeating: [Double](repeating: 0, count: scene.clusterCount), count: 3)
    for group in 0..<3 {
      let rows = scene.scores.indices.filter { scene.groups[$0] == Int32(group) }
      let positives = rows.filter { scene.labels[$0] }
      let negatives = rows.filter { !scene.labels[$0] }
      let auc = Self.shareOfOrderedPairs(
        rows.map { scene.scores[$0] }, rows.map { scene.labels[$0] })
      for i in positives {
        let v = negatives.reduce(0) { $0 + Self.placement(scene.scores[i], scene.scores[$1]) }
        influence[group][Int(scene.clusters[i])] +=
          (v / Double(negatives.count) - auc) / Double(positives.count)
      }
      for j in negatives {
        let v = positives.reduce(0) { $0 + Self.placement(scene.scores[$1], scene.scores[j]) }
        influence[group][Int(scene.clusters[j])] +=
          (v / Double(positives.count) - auc) / Double(negatives.count)
      }
    }
    let present = Set(
      scene.scores.indices.filter { scene.groups[$0] >= 0 }.map { scene.clusters[$0] }
    ).count
    let joint = grouped.jointCovariance(of: [2, 0, 1])
    #expect(joint.clusters == present)
    for (row, a) in [2, 0, 1].enumerated() {
      for (column, b) in [2, 0, 1].enumerated() {
        let sum = zip(influence[a], influence[b]).reduce(0) { $0 + $1.0 * $1.1 }
        expectClose(
          joint.covariance[row, column], sum * Double(present) / Double(present - 1),
          absolute: 1e-15, relative: 1e-11)
      }
    }
  }

  @Test(arguments: ScoredScene.all) func oneCasePerClusterIsDeLong(_ scene: ScoredScene) throws {
    let delong = try DeLong(scores: scene.scores, labels: scene.labels)
    let grouped = GroupedAUC(
      try SortedCases(
        scores: scene.scores, labels: scene.labels,
        clusters: scene.scores.indices.map { Int32($0) }, clusterCount: scene.scores.count),
      membership: [Int32](repeating: 0, count: scene.scores.count), groupCount: 1)
    expectClose(grouped.variance[0], delong.variance, relative: 1e-11)
  }

  @Test(arguments: ScoredScene.all) func onlyTheOrderOfScoresMatters(_ scene: ScoredScene) throws {
    let before = GroupedAUC(try scene.sorted(), membership: scene.groups, groupCount: 3)
    let monotone = GroupedAUC(
      try SortedCases(
        scores: scene.scores.map { $0 * 1e-290 - 3e-289 }, labels: scene.labels,
        clusters: scene.clusters, clusterCount: scene.clusterCount), membership: scene.groups,
      groupCount: 3)
    #expect(monotone.auc.elementsEqual(before.auc) { $0 == $1 || ($0.isNaN && $1.isNaN) })
    #expect(monotone.variance.elementsEqual(before.variance) { $0 == $1 || ($0.isNaN && $1.isNaN) })
  }

  /// Swapping the classes and their scores' sign leaves each AUC; flipping labels alone gives 1 − AUC.
  @Test(arguments: ScoredScene.all) func flippedLabelsGiveTheComplement(_ scene: ScoredScene) throws
  {
    let auc = try #require(areaUnderROC(scores: scene.scores, labels: scene.labels))
    expectClose(
      areaUnderROC(scores: scene.scores, labels: scene.labels.map { !$0 }), 1 - auc, absolute: 1e-14
    )
  }

  @Test(arguments: ScoredScene.all) func rowOrderAndNamesOfGroupsDoNotMatter(_ scene: ScoredScene)
    throws
  {
    var stream = RandomStream(seed: scene.seed, path: ["shuffle"])
    let order = stream.permutation(scene.scores.count)
    let renamed: [Int32] = [2, 0, 1]
    let before = GroupedAUC(try scene.sorted(), membership: scene.groups, groupCount: 3)
    let after = GroupedAUC(
      try SortedCases(
        scores: order.map { scene.scores[$0] }, labels: order.map { scene.labels[$0] },
        clusters: order.map { scene.clusters[$0] }, clusterCount: scene.clusterCount),
      membership: order.map { scene.groups[$0] < 0 ? -1 : renamed[Int(scene.groups[$0])] },
      groupCount: 3)
    for group in 0..<3 {
      let other = Int(renamed[group])
      #expect(before.auc[group] == after.auc[other])
      expectClose(after.variance[other], before.variance[group], relative: 1e-11)
    }
  }

  @Test func hostileNumbersGiveNoNumber() {
    #expect(areaUnderROC(scores: [1, .nan], labels: [true, false]) == nil)
    #expect(areaUnderROC(scores: [1, .infinity], labels: [true, false]) == nil)
    #expect(areaUnderROC(scores: [], labels: []) == nil)
    #expect(areaUnderROC(scores: [1, 2], labels: [true, true]) == nil)
    #expect(throws: Undefined.self) { try DeLong(scores: [1, 0], labels: [true, false]) }
    #expect(throws: Undefined.self) {
      try SortedCases(scores: [1], labels: [true], clusters: [7], clusterCount: 2)
    }
  }

  @Test func extremeFiniteScoresKeepTheirOrder() {
    let tiny = Double.leastNonzeroMagnitude
    let scores = [-1e308, -tiny, -0.0, 0.0, tiny, 1e308]
    expectClose(
      areaUnderROC(scores: scores, labels: [false, false, false, true, true, true]),
      // Nine pairs, eight ordered, −0 and +0 tied.
      8.5 / 9, absolute: 1e-15)
    let many = (0..<2000).map { index -> Double in
      let size = Double(index % 7) * 1e307
      return index % 2 == 0 ? size : -size
    }
    let order = ascendingOrder(of: many)
    for (first, second) in zip(order, order.dropFirst()) {
      let (low, high) = (many[Int(first)], many[Int(second)])
      #expect(low < high || (low == high && first < second))
    }
  }

  @Test func allTiesAreOneHalfWithoutVariance() throws {
    let labels = (0..<40).map { $0 % 3 == 0 }
    let delong = try DeLong(scores: [Double](repeating: 0.2, count: 40), labels: labels)
    #expect(delong.auc == 0.5)
    #expect(delong.variance == 0)
  }
}
