import Foundation
import Randomness
import ScoreTestSupport
import Statistics
import Testing

/// Every metric's value, influence and resampling, against definitions and other routes.
struct MetricArithmeticTests {
  /// The arithmetics by short names, because test arguments are printed.
  enum Kind: String, CaseIterable {
    case area, precision, sensitivity, falsePositives, squaredError

    var arithmetic: MetricArithmetic {
      switch self {
      case .area: .area
      case .precision: .precision
      case .sensitivity: .ratio { $1 ? ($2 ? 1 : 0, 1) : nil }
      case .falsePositives: .ratio { $1 ? nil : ($2 ? 1 : 0, 1) }
      case .squaredError:
        .ratio { score, isPositive, _ in
          let error = score - (isPositive ? 1 : 0)
          return (error * error, 1)
        }
      }
    }
  }

  /// Ten-level scores with ties, labels that vary within clusters, two groups that share clusters.
  struct Scene {
    var scores: [Double] = []
    var labels: [Bool] = []
    var clusters: [Int32] = []
    var groups: [Int32] = []

    init() {
      var stream = RandomStream(seed: 3, path: ["metric"])
      for cluster in 0..<9 {
        for _ in 0..<(2 + cluster % 4) {
          let isPositive = stream.uniform() < 0.5
          let level = (stream.uniform() * 7 + (isPositive ? 3 : 0)).rounded(.down)
          scores.append(level / 10)
          labels.append(isPositive)
          clusters.append(Int32(cluster))
          groups.append(stream.uniform() < 0.6 ? 0 : 1)
        }
      }
    }

    /// - Parameter copies: How often the rows of each cluster stand in the table.
    func estimates(_ kind: Kind, copies: [Int]? = nil) throws -> ClusterInfluence {
      let rows = scores.indices.flatMap { row in
        [Int](repeating: row, count: copies?[Int(clusters[row])] ?? 1)
      }
      let cases = try SortedCases(
        scores: rows.map { scores[$0] }, labels: rows.map { labels[$0] },
        clusters: rows.map { clusters[$0] }, clusterCount: 9)
      return MetricCases(
        kind.arithmetic, cases: cases, membership: rows.map { groups[$0] }, groupCount: 2,
        threshold: 0.5
      ).estimates()
    }
  }

  /// The joint covariance is C/(C−1) Σ u uᵀ with u the derivative of the value by the cluster's weight.
  @Test(arguments: Kind.allCases)
  func influenceIsTheDerivativeByAClustersWeight(_ kind: Kind) throws {
    let scene = Scene()
    let found = try scene.estimates(kind)
    // 200 copies of everything, one more or less of one cluster: a weight of 1 ± 1/200.
    let copies = 200
    var expected = [[0.0, 0.0], [0.0, 0.0]]
    for cluster in 0..<9 {
      var weights = [Int](repeating: copies, count: 9)
      weights[cluster] += 1
      let more = try scene.estimates(kind, copies: weights)
      weights[cluster] -= 2
      let less = try scene.estimates(kind, copies: weights)
      let slope = (0..<2).map { (more.values[$0] - less.values[$0]) / 2 * Double(copies) }
      for row in 0..<2 {
        for column in 0..<2 { expected[row][column] += slope[row] * slope[column] }
      }
    }
    let joint = found.jointCovariance(of: [0, 1])
    #expect(joint.clusters > 5)
    let factor = Double(joint.clusters) / Double(joint.clusters - 1)
    for row in 0..<2 {
      for column in 0..<2 {
        // The central difference errs by the third derivative times 1/200².
        expectClose(
          joint.covariance[row, column], factor * expected[row][column], absolute: 1e-5)
      }
    }
  }

  @Test func valuesAreThoseOfTheDefinitions() throws {
    let scene = Scene()
    let rows = scene.scores.indices.filter { scene.groups[$0] == 0 }
    let (scores, labels) = (rows.map { scene.scores[$0] }, rows.map { scene.labels[$0] })
    let positives = rows.indices.filter { labels[$0] }
    let area = try #require(areaUnderROC(scores: scores, labels: labels))
    expectClose(try scene.estimates(.area).values[0], area, absolute: 1e-14)
    let precision = try #require(averagePrecision(scores: scores, labels: labels))
    expectClose(try scene.estimates(.precision).values[0], precision, absolute: 1e-14)
    let sensitivity = Double(positives.count { scores[$0] >= 0.5 }) / Double(positives.count)
    expectClose(try scene.estimates(.sensitivity).values[0], sensitivity, absolute: 1e-14)
    let called = rows.indices.count { !labels[$0] && scores[$0] >= 0.5 }
    expectClose(
      try scene.estimates(.falsePositives).values[0],
      Double(called) / Double(rows.count - positives.count), absolute: 1e-14)
  }

  /// A mean has its cluster-robust error from elsewhere as well.
  @Test func squaredErrorsVarianceIsThatOfAClusteredMean() throws {
    let scene = Scene()
    let rows = scene.scores.indices.filter { scene.groups[$0] == 1 }
    let mean = try #require(
      ClusteredMean(
        values: rows.map {
          (scene.scores[$0] - (scene.labels[$0] ? 1 : 0))
            * (scene.scores[$0] - (scene.labels[$0] ? 1 : 0))
        }, clusters: rows.map { scene.clusters[$0] }, clusterCount: 9))
    let found = try scene.estimates(.squaredError)
    expectClose(found.values[1], mean.mean, absolute: 1e-14)
    expectClose(
      found.jointCovariance(of: [1]).covariance[0, 0].squareRoot(), mean.standardError,
      absolute: 1e-14)
    #expect(found.support[1] == mean.clusterCount)
  }

  /// Relabelling clusters that hold one case each gives every metric its two-sample permutation test.
  @Test(arguments: Kind.allCases)
  func permutationFindsAGapAndOnlyAGap(_ kind: Kind) throws {
    for (gap, isReal) in [(0.0, false), (2.0, true)] {
      var stream = RandomStream(seed: 8, path: ["permuted", kind.rawValue])
      var (scores, labels, groups) = ([Double](), [Bool](), [Int32]())
      for row in 0..<96 {
        let (isPositive, group) = (row % 2 == 0, row / 2 % 2)
        // In the second group positives score lower and negatives higher.
        let shift = (isPositive ? 1 : -1) * (1.5 - (group == 1 ? gap : 0))
        scores.append(1 / (1 + exp(-shift - stream.normal())))
        labels.append(isPositive)
        groups.append(Int32(group))
      }
      let cases = try SortedCases(
        scores: scores, labels: labels, clusters: scores.indices.map { Int32($0) },
        clusterCount: scores.count)
      let metric = MetricCases(
        kind.arithmetic, cases: cases, membership: groups, groupCount: 2, threshold: 0.5)
      let estimates = metric.estimates()
      let contrasts = GroupContrast.allPairs(
        auc: estimates.values, covariance: estimates.jointCovariance(of: [0, 1]).covariance)
      let found = ResampledMaxT(metric.keeping([0, 1]), contrasts: contrasts).run(
        .betweenClusters, level: 0.95, replicates: 499, seed: 1, path: ["test"])
      let p = try #require(found.pValues[0])
      #expect((p <= 0.01) == isReal, "\(kind.rawValue), gap \(gap): p = \(p)")
    }
  }
}
