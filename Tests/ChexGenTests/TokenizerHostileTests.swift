import Basics
import Foundation
import Testing

@testable import ChexGen

/// Vocabulary files that are cut, damaged or something else.
struct TokenizerHostileTests {
  private func open(_ bytes: [UInt8]) throws -> SentencePieceTokenizer {
    let url = FileManager.default.temporaryDirectory.appending(path: "spm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(bytes).write(to: url)
    return try SentencePieceTokenizer(contentsOf: url.path)
  }

  private func model() throws -> [UInt8] {
    let folder = try #require(FixtureFolder.bundled)
    return try Array(Data(contentsOf: URL(filePath: folder.file("spm_tiny.model"))))
  }

  /// A file may break off between two fields, and is then a smaller model; else it is refused.
  @Test func aCutModelIsRefusedOrSmaller() throws {
    let whole = try model()
    var refused = 0
    for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
      do {
        let tokenizer = try open(Array(whole.prefix(count)))
        _ = tokenizer.ids(for: "small effusion ﬁ")
      } catch is AuditFailure {
        refused += 1
      }
    }
    #expect(refused > 100)
  }

  @Test func flippedBytesNeverCrash() throws {
    let whole = try model()
    var state: UInt64 = 5
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<60 {
      var damaged = whole
      for _ in 0..<8 { damaged[next(whole.count)] = UInt8(next(256)) }
      if let tokenizer = try? open(damaged) { _ = tokenizer.ids(for: "nodule ﬁ Ａ </s> x") }
    }
  }

  @Test func otherFilesAreRefusedWithTheirName() throws {
    for bytes in [
      [], Array("hello".utf8), [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], [0x12, 2, 0x18, 2],
    ] {
      #expect(throws: AuditFailure.self) { try open(bytes) }
    }
    #expect {
      try SentencePieceTokenizer(contentsOf: "/nonexistent/spiece.model")
    } throws: { error in
      (error as? AuditFailure)?.message.contains("/nonexistent/spiece.model") == true
    }
  }

  /// A pipe's writer is not waited for.
  @Test(.timeLimit(.minutes(1))) func aPipeIsNoVocabulary() throws {
    let folder = try PrivateFolder(purpose: "vocabulary")
    let path = folder.path + "/spiece.model"
    try #require(mkfifo(path, 0o600) == 0)
    let failure = #expect(throws: AuditFailure.self) {
      try SentencePieceTokenizer(contentsOf: path)
    }
    #expect(failure?.message.contains("not a regular file") == true)
    withExtendedLifetime(folder) {}
  }
}
