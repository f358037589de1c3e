import Basics
import Foundation
import Testing

@testable import ChexGen

/// Vocabularies that number or spell the special tokens otherwise than T5's own.
///
/// The ids are those of transformers 4.57.6 (`AutoTokenizer`, legacy) on the same models.
struct TokenizerModelsTests {
  private typealias Piece = (text: String, score: Float, kind: UInt8)

  private static let common: [Piece] = [
    ("▁", -2, 1), ("a", -3, 1), ("b", -3.5, 1), ("▁ab", -4, 1), ("<sep>", 0, 4), ("<0x41>", -1, 1),
  ]

  /// A model as SentencePiece writes it: no normalisation, and no dummy prefix asked for.
  private static func tokenizer(
    _ pieces: [Piece], unknown: UInt8, kind: UInt8 = 1
  ) throws -> SentencePieceTokenizer {
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [number << 3 | 2, UInt8(bytes.count)] + bytes
    }
    var bytes: [UInt8] = []
    for piece in pieces {
      let score = (0..<4).map { UInt8(truncatingIfNeeded: piece.score.bitPattern >> (8 * $0)) }
      let text = field(1, Array(piece.text.utf8))
      bytes += field(1, text + [2 << 3 | 5] + score + [3 << 3, piece.kind])
    }
    // model_type (3) and unk_id (40) of the trainer, add_dummy_prefix (3) of the normaliser.
    bytes += field(2, [3 << 3, kind, 0xc0, 0x02, unknown]) + field(3, [3 << 3, 0])
    let url = FileManager.default.temporaryDirectory.appending(path: "spm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(bytes).write(to: url)
    return try SentencePieceTokenizer(contentsOf: url.path)
  }

  @Test func aVocabularyWithoutPaddingGetsItAtTheEnd() throws {
    let tokenizer = try Self.tokenizer(
      [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)] + Self.common, unknown: 0)
    #expect(tokenizer.paddingID == 109 && tokenizer.endID == 2 && tokenizer.unknownID == 0)
    let cases: [(String, [Int])] = [
      ("ab a", [6, 3, 4, 2]), ("ab<sep>a", [6, 7, 3, 4, 2]), ("é", [3, 0, 2]),
      ("<pad> a", [109, 3, 4, 2]), ("<unk>a", [0, 3, 4, 2]), ("<s>", [1, 2]),
      ("<0x41>A", [3, 8, 0, 2]), ("<extra_id_0>", [108, 2]), ("a  b", [3, 4, 3, 5, 2]),
    ]
    for (text, ids) in cases { #expect(tokenizer.ids(for: text) == ids, "\(text)") }
    #expect(tokenizer.encode("a", length: 5).ids == [3, 4, 2, 109, 109])
  }

  @Test func otherNamesOfTheUnknownPieceAndOfPaddingAreOrdinary() throws {
    let tokenizer = try Self.tokenizer(
      [("[PAD]", 0, 3), ("</s>", 0, 3), ("[UNK]", 0, 2)] + Self.common, unknown: 2)
    #expect(tokenizer.paddingID == 110 && tokenizer.endID == 1 && tokenizer.unknownID == 109)
    let cases: [(String, [Int])] = [
      ("ab a", [6, 3, 4, 1]), ("é", [3, 2, 1]), ("<pad> a", [110, 3, 4, 1]),
      ("<unk>a", [109, 3, 4, 1]), ("<s>", [3, 2, 1]), ("A", [3, 2, 1]),
    ]
    for (text, ids) in cases { #expect(tokenizer.ids(for: text) == ids, "\(text)") }
  }

  /// Strings that differ in composition only are equal to Swift; as pieces they are not.
  @Test func composedAndDecomposedLettersAreOtherPieces() throws {
    let tokenizer = try Self.tokenizer(
      [
        ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("▁", -2, 1), ("\u{e9}", -3, 1),
        ("e", -3.5, 1), ("\u{d55c}", -4, 1), ("\u{212b}", -4, 1),
      ], unknown: 0)
    let cases: [(String, [Int])] = [
      ("e\u{301}", [3, 5, 0, 2]), ("\u{e9}", [3, 4, 2]),
      ("\u{d55c}\u{1112}\u{1161}\u{11ab}", [3, 6, 0, 2]), ("\u{c5}\u{212b}", [3, 0, 7, 2]),
    ]
    for (text, ids) in cases { #expect(tokenizer.ids(for: text) == ids, "\(text)") }
  }

  @Test func aModelOfAnotherKindIsRefusedByName() throws {
    #expect {
      _ = try Self.tokenizer([("<unk>", 0, 2), ("</s>", 0, 3)] + Self.common, unknown: 0, kind: 2)
    } throws: { error in
      (error as? AuditFailure)?.message.contains("unigram") == true
    }
  }
}
