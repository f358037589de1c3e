import AuditModel
import Randomness
import Testing

@testable import Fidelity

struct PromptAlignmentTests {
  /// Images of `perCase` arms around their captions, in a space of eight numbers.
  static func scene(
    cases: Int, perCase: Int = 2, captionCount: Int = 6, noise: Double, seed: UInt64 = 1
  ) -> PromptAlignment {
    var stream = RandomStream(seed: seed, path: ["alignment"])
    let captions = (0..<captionCount).map { _ in (0..<8).map { _ in stream.normal() } }
    var (values, own, names): ([Double], [Int], [String]) = ([], [], [])
    for number in 0..<cases {
      // Base cases are alike within themselves.
      let shared = (0..<8).map { _ in stream.normal() }
      for _ in 0..<perCase {
        let caption = stream.integer(below: captionCount)
        own.append(caption)
        names.append("\(number)")
        values += (0..<8).map { captions[caption][$0] + noise * (shared[$0] + stream.normal()) }
      }
    }
    return PromptAlignment(
      images: EmbeddingSet(width: 8, values: values, clusters: names),
      captions: EmbeddingSet(width: 8, values: captions.flatMap { $0 }), own: own)
  }

  static func values(_ alignment: PromptAlignment, count: Int, replicates: Int = 60)
    -> PromptAlignment.Values
  {
    alignment.values(
      rows: Array(0..<count), level: 0.95, replicates: replicates, seed: 3, name: "test")
  }

  /// Cosines of (3, 4) with (1, 0) and (0, 2): 0.6 and 0.8; of (0, 5): 0 and 1.
  @Test func cosinesAndNearestCaptionsAreThoseByHand() throws {
    let alignment = PromptAlignment(
      images: EmbeddingSet(width: 2, values: [3, 4, 0, 5]),
      captions: EmbeddingSet(width: 2, values: [1, 0, 0, 2]), own: [0, 1])
    let found = Self.values(alignment, count: 2)
    #expect(abs(try #require(found.cosine).estimate - 0.8) < 1e-15)
    #expect(try #require(found.retrieval).estimate == 0.5)
    // Exchanges leave everything or give (3, 4) its nearest caption and (0, 5) the far one.
    let null = try #require(found.cosine)
    #expect(abs(try #require(null.nullUpper) - 0.8) < 1e-12)
    #expect(abs(try #require(null.nullLower) - 0.4) < 1e-12)
  }

  @Test func tiedCaptionsCountInParts() throws {
    let alignment = PromptAlignment(
      images: EmbeddingSet(width: 2, values: [1, 1, 1, 1]),
      captions: EmbeddingSet(width: 2, values: [1, 0, 0, 1]), own: [0, 1])
    #expect(try #require(Self.values(alignment, count: 2).retrieval).estimate == 0.5)
  }

  @Test func imagesNearTheirCaptionsAreBeyondTheNull() throws {
    let found = Self.values(Self.scene(cases: 40, noise: 0.3), count: 80)
    let cosine = try #require(found.cosine)
    #expect(try #require(cosine.lower) > (try #require(cosine.nullUpper)))
    #expect(try #require(cosine.p) < 0.05)
    let retrieval = try #require(found.retrieval)
    #expect(retrieval.estimate > 0.8)
    #expect(abs(try #require(retrieval.nullMean) - 1.0 / 6) < 0.08)
  }

  /// Where captions say nothing of the images p is uniform: 40 of them below 0.05 in more than seven cases
  /// has a chance below 1 in 1000.
  @Test func withoutAlignmentThePIsNotSmallTooOften() throws {
    var (small, covered) = (0, 0)
    for seed in 1...40 as ClosedRange<UInt64> {
      let found = Self.values(
        Self.scene(cases: 24, noise: 1000, seed: seed), count: 48, replicates: 39)
      let cosine = try #require(found.cosine)
      if try #require(cosine.p) <= 0.05 { small += 1 }
      // The mean over noise alone is 0.
      if try #require(cosine.lower) < 0, try #require(cosine.upper) > 0 { covered += 1 }
    }
    #expect(small <= 7)
    #expect(covered >= 32)
  }

  @Test func oneCaptionCannotBeRetrieved() {
    let found = Self.values(Self.scene(cases: 10, captionCount: 1, noise: 0.3), count: 20)
    #expect(found.retrieval == nil && found.cosine != nil)
  }
}
