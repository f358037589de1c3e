import AuditModel
import Fairness
import Foundation
import Statistics
import Vocabulary

/// How often each kind of sentence was false, over many draws of one scene.
struct Tally: Sendable {
  var draws = 0
  /// Draws with at least one false sentence of the kind.
  var flagged = 0
  var decisions = 0
  var withinDelta = 0
  var changes = 0
  /// Hypotheses whose simultaneous limits all hold the truth, and all hypotheses.
  var covered = 0
  var intervals = 0

  static func + (a: Tally, b: Tally) -> Tally {
    Tally(
      draws: a.draws + b.draws, flagged: a.flagged + b.flagged,
      decisions: a.decisions + b.decisions,
      withinDelta: a.withinDelta + b.withinDelta, changes: a.changes + b.changes,
      covered: a.covered + b.covered, intervals: a.intervals + b.intervals)
  }

  /// One draw of `scene`, analysed as an audit analyses it.
  init(_ scene: Scene, seed: UInt64) throws {
    draws = 1
    let specification = scene.specification()
    let tables = scene.tables(seed: seed)
    let outcome = try FairnessAnalysis(specification: specification).run(tables)
    // At the margin itself, and without a difference, every flag is false.
    let isNull = if case .gapIsDelta = scene.truth { false } else { true }
    if isNull { flagged = outcome.verdicts.contains { $0.verdict == .flagged } ? 1 : 0 }
    switch scene.truth {
    case .noDifference:
      if scene.firstSpread == 1 {
        decisions = outcome.rateGaps.contains(where: \.isDetected) ? 1 : 0
      }
    case .gapIsDelta:
      withinDelta = outcome.verdicts.contains { $0.verdict == .withinDelta } ? 1 : 0
    case .gapIsHarm: break
    }
    let rows = Dictionary(grouping: outcome.comparisons) { $0.finding }
    for pairs in rows.values where pairs.contains(where: { $0.lower != nil }) {
      intervals += 1
      let holds = pairs.allSatisfy { pair in
        guard let lower = pair.lower, let upper = pair.upper else { return true }
        let truth = Self.difference(scene, pair)
        return lower <= truth && truth <= upper
      }
      covered += holds ? 1 : 0
    }
    try compare(scene, specification, seed: seed)
  }

  private init(
    draws: Int, flagged: Int, decisions: Int, withinDelta: Int, changes: Int, covered: Int,
    intervals: Int
  ) {
    self.draws = draws
    self.flagged = flagged
    self.decisions = decisions
    self.withinDelta = withinDelta
    self.changes = changes
    self.covered = covered
    self.intervals = intervals
  }

  /// Two equally good classifiers on the same images: every change told is false.
  private mutating func compare(
    _ scene: Scene, _ specification: AnalysisSpecification, seed: UInt64
  ) throws {
    guard scene.findings <= 8 else { return }
    let both = scene.tables(seed: seed &+ 1 << 32, classifiers: ["before", "after"])
    let (before, after) = (both[..<scene.findings], both[scene.findings...])
    let pairs = scene.findings * scene.groupCount * (scene.groupCount - 1) / 2
    for (a, b) in zip(before, after) {
      let rows = try gapChanges(
        before: a, after: b, attribute: "group", level: 1 - specification.alpha, comparisons: pairs)
      if rows.contains(where: { $0.direction != nil && $0.direction != .notShown }) { changes = 1 }
    }
  }

  private static func difference(_ scene: Scene, _ pair: AuditModel.ComparisonResult) -> Double {
    switch scene.truth {
    case .noDifference: 0
    case .gapIsHarm(let gap), .gapIsDelta(let gap):
      pair.groupA == "g0" ? -gap : pair.groupB == "g0" ? gap : 0
    }
  }
}
