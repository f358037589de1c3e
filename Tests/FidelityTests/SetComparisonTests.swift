import AuditModel
import Randomness
import Testing

@testable import Fidelity

struct SetComparisonTests {
  /// Normal numbers, `perCluster` images of a patient sharing half of their spread.
  static func set(
    _ count: Int, width: Int = 6, shift: Double = 0, perCluster: Int = 1, seed: UInt64
  ) -> EmbeddingSet {
    var stream = RandomStream(seed: seed, path: ["test"])
    var values: [Double] = []
    var names: [String] = []
    for cluster in 0..<count / perCluster {
      let own = (0..<width).map { _ in stream.normal() }
      for _ in 0..<perCluster {
        values += own.map { (perCluster > 1 ? $0 : 0) + stream.normal() + shift }
        names.append("\(cluster)")
      }
    }
    return EmbeddingSet(width: width, values: values, clusters: names)
  }

  static func comparison(replicates: Int = 60) -> SetComparison {
    var comparison = SetComparison()
    comparison.replicates = replicates
    return comparison
  }

  /// Of 40 pairs of halves the 95 % interval must cover 0 in all but a few: fewer than 34 has a
  /// chance below 1 in 100 000 where the level holds.
  @Test func twoHalvesOfOneDistributionHaveAKernelDistanceOfZeroWithinItsInterval() throws {
    var covered = 0
    var sum = 0.0
    for seed in 1...40 as ClosedRange<UInt64> {
      let geometry = PooledGeometry(
        real: Self.set(30, perCluster: 2, seed: seed),
        synthetic: Self.set(30, perCluster: 2, seed: 1000 + seed))
      let found = KernelDistance(
        geometry, real: geometry.realRows, synthetic: geometry.syntheticRows)
      let estimate = try #require(found.estimate)
      let half = 1.96 * (try #require(found.variance)).squareRoot()
      if abs(estimate) <= half { covered += 1 }
      sum += estimate / half
    }
    #expect(covered >= 34)
    // Without bias the mean of 40 lies near 0; standard errors here are below half an interval.
    #expect(abs(sum / 40) < 0.25)
  }

  @Test func aShiftedSetIsFarAndItsNullIsNot() throws {
    let values = Self.comparison().compare(
      real: Self.set(40, seed: 1), synthetic: Self.set(40, shift: 1.5, seed: 2), name: "shift")
    let kernel = try #require(values.kernel)
    #expect(try #require(kernel.lower) > 0)
    #expect(try #require(kernel.p) < 0.05)
    let frechet = try #require(values.frechet)
    #expect(frechet.estimate > (try #require(frechet.nullUpper)))
    let domain = try #require(values.domain)
    #expect(try #require(domain.lower) > 0.8)
    #expect(try #require(values.coverage).estimate < (try #require(values.coverage?.nullLower)))
  }

  @Test func aSmallGroupsFrechetDistanceIsNoLargerThanItsNullWhereNothingDiffers() throws {
    let values = Self.comparison().compare(
      real: Self.set(20, seed: 3), synthetic: Self.set(20, seed: 4), name: "null")
    let frechet = try #require(values.frechet)
    // Far above 0 though both sets are of one distribution: this is why it needs a null.
    #expect(frechet.estimate > 0.5)
    #expect(frechet.estimate < (try #require(frechet.nullUpper)))
    #expect(try #require(frechet.p) > 0.05)
  }

  @Test func comparisonsAreTheSameEveryTime() {
    let (real, synthetic) = (Self.set(20, seed: 5), Self.set(24, seed: 6))
    let first = Self.comparison(replicates: 12).compare(
      real: real, synthetic: synthetic, name: "again")
    let second = Self.comparison(replicates: 12).compare(
      real: real, synthetic: synthetic, name: "again")
    #expect(first == second)
  }

  @Test func tooFewImagesGiveNoValueInsteadOfAWrongOne() {
    let values = Self.comparison(replicates: 12).compare(
      real: Self.set(1, seed: 7), synthetic: Self.set(4, seed: 8), name: "few")
    #expect(values.frechet == nil && values.kernel == nil && values.precision == nil)
    #expect(values.domain == nil)
  }

  /// Σ σ of a matrix whose singular values are known: an orthogonal matrix times 3.
  @Test func theNuclearNormOfAScaledRotationIsItsScaleTimesItsSize() {
    var entries = [Double](repeating: 0, count: 9)
    // Rows of a rotation about (1, 1, 1) by 120°: a permutation matrix.
    for row in 0..<3 { entries[row * 3 + (row + 1) % 3] = -3 }
    let matrix = DenseMatrix(rows: 3, columns: 3, entries: entries)
    #expect(abs(matrix.nuclearNorm() - 9) < 1e-12)
    let tall = DenseMatrix(rows: 6, columns: 3, entries: entries + entries)
    #expect(abs(tall.nuclearNorm() - 9 * 2.0.squareRoot()) < 1e-12)
    #expect(abs(tall.sameGram().nuclearNorm() - tall.nuclearNorm()) < 1e-12)
  }
}
