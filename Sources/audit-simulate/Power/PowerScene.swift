import AuditModel
import Fairness
import Statistics
import Vocabulary

/// A design, what `audit plan` promises of it, and what draws of it find.
struct PowerScene: World {
  var name: String
  var positives: [Int]
  var negatives: [Int]
  var auc = 0.85
  var familySize = 1
  var isPaired = false
  var panel = false
  var delta = 0.1

  static let all: [PowerScene] = [
    PowerScene(name: "two groups of 150", positives: [150, 150], negatives: [150, 150]),
    PowerScene(
      name: "34 positives against 300", positives: [34, 300], negatives: [150, 900],
      familySize: 42),
    PowerScene(
      name: "15 positives against 300", positives: [15, 300], negatives: [60, 900],
      familySize: 14),
    PowerScene(
      name: "four groups of 100", positives: [Int](repeating: 100, count: 4),
      negatives: [Int](repeating: 100, count: 4), familySize: 14),
    PowerScene(
      name: "six groups of 60", positives: [Int](repeating: 60, count: 6),
      negatives: [Int](repeating: 120, count: 6), familySize: 42),
    PowerScene(
      name: "three arms of 60 base cases, placebo", positives: [30, 30, 30],
      negatives: [30, 30, 30], familySize: 4, isPaired: true),
    PowerScene(
      name: "two arms of 200 base cases, placebo", positives: [100, 100], negatives: [100, 100],
      familySize: 8, isPaired: true),
    PowerScene(
      name: "two arms of 200 base cases, placebo and panel", positives: [100, 100],
      negatives: [100, 100], familySize: 8, isPaired: true, panel: true),
  ]

  private var assumptions: DesignAssumptions {
    var assumptions = DesignAssumptions()
    assumptions.auc = auc
    let correlation = PlannedGroup.placementCorrelation(
      area: auc, correlation: Scene.patientCorrelation)
    assumptions.imageCorrelation = correlation
    assumptions.armCorrelation = isPaired ? correlation : 0
    return assumptions
  }

  /// What the plan says.
  func plan() -> Answer<DetectableGap>? {
    var rule = DesignRule()
    rule.familySize = familySize
    rule.hasPlacebo = isPaired
    rule.panel = panel ? 2 : 0
    var specification = AnalysisSpecification()
    specification.delta = delta
    return detectableGap(
      of: QuestionPattern(finding: "finding", attribute: "group"),
      cells: zip(positives, negatives).map { DesignCell(positives: $0, negatives: $1) },
      assumptions: assumptions, rule: rule, specification: specification)
  }

  /// What draws of the planned designs found.
  struct Result: WorldResult {
    /// What the plan says, `nil` where it promises nothing.
    var gap: Double?
    var clusters: Int?
    var draws = 0
    var flagged = 0
    var within = 0

    static func + (a: Result, b: Result) -> Result {
      var sum = a
      sum.draws += b.draws
      sum.flagged += b.flagged
      sum.within += b.within
      return sum
    }
  }

  static var sources: [String] { Scene.sources + ["Sources/audit-simulate/Power"] }
  var weight: Double { Double((positives + negatives).reduce(0, +)) * (isPaired ? 20 : 6) + 2000 }

  /// More clusters than these are told and not drawn.
  static let largest = 3000

  func sampler() throws -> @Sendable (Range<Int>) throws -> Result {
    let plan = plan()
    var empty = Result()
    empty.gap = plan.flatMap { $0.isReachable ? $0.at80Percent : nil }
    empty.clusters = plan?.requiredPerClassForDelta
    let planned = empty
    return { range in
      var result = planned
      result.draws = range.count
      if let gap = planned.gap { result.flagged = flagged(gap: gap, range) }
      if let needed = planned.clusters, needed <= Self.largest {
        result.within = within(perClass: needed, range)
      }
      return result
    }
  }

  /// Draws that are flagged where the first group is worse by `gap`.
  private func flagged(gap: Double, _ range: Range<Int>) -> Int {
    let scene = Scene(
      name: "power \(name)", positives: positives, negatives: negatives, auc: auc,
      truth: isPaired ? .attributable(gap) : .onlyFirstDiffers(gap), isPaired: isPaired,
      references: panel ? 2 : 0)
    return count(scene, range, verdict: .flagged)
  }

  /// Draws that are within δ where nothing differs and each class has so many clusters.
  private func within(perClass: Int, _ range: Range<Int>) -> Int {
    let factor = Double(perClass) / Double(min(positives.min() ?? 1, negatives.min() ?? 1))
    func scaled(_ counts: [Int]) -> [Int] { counts.map { Int((Double($0) * factor).rounded()) } }
    let scene = Scene(
      name: "equivalence \(name)", positives: scaled(positives), negatives: scaled(negatives),
      auc: auc, truth: isPaired ? .attributable(0) : .noDifference, isPaired: isPaired)
    return count(scene, range, verdict: .withinDelta)
  }

  private func count(_ scene: Scene, _ range: Range<Int>, verdict: Verdict.Kind) -> Int {
    var specification = scene.specification()
    specification.delta = delta
    specification.harm = 0
    let analysis = FairnessAnalysis(specification: specification)
    // The rest of the family was declared and is not there: it counts in the adjustment.
    let absences = (1..<max(1, familySize)).map { index in
      Absence(
        Question(
          classifier: "model 0", cohort: "real", finding: "absent \(index)", attribute: "group"),
        cause: .noLabels, sentence: "not simulated")
    }
    return parallelMap(count: range.count) { draw -> Bool in
      var scores = SceneScores(scene, seed: UInt64(range.lowerBound + draw + 1))
      let tables = scores.tables(["model 0"])
      let outcome = try? analysis.run(tables, absences: absences)
      return outcome?.verdicts.first?.verdict == verdict
    }.count { $0 }
  }
}
