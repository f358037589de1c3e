import AuditModel
import Foundation
import Testing

@testable import Fidelity

/// Public packages on the same arrays: `Reference/peers.py` wrote their values.
struct PeerTests {
  struct Peers: Decodable {
    struct Sets: Decodable {
      var real: [[Double]]
      var synthetic: [[Double]]
      var neighbours: Int
      var cleanFID: Double?
      var torchFidelityFID: Double
      var torchFidelityKID: Double?
      var precision: Double
      var recall: Double
      var density: Double
      var coverage: Double
    }
    struct Similarity: Decodable {
      var first: Int
      var second: Int
      var side: Int
      var value: Double
    }
    struct Correlation: Decodable {
      var x: [Double]
      var y: [Double]
      var r: Double
    }
    var sets: [Sets]
    var similarities: [Similarity]
    var correlation: Correlation
  }

  static func peers() throws -> Peers {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/peers", withExtension: "json"))
    return try JSONDecoder().decode(Peers.self, from: Data(contentsOf: url))
  }

  static func set(_ rows: [[Double]]) -> EmbeddingSet {
    EmbeddingSet(width: rows[0].count, values: rows.flatMap { $0 })
  }

  /// Relative: the peers take roots of matrices, which costs them half their digits at rank deficits.
  @Test func frechetDistancesAreThoseOfTheTwoPackages() throws {
    for sets in try Self.peers().sets {
      let found = try #require(
        frechetDistance(Self.set(sets.real), Self.set(sets.synthetic)))
      #expect(abs(found - sets.torchFidelityFID) < 1e-6 * max(1, sets.torchFidelityFID))
      if let other = sets.cleanFID { #expect(abs(found - other) < 1e-6 * max(1, other)) }
      let mirrored = try #require(
        frechetDistance(Self.set(sets.synthetic), Self.set(sets.real)))
      #expect(abs(found - mirrored) < 1e-9 * max(1, found))
    }
  }

  @Test func kernelDistancesAreThoseOfTorchFidelityOnOneSubsetOfAll() throws {
    var compared = 0
    for sets in try Self.peers().sets {
      guard let expected = sets.torchFidelityKID else { continue }
      let geometry = PooledGeometry(real: Self.set(sets.real), synthetic: Self.set(sets.synthetic))
      let found = try #require(
        KernelDistance(geometry, real: geometry.realRows, synthetic: geometry.syntheticRows)
          .estimate)
      #expect(abs(found - expected) < 1e-6 * max(1, abs(expected)))
      compared += 1
    }
    #expect(compared == 2)
  }

  @Test func manifoldsAreThoseOfThePackage() throws {
    for sets in try Self.peers().sets {
      let geometry = PooledGeometry(real: Self.set(sets.real), synthetic: Self.set(sets.synthetic))
      let found = try #require(
        Manifolds(
          geometry, real: geometry.realRows, synthetic: geometry.syntheticRows,
          neighbours: sets.neighbours))
      #expect(abs(found.precision - sets.precision) < 1e-12)
      #expect(abs(found.recall - sets.recall) < 1e-12)
      #expect(abs(found.density - sets.density) < 1e-12)
      #expect(abs(found.coverage - sets.coverage) < 1e-12)
    }
  }

  /// By the formula of `peers.py`.
  static func picture(_ kind: Int, side: Int) -> GrayPlane {
    let k = Double(kind)
    return GrayPlane(
      width: side, height: side,
      values: (0..<side * side).map { place in
        let (x, y) = (Double(place % side), Double(place / side))
        let waves = sin(0.05 * (k + 2) * x) * cos(0.03 * y + 0.4 * k)
        return 0.5 + 0.3 * waves + 0.05 * sin(0.9 * x + 0.7 * y + k)
      })
  }

  @Test func multiscaleSimilarityIsThatOfTorchmetrics() throws {
    for row in try Self.peers().similarities {
      let one = Self.picture(row.first, side: row.side)
      var mixed = one
      let other = Self.picture(row.second, side: row.side)
      for place in mixed.values.indices {
        mixed.values[place] = 0.7 * one.values[place] + 0.3 * other.values[place]
      }
      let found = try #require(MultiscaleSimilarity.value(one, mixed))
      #expect(abs(found - row.value) < 1e-6)
    }
  }

  @Test func correlationIsThatOfSciPy() throws {
    let peer = try Self.peers().correlation
    let found = try #require(
      correlation(peer.x, peer.y, clusters: Array(peer.x.indices), level: 0.95))
    #expect(abs(found.estimate - peer.r) < 1e-12)
    let (lower, upper) = (try #require(found.lower), try #require(found.upper))
    #expect(lower < found.estimate && found.estimate < upper)
    #expect(-1 <= lower && upper <= 1)
  }
}
