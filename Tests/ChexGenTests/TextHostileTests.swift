import Testing

@testable import ChexGen

/// Captions made to hang or crash the cleaner and the tokenizer.
struct TextHostileTests {
  /// Each was quadratic in a careless implementation: 100 kB then take minutes and not seconds.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "a.", "<a", "<a b='", "<a \0", "</a", "<!--", "<![if ", "<![cdata[", "&#", "&a", "1", " ",
      "- ", "a.png", "a.com-/", "-/", "worldwide ", "Σ'", "é", "â€œ", "ã\u{83}",
    ])
  func longCaptionsTakeLinearTime(_ unit: String) {
    let text = String(repeating: unit, count: 30_000 / unit.unicodeScalars.count)
    #expect(CaptionCleaner().clean(text).unicodeScalars.count <= 2 * text.unicodeScalars.count)
  }

  @Test func anyTextIsCleanedAndTokenizedWithoutACrash() throws {
    let folder = try #require(FixtureFolder.bundled)
    let tokenizer = try SentencePieceTokenizer(contentsOf: folder.file("spm_tiny.model"))
    var state: UInt64 = 17
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let marks = Array(
      "<>&#;/!-[]\"'=. %+x1a\n\0\u{301}\u{1b}\u{3a3}\u{feff}\u{1f441}".unicodeScalars)
    for _ in 0..<1500 {
      var text = Scalars()
      for _ in 0..<next(30) {
        let isMark = next(4) > 0
        text.append(
          isMark
            ? marks[Int(next(UInt64(marks.count)))]
            : Unicode.Scalar(UInt32(next(0x11_0000))) ?? "\u{fffd}")
      }
      let cleaned = CaptionCleaner().clean(text.text)
      let (ids, mask) = tokenizer.encode(cleaned, length: 12)
      #expect(ids.count == 12 && mask.count == 12 && ids.contains(tokenizer.endID))
      #expect(ids.allSatisfy { (0..<tokenizer.vocabularyCount).contains($0) })
    }
  }
}
