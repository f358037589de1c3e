import Checkpoints
import Testing

@testable import ChexGen

/// Cleaned captions against the reference, after one pass and after both.
struct TextParityTests {
  /// `text_clean` comes from the hand-out; `text_clean_more` was made with the same libraries.
  @Test(.needsFixtures("text_clean.json"), arguments: ["text_clean", "text_clean_more"])
  func everyCaptionIsCleanedAsInTheReference(_ name: String) throws {
    let folder =
      try name == "text_clean" ? FixtureFolder.locate() : #require(FixtureFolder.bundled)
    let sidecar = try folder.sidecar(name)
    let cases = try #require(sidecar["cases"]?.elements)
    #expect(!cases.isEmpty)
    let cleaner = CaptionCleaner()
    var equal = 0
    for example in cases {
      let input = try #require(example["input"]?.string)
      let once = cleaner.cleanedOnce(input)
      let cleaned = cleaner.clean(input)
      // Code points, for Swift's equality ignores how accents are composed.
      let isEqual =
        Scalars(once) == example["once"]?.string.map { Scalars($0) }
        && Scalars(cleaned) == example["cleaned"]?.string.map { Scalars($0) }
      if !isEqual {
        Issue.record(
          """
          \(input.debugDescription)
          once    \(once.debugDescription)
          wanted  \(example["once"]?.string?.debugDescription ?? "")
          twice   \(cleaned.debugDescription)
          wanted  \(example["cleaned"]?.string?.debugDescription ?? "")
          """)
      }
      equal += isEqual ? 1 : 0
    }
    folder.report("TextParityTests", name, exact: equal)
  }
}
