import AuditModel
import Fairness
import Statistics
import Vocabulary

/// A design that is too small for its gap, and whether what its verdicts say would be enough is, where the
/// gap is what they saw.
struct RequiredWorld: World {
  var name: String
  var positives: [Int]
  var negatives: [Int]
  /// By which the first of two groups is worse.
  var gap: Double
  var familySize = 1

  struct Result: WorldResult {
    var draws = 0
    /// What the inconclusive verdicts say.
    var needed: [Int] = []
    /// Draws of such designs that were flagged.
    var flagged = 0

    static func + (a: Result, b: Result) -> Result {
      Result(
        draws: a.draws + b.draws, needed: a.needed + b.needed, flagged: a.flagged + b.flagged)
    }
  }

  static var sources: [String] { Scene.sources + ["Sources/audit-simulate/Required"] }
  var weight: Double { Double((positives + negatives).reduce(0, +)) * 20 + 2000 }

  /// Numbers beyond it are not drawn.
  static let largest = 6000

  static let all = [
    RequiredWorld(
      name: "needed: two groups of 60 per class, gap .12", positives: [60, 60],
      negatives: [60, 60], gap: 0.12),
    RequiredWorld(
      name: "needed: 30 against 200, gap .15, family of 14", positives: [30, 200],
      negatives: [60, 400], gap: 0.15, familySize: 14),
    RequiredWorld(
      name: "needed: two groups of 100 per class, gap .1, family of 42", positives: [100, 100],
      negatives: [100, 100], gap: 0.1, familySize: 42),
  ]

  func sampler() throws -> @Sendable (Range<Int>) throws -> Result {
    { range in
      let parts = parallelMap(count: range.count) { try? draw(range.lowerBound + $0) }
        .compactMap { $0 }
      guard parts.count == range.count else { throw WorldFailure(world: name) }
      return parts.reduce(Result(), +)
    }
  }

  private func draw(_ number: Int) throws -> Result {
    var result = Result(draws: 1)
    let first = try verdict(gap: gap, factor: 1, seed: UInt64(2 * number + 1))
    guard let first, let needed = first.requiredClusters, needed <= Self.largest,
      let seen = first.worstDifference
    else { return result }
    let isFirstWorse = first.worseGroup == "g0"
    let factor = Double(needed) / Double((positives + negatives).reduce(0, +))
    let second = try verdict(
      gap: isFirstWorse ? seen : -seen, factor: factor, seed: UInt64(2 * number + 2))
    result.needed = [needed]
    result.flagged = second?.verdict == .flagged ? 1 : 0
    return result
  }

  /// Of a design so many times as large.
  private func verdict(gap: Double, factor: Double, seed: UInt64) throws -> Verdict? {
    func scaled(_ counts: [Int]) -> [Int] { counts.map { Int((Double($0) * factor).rounded(.up)) } }
    let scene = Scene(
      name: name, positives: scaled(positives), negatives: scaled(negatives),
      truth: .onlyFirstDiffers(gap))
    var specification = scene.specification()
    // Without δ an answer is a flag.
    (specification.delta, specification.harm) = (0, 0)
    let others = (1..<max(1, familySize)).map { index in
      Absence(
        Question(
          classifier: scene.models[0], cohort: "real", finding: "other \(index)",
          attribute: "group"), cause: .noLabels, sentence: "not drawn")
    }
    var scores = SceneScores(scene, seed: seed)
    return try FairnessAnalysis(specification: specification)
      .run(scores.tables(scene.models), absences: others).verdicts.first
  }
}
