import AuditModel
import Fairness
import Statistics
import Vocabulary

/// A kind of sentence that can be false.
enum Claim: Int, CaseIterable, Sendable {
  /// "Flagged", also by naming the wrong groups.
  case flag
  /// A flag told in a roll-up.
  case rollUp
  case decisions
  /// "The average precision differs" and the like.
  case metrics
  case withinDelta
  /// "Narrower", "wider" or "changed sides" of `audit compare`.
  case change
  /// "More than noise" of a seed placebo.
  case placebo

  var title: String {
    switch self {
    case .flag: "false flag"
    case .rollUp: "false roll-up"
    case .decisions: "false \"decisions differ\""
    case .metrics: "false \"metric differs\""
    case .withinDelta: "false \"within δ\""
    case .change: "false change in `audit compare`"
    case .placebo: "stable generator called unstable"
    }
  }
}

/// How often each kind of sentence was false, over many draws of one scene.
struct Tally: Sendable {
  var draws = 0
  /// Draws with at least one false sentence of the kind; `nil` where the world cannot make it false.
  var counts: [Int?]
  /// Questions whose simultaneous limits all hold the truth, and all questions.
  var covered = 0
  var intervals = 0

  init(_ scene: Scene) {
    counts = Claim.allCases.map { scene.canBeFalse($0) ? 0 : nil }
  }

  static func + (a: Tally, b: Tally) -> Tally {
    var sum = a
    sum.draws += b.draws
    for index in sum.counts.indices {
      sum.counts[index] = sum.counts[index].flatMap { x in b.counts[index].map { x + $0 } }
    }
    sum.covered += b.covered
    sum.intervals += b.intervals
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
    note(
      .flag,
      outcome.verdicts.contains {
        $0.verdict == .flagged
          && scene.isFalse(
            worse: $0.worstPair.last ?? "", better: $0.worstPair.first ?? "",
            attribute: $0.attribute)
      })
    note(
      .rollUp,
      outcome.rollUps.flatMap { rollUp in rollUp.flags.map { (rollUp.attribute, $0) } }
        .contains {
          scene.isFalse(worse: $0.1.worseGroup, better: $0.1.betterGroup, attribute: $0.0)
        })
    note(.decisions, outcome.rateGaps.contains(where: \.isDetected))
    note(.metrics, outcome.metricGaps.contains(where: \.isDetected))
    note(.withinDelta, outcome.verdicts.contains { $0.verdict == .withinDelta })
    note(
      .placebo, outcome.gates.contains { $0.judges(.seedPlacebo) && $0.status == .warn })
    cover(scene, outcome.comparisons)
    if counts[Claim.change.rawValue] != nil { try compare(scene, specification, seed: seed) }
  }

  private mutating func note(_ claim: Claim, _ isFalse: Bool) {
    counts[claim.rawValue] = counts[claim.rawValue].map { $0 + (isFalse ? 1 : 0) }
  }

  private mutating func cover(_ scene: Scene, _ comparisons: [AuditModel.ComparisonResult]) {
    let rows = Dictionary(grouping: comparisons) { [$0.classifier, $0.finding, $0.attribute] }
    for pairs in rows.values where pairs.contains(where: { $0.lower != nil }) {
      intervals += 1
      let holds = pairs.allSatisfy { pair in
        guard let lower = pair.lower, let upper = pair.upper else { return true }
        let truth =
          scene.area(of: pair.groupA, attribute: pair.attribute)
          - scene.area(of: pair.groupB, attribute: pair.attribute)
        return lower <= truth && truth <= upper
      }
      covered += holds ? 1 : 0
    }
  }

  /// Two equally good classifiers on the same images: every change told is false.
  private mutating func compare(
    _ scene: Scene, _ specification: AnalysisSpecification, seed: UInt64
  ) throws {
    var scores = SceneScores(scene, seed: seed &+ 1 << 32)
    let both = scores.tables(["before", "after"])
    let (before, after) = (both[..<scene.findings], both[scene.findings...])
    let pairs = before.flatMap(\.attributes).reduce(0) {
      $0 + $1.groups.count * ($1.groups.count - 1) / 2
    }
    for (a, b) in zip(before, after) {
      for attribute in a.attributes {
        let rows = try gapChanges(
          before: a, after: b, attribute: attribute.name, level: 1 - specification.alpha,
          comparisons: pairs)
        if rows.contains(where: { $0.direction != nil && $0.direction != .notShown }) {
          note(.change, true)
          return
        }
      }
    }
  }
}

extension Scene {
  /// True AUC of a group of any attribute.
  func area(of group: String, attribute: String) -> Double {
    guard attribute != "half" else { return auc }
    return group.hasPrefix("g0") ? auc - truth.gap : auc
  }

  /// Whether it is wrong to say that a classifier is worse for one group than for another.
  func isFalse(worse: String, better: String, attribute: String) -> Bool {
    switch truth {
    case .noDifference, .gapIsHarm, .generatorNoise, .panelShares: true
    case .gapIsDelta, .onlyFirstDiffers, .attributable:
      area(of: worse, attribute: attribute) >= area(of: better, attribute: attribute)
    }
  }

  /// Whether this world can make a sentence of the kind false.
  func canBeFalse(_ claim: Claim) -> Bool {
    let isNull = if case .noDifference = truth { true } else { false }
    switch claim {
    case .flag, .rollUp: return true
    case .decisions: return isNull && firstSpread == 1
    case .metrics: return isNull && firstSpread == 1 && isPrevalenceEqual
    case .withinDelta: if case .gapIsDelta = truth { return true } else { return false }
    // Everything twice: large worlds are left to the smaller ones.
    case .change: return isNull && findings * groupCount * groupCount <= 150 && classifiers == 1
    case .placebo: if case .panelShares = truth { return true } else { return false }
    }
  }
}
