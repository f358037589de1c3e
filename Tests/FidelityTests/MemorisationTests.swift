import AuditModel
import Foundation
import Randomness
import Testing

@testable import Fidelity

struct MemorisationTests {
  /// A smooth random picture: a body like all others and waves of its own, as patients are alike.
  static func picture(_ number: Int, shiftX: Int = 0, blur: Int = 0, flip: Bool = false)
    -> GrayPlane
  {
    var stream = RandomStream(seed: 11, path: ["picture", "\(number)"])
    let waves = (0..<6).map { _ in
      (
        fx: Double(stream.integer(below: 5)), fy: Double(stream.integer(below: 5)),
        phase: 6.3 * stream.uniform(), size: 0.08 * stream.normal()
      )
    }
    let side = Portrait.side
    var plane = GrayPlane(
      width: side, height: side,
      values: (0..<side * side).map { place in
        let column = flip ? side - 1 - place % side : place % side
        let x = Double(column + shiftX) / Double(side)
        let y = Double(place / side) / Double(side)
        let body = 0.4 * sin(3.1 * x) * sin(2.5 * y)
        return waves.reduce(body) { sum, wave in
          sum + wave.size * cos(6.2832 * (wave.fx * x + wave.fy * y) + wave.phase)
        }
      })
    for _ in 0..<blur {
      let source = plane
      for y in 1..<side - 1 {
        for x in 1..<side - 1 {
          plane.values[y * side + x] =
            (source.values[y * side + x - 1] + source.values[y * side + x + 1]
              + source.values[(y - 1) * side + x] + source.values[(y + 1) * side + x]
              + 2 * source.values[y * side + x]) / 6
        }
      }
    }
    return plane
  }

  static let training = (0..<80).map { Portrait(picture($0)) }
  static let heldOut = (100..<160).map { Portrait(picture($0)) }

  static func search(_ synthetic: [Portrait]) -> (nearest: [Nearest], found: CopySearch) {
    let nearest = NearestSearch.pixels(of: synthetic, among: training)
    let null = NearestSearch.pixels(of: heldOut, among: training)
    return (
      nearest,
      CopySearch(
        synthetic: nearest.map(\.likeness), syntheticClusters: nearest.indices.map(String.init),
        heldOut: null.map(\.likeness), heldOutClusters: null.indices.map(String.init),
        alpha: 0.05, level: 0.95)
    )
  }

  @Test(arguments: ["as it is", "blurred", "shifted", "blurred and shifted", "mirrored"])
  func aTrainingImageIsFound(how: String) {
    let copy = Self.picture(
      17, shiftX: how.contains("shifted") ? 3 : 0, blur: how.contains("blurred") ? 2 : 0,
      flip: how == "mirrored")
    let others = (200..<219).map { Portrait(Self.picture($0)) }
    let (nearest, found) = Self.search(others + [Portrait(copy)])
    #expect(nearest[19].reference == 17)
    #expect(found.copies == [19])
  }

  @Test func strangersAreNoCopies() throws {
    let (_, found) = Self.search((300..<360).map { Portrait(Self.picture($0)) })
    #expect(found.copies.isEmpty)
    let closeness = try #require(found.closeness)
    #expect(try #require(closeness.lower) < 0.5 && 0.5 < (try #require(closeness.upper)))
  }

  @Test func aGeneratorThatOnlyRepeatsItsTrainingImagesIsCloserThanChance() throws {
    let (_, found) = Self.search((0..<40).map { Portrait(Self.picture($0, blur: 1)) })
    #expect(found.copies.count == 40)
    #expect(try #require(found.closeness?.lower) > 0.9)
    #expect(found.beyondAllP < 1e-6)
  }

  @Test func copiesAreFoundByEmbeddingToo() {
    let training = SetComparisonTests.set(50, width: 12, seed: 1)
    let heldOut = SetComparisonTests.set(40, width: 12, seed: 2)
    var values = SetComparisonTests.set(9, width: 12, seed: 3).values
    values += training.values[12 * 30..<12 * 31].map { $0 + 0.01 }
    let synthetic = EmbeddingSet(width: 12, values: values)
    let nearest = NearestSearch.embeddings(of: synthetic, among: training)
    let null = NearestSearch.embeddings(of: heldOut, among: training)
    #expect(nearest[9].reference == 30)
    let found = CopySearch(
      synthetic: nearest.map(\.likeness), syntheticClusters: nearest.indices.map(String.init),
      heldOut: null.map(\.likeness), heldOutClusters: null.indices.map(String.init), alpha: 0.05,
      level: 0.95)
    #expect(found.copies == [9])
  }

  @Test func withoutEnoughHeldOutImagesNothingIsCalledACopy() {
    let found = CopySearch(
      synthetic: [0.9999], syntheticClusters: ["a"], heldOut: [0.2, 0.3, 0.1],
      heldOutClusters: ["x", "y", "z"], alpha: 0.05, level: 0.95)
    #expect(found.limit == nil && found.copies.isEmpty && found.beyondAll == 1)
  }

  /// Of 2 + 2 exchangeable images both largest are synthetic with chance 2/4 · 1/3.
  @Test func theChanceOfImagesBeyondAllHeldOutOnesIsExact() {
    #expect(abs(CopySearch.chance(ofBeyond: 2, synthetic: 2, heldOut: 2) - 1.0 / 6) < 1e-15)
    #expect(CopySearch.chance(ofBeyond: 0, synthetic: 5, heldOut: 5) == 1)
  }
}
