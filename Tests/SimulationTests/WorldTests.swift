import Fairness
import Foundation
import Statistics
import Testing

@testable import audit_simulate

/// The worlds' truths, by draws of them, and the cache.
struct WorldTests {
  @Test func integralsAreWhatLargeGroupsShow() throws {
    let scene = Scene(
      name: "truth", positives: [6000, 2000], negatives: [6000, 2000], auc: 0.8, specificity: 0.85)
    var scores = SceneScores(scene, seed: 1)
    let outcome = try FairnessAnalysis(specification: scene.specification()).run(
      scores.tables(["model 0"]))
    let row = try #require(outcome.overall.first)
    let truth = try #require(scene.scores(of: row.group, attribute: row.attribute))
    // Three standard errors of 16,000 images.
    func expect(_ found: Double?, _ wanted: Double, _ error: Double) throws {
      #expect(abs(try #require(found) - wanted) < 3 * error)
    }
    try expect(row.averagePrecision, truth.averagePrecision, 0.004)
    try expect(row.brier, truth.brier, 0.002)
    try expect(row.calibrationInTheLarge?.estimate, truth.intercept, 0.02)
    try expect(
      row.positivePredictiveValue?.estimate, truth.predictiveValue(prevalence: 0.5), 0.006)
    try expect(
      row.deployment?.positivePredictiveValue.estimate,
      truth.predictiveValue(prevalence: Scene.deploymentPrevalence), 0.01)
    #expect(abs(truth.share(from: -.infinity, to: .infinity) - 0.5) < 1e-12)
  }

  @Test func flipsAreWhatManyBaseCasesShow() throws {
    let scene = Scene(
      name: "flips", positives: [4000, 4000], negatives: [4000, 4000], truth: .attributable(0.1),
      isPaired: true)
    var scores = SceneScores(scene, seed: 1)
    let outcome = try FairnessAnalysis(specification: scene.specification()).run(
      scores.tables(["model 0"]))
    let row = try #require(outcome.counterfactual.first { $0.label == "positive" })
    let truth = scene.flips(
      scene.area(of: row.groupA, attribute: "group"), scene.area(of: row.groupB, attribute: "group")
    )
    #expect(abs(try #require(row.flipRate?.estimate) - truth.positive.any) < 0.025)
    #expect(abs(try #require(row.netFlip?.estimate) - truth.positive.net) < 0.025)
  }

  @Test(arguments: [
    GateWorld(name: "test of partners", subject: .partners(lost: 0.3), perCell: 60),
    GateWorld(name: "test of distance", subject: .distance(strange: 0.4), perCell: 60),
    GateWorld(name: "test of effect", subject: .effect(share: 0.8), perCell: 60),
    GateWorld(name: "test of shift", subject: .offTarget(0.5), perCell: 60),
    GateWorld(name: "test of ranks", subject: .rankCorrelation(0.6), perCell: 40),
  ])
  func gatesFindWhatIsTrue(_ world: GateWorld) throws {
    let tally = try world.sampler()(0..<12)
    #expect(tally.draws == 12)
    // 95 % intervals: three misses of twelve have a chance of 0.02.
    #expect(tally.held.told == 12 && tally.held.held >= 9)
  }

  @Test func rangesOfDrawsAddUp() throws {
    let world = GateWorld(name: "test of sums", subject: .offTarget(0.2), perCell: 10)
    let draw = try world.sampler()
    let (parts, whole) = (try draw(0..<3) + draw(3..<8), try draw(0..<8))
    #expect(
      parts.draws == whole.draws && parts.passes == whole.passes && parts.fails == whole.fails)
  }

  @Test func anotherWorldOrOtherDrawsHaveAFileOfTheirOwn() {
    let cache = ResultCache()
    let world = GateWorld(name: "a", subject: .offTarget(0.2))
    var other = world
    other.correlation = 0.6
    #expect(cache.file(world, 0..<20) == cache.file(world, 0..<20))
    #expect(cache.file(world, 0..<20) != cache.file(other, 0..<20))
    #expect(cache.file(world, 0..<20) != cache.file(world, 20..<40))
  }
}
