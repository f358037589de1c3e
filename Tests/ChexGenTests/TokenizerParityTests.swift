import Checkpoints
import Testing

@testable import ChexGen

/// Token ids against the reference tokenizer, on every stored text.
struct TokenizerParityTests {
  @Test(.needsFixtures("tokenizer.json"))
  func everyTextBecomesTheReferenceIDs() throws {
    let folder = try FixtureFolder.locate()
    let sidecar = try folder.sidecar("tokenizer")
    let tokenizer = try SentencePieceTokenizer(contentsOf: folder.file("spm_tiny.model"))
    #expect(tokenizer.paddingID == sidecar["pad_id"]?.int)
    #expect(tokenizer.endID == sidecar["eos_id"]?.int)
    #expect(tokenizer.unknownID == sidecar["unk_id"]?.int)
    let cases = try #require(sidecar["cases"]?.elements)
    #expect(!cases.isEmpty)
    var equal = 0
    for example in cases {
      let text = try #require(example["text"]?.string)
      let ids = tokenizer.ids(for: text)
      #expect(ids == example["ids"]?.ints, "\(text.debugDescription)")
      equal += ids == example["ids"]?.ints ? 1 : 0
      // The sidecar names padded forms by their length: pad24_ids, pad24_mask.
      for member in example.members ?? [] where member.name.hasPrefix("pad") {
        let digits = member.name.dropFirst(3).prefix { $0.isNumber }
        guard let length = Int(digits) else { continue }
        let padded = tokenizer.encode(text, length: length)
        let value = member.name.hasSuffix("_mask") ? padded.mask : padded.ids
        #expect(value == member.value.ints, "\(member.name) of \(text.debugDescription)")
      }
    }
    folder.report("TokenizerParityTests", "ids and padding", exact: equal)
  }
}
