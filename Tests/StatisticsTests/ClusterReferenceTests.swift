import Foundation
import ScoreTestSupport
import Statistics
import Testing

/// Numbers of R's clubSandwich and multcomp, made by `Reference/clusters.R` and kept in `clusters.txt`.
struct ClusterReferenceTests {
  private let expected: [String: Double]

  init() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let text = try String(
      contentsOf: folder.appending(path: "Reference/clusters.txt"), encoding: .utf8)
    var numbers: [String: Double] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let words = line.split(separator: " ")
      numbers[words.dropLast().joined(separator: " ")] = words.last.flatMap { Double($0) }
    }
    expected = numbers
  }

  /// The cases of `clusters.R`, by the same generator.
  private var cases: (scores: [Double], labels: [Bool], clusters: [Int32]) {
    var state = 20_261_128
    func uniform() -> Double {
      state = state * 16807 % 2_147_483_647
      return Double(state) / 2_147_483_647
    }
    var (scores, labels, clusters) = ([Double](), [Bool](), [Int32]())
    for cluster in 0..<45 {
      let shared = uniform()
      let draw = uniform()
      for _ in 0..<(1 + Int(8 * draw * draw)) {
        let label = uniform() < 0.2 + 0.4 * shared
        scores.append(0.05 + 0.6 * (0.4 * shared + 0.3 * uniform() + (label ? 0.3 : 0)))
        labels.append(label)
        clusters.append(Int32(cluster))
      }
    }
    return (scores, labels, clusters)
  }

  /// R prints 15 digits; the fit ends by 1e-12.
  @Test func theSlopesErrorIsTheBiasReducedLinearisation() throws {
    let (scores, labels, clusters) = cases
    #expect(Double(scores.count) == expected["cases"])
    let fit = try Calibration.LogitCases(
      scores: scores, labels: labels, clusters: clusters, clusterCount: 45
    ).fit()
    expectClose(fit.slope, try #require(expected["slope"]), relative: 1e-9)
    expectClose(
      fit.slopeClusteredError, try #require(expected["CR2 standard error of the slope"]),
      relative: 1e-8)
    let effective = try #require(fit.slopeEffectiveClusters)
    #expect(effective > 2 && effective <= 45)
  }

  /// Five groups against all others of each, whose estimates have cases in common. Draws know a chance to
  /// 5 % (see ``MinP``), multcomp's integration to 1e-6.
  @Test func groupsAgainstAllOthersAreJoinedAsByMultcomp() throws {
    let shares = [0.7, 0.2, 0.05, 0.03, 0.02]
    let values = [0.84, 0.85, 0.79, 0.93, 0.80]
    // By side: what each group counts for in it, the groups first and then their others.
    var rows = [[Double]](repeating: [Double](repeating: 0, count: 5), count: 10)
    for group in 0..<5 {
      rows[group][group] = 1
      for other in 0..<5 where other != group {
        rows[5 + group][other] = shares[other] / (1 - shares[group])
      }
    }
    var covariance = SymmetricMatrix(size: 10)
    var sides = [Double](repeating: 0, count: 10)
    for x in 0..<10 {
      for group in 0..<5 {
        sides[x] += rows[x][group] * values[group]
        let part: Double = rows[x][group] * 0.00002 / shares[group]
        for y in 0..<10 { covariance[x, y] += part * rows[y][group] }
      }
    }
    let pairs: [(first: Int, second: Int)] = (0..<5).map { ($0, 5 + $0) }
    let contrasts = GroupContrast.of(pairs, auc: sides, covariance: covariance)
    let alone: [Double] = contrasts.compactMap { $0.pValue }
    let joined = MinP(
      contrasts, pValues: alone, covariance: covariance, seed: 1, path: ["reference"])
    for group in 0..<5 {
      expectClose(
        contrasts[group].z, try #require(expected["z \(group + 1)"]), relative: 1e-9)
      expectClose(alone[group], try #require(expected["p \(group + 1)"]), relative: 1e-6)
      expectClose(
        joined.pValues[group], try #require(expected["step down \(group + 1)"]), relative: 0.05)
      expectClose(
        joined.adjusted(alone[group]), try #require(expected["single step \(group + 1)"]),
        relative: 0.05)
    }
  }
}
