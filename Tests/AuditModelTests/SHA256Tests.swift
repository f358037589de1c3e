import Foundation
import Testing

import Basics

/// Vectors of FIPS 180-4 (NIST's published examples), and laws.
struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
        + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func agreesWithThePublishedExamples(_ message: String, _ digest: String) {
    #expect(SHA256.hex(of: message) == digest)
  }

  @Test func aMillionLettersAHashAsPublished() {
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      SHA256.hex(of: million) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func whetherTheBytesLieTogetherDoesNotMatter() {
    for count in [0, 1, 55, 56, 63, 64, 65, 300] {
      let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      #expect(SHA256.hex(of: AnySequence(message)) == SHA256.hex(of: message))
    }
  }

  /// A sparse file claims a terabyte and holds nothing: it must not be read for an hour.
  @Test func aFileThatClaimsATerabyteIsRefusedUnread() throws {
    let path = FileManager.default.temporaryDirectory.path + "/sparse-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try #require(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 1 << 40)
    try handle.close()
    #expect {
      try SHA256.hex(ofFile: path)
    } throws: { error in
      (error as? AuditFailure)?.message.contains("at most") == true
    }
  }

  @Test func aFileHashesLikeItsBytes() throws {
    let bytes = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ 11) }
    let url = FileManager.default.temporaryDirectory.appending(path: "sha256-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(bytes).write(to: url)
    #expect(try SHA256.hex(ofFile: url.path) == SHA256.hex(of: bytes))
    #expect(SHA256.hex(of: Data(bytes)) == SHA256.hex(of: bytes))
  }

  @Test func aMissingFileIsNamed() {
    #expect {
      try SHA256.hex(ofFile: "/nonexistent/weights.pth")
    } throws: { error in
      (error as? AuditFailure)?.message.contains("/nonexistent/weights.pth") == true
    }
  }
}
