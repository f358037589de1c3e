import Foundation
import Testing

@testable import Fidelity

/// `pyradiomics` on the same pictures: `Reference/radiomics.py` wrote its values.
struct RadiomicsTests {
  struct Peer: Decodable {
    struct Picture: Decodable {
      var kind: Int
      var side: Int
      var values: [String: Double]
    }
    var pictures: [Picture]
    var chosen: [String]
    var frechet: Double
  }

  static func peer() throws -> Peer {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/radiomics", withExtension: "json"))
    return try JSONDecoder().decode(Peer.self, from: Data(contentsOf: url))
  }

  @Test func everyFeatureIsThatOfPyradiomics() throws {
    #expect(Radiomics.featureNames.count == Radiomics.width)
    #expect(Set(Radiomics.featureNames).count == Radiomics.width)
    for picture in try Self.peer().pictures {
      let found = Radiomics.vector(of: PeerTests.picture(picture.kind, side: picture.side))
      for (name, value) in zip(Radiomics.featureNames, found) {
        let expected = try #require(picture.values[name], "\(name)")
        #expect(
          abs(value - expected) < 1e-6 * max(1, abs(expected)),
          "\(name) of picture \(picture.kind): \(value), pyradiomics \(expected)")
      }
    }
  }

  @Test func theDistanceIsOfFeaturesInDeviationsAmongAllPictures() throws {
    let peer = try Self.peer()
    let columns = try peer.chosen.map { name in
      try #require(Radiomics.featureNames.firstIndex(of: name))
    }
    var sets: [[Double]] = [[], []]
    for kind in 0..<14 {
      let one = PeerTests.picture(kind, side: 32)
      var mixed = one
      let other = PeerTests.picture(kind + 20, side: 32)
      for place in mixed.values.indices {
        mixed.values[place] = 0.7 * one.values[place] + 0.3 * other.values[place]
      }
      for (set, plane) in [one, mixed].enumerated() {
        let vector = Radiomics.vector(of: plane)
        sets[set] += columns.map { vector[$0] }
      }
    }
    let (real, synthetic) = (
      EmbeddingSet(width: 5, values: sets[0]), EmbeddingSet(width: 5, values: sets[1])
    )
    var comparison = SetComparison()
    comparison.scale = .deviations
    let found = try #require(
      comparison.compare(real: real, synthetic: synthetic, name: "peer").frechet)
    #expect(abs(found.estimate - peer.frechet) < 1e-6 * peer.frechet)
    // Units do not count, as they do for embeddings.
    let other = SetComparison().compare(real: real, synthetic: synthetic, name: "peer").frechet
    #expect(abs(try #require(other).estimate - peer.frechet) > 0.01 * peer.frechet)
  }

  /// Where both sets are of one kind p is uniform: more than seven of 40 below 0.05 have a chance below 1 in
  /// 1000.
  @Test func scalingKeepsTheNull() throws {
    var comparison = SetComparisonTests.comparison(replicates: 39)
    comparison.scale = .deviations
    comparison.jackknifeGroups = 2
    var small = 0
    for seed in 1...40 as ClosedRange<UInt64> {
      let values = comparison.compare(
        real: SetComparisonTests.set(24, perCluster: 2, seed: seed),
        synthetic: SetComparisonTests.set(24, perCluster: 2, seed: 1000 + seed), name: "\(seed)")
      if try #require(values.frechet?.p) <= 0.05 { small += 1 }
    }
    #expect(small <= 7)
  }

  @Test func windowingDoesNotCountAndTextureDoes() {
    let plain = PeerTests.picture(2, side: 32)
    var windowed = plain
    windowed.values = plain.values.map { 0.1 + 0.5 * $0 }
    let (first, second) = (Radiomics.vector(of: plain), Radiomics.vector(of: windowed))
    for (name, pair) in zip(Radiomics.featureNames, zip(first, second)) {
      // Counts jump where rounding moves a pixel over the limit of a level; these pictures have none there.
      #expect(abs(pair.0 - pair.1) < 1e-6 * max(1, abs(pair.0)), "\(name)")
    }
    var coarse = plain
    for y in 0..<32 {
      for x in 0..<32 { coarse.values[y * 32 + x] = plain.values[y / 2 * 2 * 32 + x / 2 * 2] }
    }
    let contrast = Radiomics.featureNames.firstIndex(of: "wavelet-HH glcm Contrast") ?? 0
    #expect(abs(Radiomics.vector(of: coarse)[contrast] - first[contrast]) > 0.1)
  }

  @Test func aFlatPictureHasFiniteFeatures() {
    let flat = GrayPlane(width: 16, height: 16, values: [Double](repeating: 0.3, count: 256))
    #expect(Radiomics.vector(of: flat).allSatisfy { $0.isFinite })
  }

  /// A number that the few real pictures hardly vary in must not outweigh all others, and one that no picture
  /// varies in has no say.
  @Test func numbersThatHardlyVaryDoNotOutweighTheOthers() throws {
    func set(_ stray: Double, _ shift: Double) -> EmbeddingSet {
      var values: [Double] = []
      for row in 0..<12 {
        values.append(Double(row % 5) + shift)
        values.append(row == 3 ? stray : 1e-7 * Double(row))
        values.append(7)
      }
      return EmbeddingSet(width: 3, values: values)
    }
    var comparison = SetComparison()
    comparison.scale = .deviations
    let found = comparison.compare(real: set(0, 0), synthetic: set(1, 0), name: "a").frechet
    // Two numbers that vary, each in units of its deviation: no more than a few for either.
    #expect(try #require(found).estimate < 4)
    let shifted = comparison.compare(real: set(0, 0), synthetic: set(0, 9), name: "a").frechet
    #expect(try #require(shifted).estimate > 2)
  }
}
