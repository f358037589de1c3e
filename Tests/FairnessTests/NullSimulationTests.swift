import AuditModel
import Fairness
import Foundation
import Randomness
import Statistics
import ScoreTestSupport
import Testing
import Vocabulary

/// Error rates over 1,000 cohorts with known truth each; `AUDIT_SIMULATIONS` raises the number.
///
/// Two binomial standard errors of 95 % over 1,000 cohorts are 1.4 points.
@Suite(.tags(.simulation))
struct NullSimulationTests {
  private static let root2 = 2.0.squareRoot()
  private static let count = max(
    1000, Int(ProcessInfo.processInfo.environment["AUDIT_SIMULATIONS"] ?? "") ?? 0)

  enum Design: CaseIterable, Sendable {
    /// Patients of three groups of unequal size, one to four images each, rounded scores.
    case disjointClusteredTied
    /// Base cases seen in three arms.
    case paired
    /// The first design with 14 patients in one class of the smallest group.
    case disjointSmall
    /// The second with 14 base cases per class.
    case pairedSmall
    /// Seven patients in one class of the smallest group.
    case disjointTiny

    var isSmall: Bool { self == .disjointSmall || self == .pairedSmall || self == .disjointTiny }
  }

  struct Cohort {
    var scores: [Double] = []
    var labels: [Bool] = []
    var clusters: [Int32] = []
    var groups: [Int32] = []
    var clusterCount = 0

    init(_ design: Design, seed: Int) {
      var stream = RandomStream(seed: UInt64(seed), path: ["null", "\(design)"])
      func add(_ score: Double, _ label: Bool, _ group: Int) {
        scores.append((score * 8).rounded() / 8)
        labels.append(label)
        clusters.append(Int32(clusterCount))
        groups.append(Int32(group))
      }
      switch design {
      case .disjointClusteredTied, .disjointSmall, .disjointTiny:
        let sizes =
          switch design {
          case .disjointSmall: [14, 40, 60]
          case .disjointTiny: [7, 12, 40]
          default: [45, 80, 120]
          }
        for (group, size) in sizes.enumerated() {
          for patient in 0..<(2 * size) {
            let isPositive = patient % 2 == 0
            let content = stream.normal()
            for _ in 0...stream.integer(below: 4) {
              add((isPositive ? 1.2 : 0) + content + 0.7 * stream.normal(), isPositive, group)
            }
            clusterCount += 1
          }
        }
      case .paired, .pairedSmall:
        for base in 0..<(design == .pairedSmall ? 28 : 100) {
          let isPositive = base % 2 == 0
          let content = stream.normal()
          for group in 0..<3 {
            add((isPositive ? 1.2 : 0) + content + 0.5 * stream.normal(), isPositive, group)
          }
          clusterCount += 1
        }
      }
    }
  }

  /// 95 % simultaneous coverage, 95 ± 1.4 %: of true differences of 0 by all pairs at once. What is
  /// not covered is a false flag, so these are at most 5 % within the same error.
  ///
  /// Small designs resample (199 replicates are exact for permutations), others use normal theory,
  /// which at 45 clusters is slightly liberal.
  @Test(arguments: Design.allCases) func simultaneousCoverage(_ design: Design) throws {
    let count = Self.count
    let covered = parallelMap(count: count) { seed in
      let cohort = Cohort(design, seed: seed)
      guard
        let cases = try? SortedCases(
          scores: cohort.scores, labels: cohort.labels, clusters: cohort.clusters,
          clusterCount: cohort.clusterCount)
      else { return false }
      let grouped = GroupedAUC(cases, membership: cohort.groups, groupCount: 3)
      let joint = grouped.jointCovariance(of: [0, 1, 2])
      let contrasts = GroupContrast.allPairs(auc: grouped.auc, covariance: joint.covariance)
      let maxT: MaxT
      if design.isSmall {
        maxT = ResampledMaxT(
          cases, membership: cohort.groups, groupCount: 3, contrasts: contrasts
        ).run(
          design == .pairedSmall ? .withinClusters : .betweenClusters, level: 0.95,
          replicates: 199, seed: UInt64(seed), path: ["coverage"])
      } else {
        maxT =
          MaxT.normal(
            contrasts, covariance: joint.covariance, level: 0.95, seed: UInt64(seed),
            path: ["coverage"], draws: 5000
          ).maxT
      }
      return contrasts.allSatisfy {
        abs($0.difference) <= maxT.criticalValue * $0.standardError
      }
    }
    let share = Double(covered.count { $0 }) / Double(count)
    print("coverage", design, share)
    #expect(abs(share - 0.95) <= 0.014)
  }

  /// At a true gap of exactly δ, "within δ" must be claimed in at most 5 % of cohorts.
  @Test func certificationAtATrueGapOfDelta() {
    let count = Self.count
    // A true AUC of 0.5 in one arm and of 0.5 + δ in the other; δ = 0.15, z = √2 Φ⁻¹(0.65).
    let delta = 0.15
    let separation = Self.root2 * Normal.quantile(0.5 + delta)
    let certified = parallelMap(count: count) { seed in
      var stream = RandomStream(seed: UInt64(seed), path: ["certify"])
      var (scores, labels, clusters, groups): ([Double], [Bool], [Int32], [Int32]) = (
        [], [], [], []
      )
      for base in 0..<400 {
        let isPositive = base % 2 == 0
        let content = stream.normal()
        for group in 0..<2 {
          let noise = (content + stream.normal()) / Self.root2
          scores.append(noise + (isPositive && group == 1 ? separation : 0))
          labels.append(isPositive)
          clusters.append(Int32(base))
          groups.append(Int32(group))
        }
      }
      guard
        let cases = try? SortedCases(
          scores: scores, labels: labels, clusters: clusters, clusterCount: 400)
      else { return true }
      let grouped = GroupedAUC(cases, membership: groups, groupCount: 2)
      let joint = grouped.jointCovariance(of: [0, 1])
      guard
        let contrast = GroupContrast.allPairs(auc: grouped.auc, covariance: joint.covariance).first
      else { return true }
      // Two one-sided tests (Schuirmann 1987).
      return Normal.upperTail((delta - abs(contrast.difference)) / contrast.standardError) <= 0.05
    }
    let share = Double(certified.count { $0 }) / Double(count)
    print("certified at delta", share)
    #expect(share <= 0.05 + 4 * (0.05 * 0.95 / Double(count)).squareRoot())
    // Not vacuous: exactly at the margin the rate is the level itself.
    #expect(share >= 0.02)
  }

  /// Power at the planned gap: what `detectableGap` promises for 80 % is found in 80 ± 3 %.
  ///
  /// Two disjoint groups, one case per cluster; 1,000 cohorts leave 1.3 points of standard error.
  @Test func powerIsAsPlanned() throws {
    let perClass = 150
    var assumptions = DesignAssumptions()
    assumptions.auc = 0.8
    assumptions.armCorrelation = 0
    let planned = try #require(
      detectableGap(
        of: QuestionPattern(finding: "Effusion", attribute: "sex"),
        cells: [DesignCell](
          repeating: DesignCell(positives: perClass, negatives: perClass), count: 2),
        assumptions: assumptions, specification: AnalysisSpecification()))
    let separations = [
      Self.root2 * Normal.quantile(0.8),
      Self.root2 * Normal.quantile(0.8 - planned.at80Percent),
    ]
    let count = Self.count
    let found = parallelMap(count: count) { seed in
      var stream = RandomStream(seed: UInt64(seed), path: ["power"])
      var (scores, labels, groups): ([Double], [Bool], [Int32]) = ([], [], [])
      for group in 0..<2 {
        for index in 0..<(2 * perClass) {
          let isPositive = index % 2 == 0
          scores.append(stream.normal() + (isPositive ? separations[group] : 0))
          labels.append(isPositive)
          groups.append(Int32(group))
        }
      }
      guard
        let cases = try? SortedCases(
          scores: scores, labels: labels, clusters: scores.indices.map { Int32($0) },
          clusterCount: scores.count)
      else { return false }
      let grouped = GroupedAUC(cases, membership: groups, groupCount: 2)
      return AUCContrasts(grouped, groups: [0, 1]).tests.contains { $0.pValue <= 0.05 }
    }
    let share = Double(found.count { $0 }) / Double(count)
    print("power promised 0.80, found", share)
    #expect(abs(share - 0.8) <= 0.03)
  }

  /// The whole analysis on cohorts without any difference: any verdict "flagged" is false.
  ///
  /// Holm over two attributes keeps the chance of one or more at 5 %; two standard errors on top.
  @Test func falseFlagsOfTheWholeAnalysis() throws {
    let flagged = parallelMap(count: Self.count) { seed -> Bool in
      let cohort = SimulatedCohort(seed: UInt64(seed), baseCases: 40, hasPlacebo: false)
      var table = cohort.table()
      // As real images of independent patients, so that no placebo can hold a flag back.
      table.cohort = "real"
      table.pairing = nil
      table.attributes.removeAll(where: \.isIntersection)
      return (try? outcome([table]) { $0.replicates = 199 })?.verdicts
        .contains { $0.verdict == .flagged } ?? true
    }
    let share = Double(flagged.count { $0 }) / Double(Self.count)
    print("false flags", share)
    #expect(share <= 0.05 + 2 * (0.05 * 0.95 / Double(Self.count)).squareRoot())
  }

  /// Noise planted in one sex lowers its AUC by what a pilot of the same size says is found in 80 %.
  ///
  /// 80 ± 3 %: the pilot's standard error is itself estimated, here from 20 cohorts.
  @Test func noiseInOneSexIsFlaggedAtThePlannedPower() throws {
    let baseCases = 150
    @Sendable func contrast(_ seed: Int, signal: Double) -> GroupContrast? {
      let table = SimulatedCohort(
        seed: UInt64(seed), baseCases: baseCases, signal: signal, hasPlacebo: false
      ).table()
      guard
        let cases = try? SortedCases(
          scores: table.scores, labels: table.labels, clusters: table.clusters,
          clusterCount: table.clusterCount)
      else { return nil }
      let grouped = GroupedAUC(cases, membership: table.attributes[0].membership, groupCount: 2)
      return GroupContrast.allPairs(
        auc: grouped.auc, covariance: grouped.jointCovariance(of: [0, 1]).covariance
      ).first
    }
    let signal = 0.86
    let pilots = (1...20).compactMap { contrast(100_000 + $0, signal: signal) }
    let error = (pilots.map { $0.standardError * $0.standardError }.reduce(0, +) / 20).squareRoot()
    let cell = DesignCell(positives: baseCases, negatives: baseCases)
    let found = parallelMap(count: Self.count) { contrast($0, signal: signal) }.compactMap { $0 }
    let gap = found.map(\.difference).reduce(0, +) / Double(found.count)
    let planned = try #require(
      detectableGap(
        of: QuestionPattern(finding: "Effusion", attribute: "sex"), cells: [cell, cell],
        clusters: 2 * baseCases,
        assumptions: DesignAssumptions(),
        pilot: PilotGap(standardError: error, clusters: 2 * baseCases, name: "pilot"),
        specification: AnalysisSpecification()))
    let promised = Power.power(
      difference: gap, standardError: error, criticalValue: Normal.quantile(0.975))
    let share =
      Double(found.count { ($0.pValue ?? 1) <= 0.05 }) / Double(found.count)
    print(
      "planted gap", gap, "detectable", planned.at80Percent, "promised", promised, "found", share)
    #expect(abs(share - promised) <= 0.03)
    #expect((gap >= planned.at80Percent) == (promised >= 0.8))
  }
}
