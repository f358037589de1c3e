import AuditModel
import Fairness
import Statistics
import Vocabulary

/// How often each kind of sentence was false, over many draws of one scene.
struct Tally: WorldResult {
  var draws = 0
  /// Draws with at least one false sentence of the kind; `nil` where the world cannot make it false.
  var counts: [Int?]
  /// What is said at 95 % each.
  var alone = AloneTally()

  init(_ scene: Scene) {
    counts = Claim.allCases.map { scene.canBeFalse($0) ? 0 : nil }
  }

  static func + (a: Tally, b: Tally) -> Tally {
    var sum = a
    sum.draws += b.draws
    for index in sum.counts.indices {
      sum.counts[index] = sum.counts[index].flatMap { x in b.counts[index].map { x + $0 } }
    }
    sum.alone = a.alone + b.alone
    return sum
  }

  /// One draw of `scene`, analysed as an audit analyses it.
  init(_ scene: Scene, seed: UInt64) throws {
    self.init(scene)
    draws = 1
    let specification = scene.specification()
    var scores = SceneScores(scene, seed: seed)
    let tables = scores.tables(scene.models)
    let outcome = try FairnessAnalysis(specification: specification).run(tables)
    for claim in Claim.allCases { note(claim, claim.isFalse(in: outcome, of: scene)) }
    alone = AloneTally(outcome, of: scene)
    if counts[Claim.change.rawValue] != nil { try compare(scene, specification, seed: seed) }
  }

  private mutating func note(_ claim: Claim, _ isFalse: Bool) {
    counts[claim.rawValue] = counts[claim.rawValue].map { $0 + (isFalse ? 1 : 0) }
  }

  /// Two equally good classifiers on the same images: every change told is false.
  private mutating func compare(
    _ scene: Scene, _ specification: AnalysisSpecification, seed: UInt64
  ) throws {
    var scores = SceneScores(scene, seed: seed &+ 1 << 32)
    let both = scores.tables(["before", "after"])
    let (before, after) = (both[..<scene.findings], both[scene.findings...])
    let pairs = before.flatMap(\.attributes).reduce(0) {
      $0 + $1.pairCount(reference: specification.reference[$1.name])
    }
    for (a, b) in zip(before, after) {
      for attribute in a.attributes {
        let rows = try gapChanges(
          before: a, after: b, attribute: attribute.name, level: 1 - specification.alpha,
          comparisons: pairs, reference: specification.reference[attribute.name])
        if rows.contains(where: { $0.direction != nil && $0.direction != .notShown }) {
          note(.change, true)
          return
        }
      }
    }
  }
}
