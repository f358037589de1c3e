import AuditModel
import Fairness
import ScoreTestSupport
import Testing

/// All arms at once: Cochran's Q, spread per base case, components of variance.
struct ArmAgreementTests {
  @Test func aShiftOfOneSexIsSeenByCochransQAndTheSpread() throws {
    let shifted = try outcome([SimulatedCohort(seed: 2, noise: 0.2, shift: 0.7).table()])
    let sex = try #require(shifted.armAgreement.first { $0.attribute == "sex" })
    #expect(sex.arms == 2 && sex.sets == 240 && sex.clusters == 120)
    #expect(try #require(sex.cochranP) < 0.01)
    // |0.7 + N(0, 0.28)| has mean 0.70; the mean of 240 has a standard error of 0.018.
    expectClose(sex.spread?.estimate, 0.70, absolute: 0.08)
    let age = try #require(shifted.armAgreement.first { $0.attribute == "age" })
    #expect(try #require(age.cochranP) > 0.01)
    // Without a shift the spread is that of other seeds: E|N(0, √2 · 0.2)| = 0.226.
    expectClose(age.spread?.estimate, 0.226, absolute: 0.05)
    expectClose(age.spreadOfSeeds, 0.226, absolute: 0.05)
    #expect(sex.sentence.contains("Cochran's Q") && sex.sentence.contains("at worst"))
  }

  @Test func componentsOfVarianceAreRecovered() throws {
    let found = try outcome([SimulatedCohort(seed: 3, baseCases: 400, noise: 0.5, shift: 1).table()]
    )
    #expect(found.varianceComponents.map(\.label) == ["positive", "negative"])
    for row in found.varianceComponents {
      #expect(row.baseCases == 400 && row.arms == 4)
      // Content has variance 1 (standard error √(2/400) = 0.07), one image 0.25.
      expectClose(row.baseCase, 0.75, absolute: 0.25)
      expectClose(row.seed, 0.25, absolute: 0.06)
      expectClose(row.baseCaseByArm, 0.25, absolute: 0.04)
      // Four arms, two of them shifted by 1: variance 1/3 over arms.
      expectClose(row.arm, 1.0 / 3, absolute: 0.06)
      #expect(row.sentence.contains("between base cases"))
    }
  }

  @Test func theSeedOfABaseCaseIsUnknownWithoutAPlacebo() throws {
    let found = try outcome([SimulatedCohort(seed: 3, hasPlacebo: false).table()])
    #expect(found.varianceComponents.allSatisfy { $0.seed == nil })
    #expect(found.armAgreement.allSatisfy { $0.spreadOfSeeds == nil })
  }

  @Test func placebosTellShiftAndFlips() throws {
    let found = try outcome([SimulatedCohort(seed: 7, noise: 0.3).table()])
    let seed = try #require(found.placebos.first)
    // No true shift: within three standard errors of 0, since one 95 % interval in twenty misses it.
    let shift = try #require(seed.scoreShift)
    let (lower, upper) = (try #require(shift.lower), try #require(shift.upper))
    #expect(abs(try #require(shift.estimate)) < 3 * (upper - lower) / (2 * 1.96))
    let flips = try #require(seed.flipRate?.estimate)
    #expect(flips > 0 && flips < 0.3)
  }

  /// Whichever placebo moves more is the null.
  @Test func thePromptPlaceboRaisesTheBarToo() throws {
    var table = SimulatedCohort(seed: 1, signal: 0.3).table()
    var prompt = try #require(table.pairing?.placebos[0])
    prompt.kind = "prompt"
    // A paraphrase that loses the finding.
    prompt.placeboScores.reverse()
    table.pairing?.placebos.append(prompt)
    let found = try outcome([table])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .inconclusive)
    #expect(sex.reasons.first?.hasPrefix("not distinguishable from generator noise") == true)
  }
}
