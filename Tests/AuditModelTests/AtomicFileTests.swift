import Basics
import Foundation
import Testing

@Suite struct AtomicFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "atomic-\(UUID().uuidString)"
    try createFolder(at: folder + "/deep/er")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder + "/deep")
  }

  @Test func replacesAFileAndLeavesNothingElse() throws {
    try withFolder { folder in
      try writeAtomically("first and longer", to: folder + "/a.txt")
      try writeAtomically("second", to: folder + "/a.txt")
      #expect(try readBytes(of: folder + "/a.txt") == Array("second".utf8))
      #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder)) == ["a.txt", "er"])
    }
  }

  @Test func manyWritersOfOneFileTakeTurns() throws {
    try withFolder { folder in
      let texts = (0..<8).map { String(repeating: "\($0)", count: 50_000 + $0) }
      DispatchQueue.concurrentPerform(iterations: 8) { index in
        for _ in 0..<4 { try? writeAtomically(texts[index], to: folder + "/shared.txt") }
      }
      let final = String(decoding: try readBytes(of: folder + "/shared.txt"), as: UTF8.self)
      #expect(texts.contains(final))
      #expect(
        Set(try FileManager.default.contentsOfDirectory(atPath: folder)) == ["shared.txt", "er"])
    }
  }

  @Test func placesThatCannotBeWrittenAreNamed() throws {
    try withFolder { folder in
      try writeAtomically("x", to: folder + "/file")
      let cases = [
        (folder + "/none/a.txt", "does not exist"),
        (folder + "/file/a.txt", "is a file, not a folder"),
        (folder + "/er", "a folder of this name"), (folder + "/er/", "names no file"),
      ]
      for (path, words) in cases {
        let failure = #expect(throws: AuditFailure.self) { try writeAtomically("y", to: path) }
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
      }
      #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder)) == ["file", "er"])
      #expect(throws: AuditFailure.self) { try createFolder(at: folder + "/file/deeper") }
    }
  }

  /// As root the rename would take the device away from everybody on the machine.
  @Test func whatIsNoFileIsNotReplaced() throws {
    try withFolder { folder in
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      #expect(symlink("/dev/null", folder + "/device") == 0)
      for name in ["pipe", "device"] {
        let failure = #expect(throws: AuditFailure.self) {
          try writeAtomically("x", to: folder + "/" + name)
        }
        #expect(failure?.message.contains("not a regular file") == true)
        var status = stat()
        #expect(lstat(folder + "/" + name, &status) == 0 && status.st_mode & S_IFMT != S_IFREG)
      }
    }
  }

  @Test func readingNamesWhatIsWrong() throws {
    try withFolder { folder in
      try writeAtomically("0123456789", to: folder + "/ten")
      let large = #expect(throws: AuditFailure.self) {
        try readBytes(of: folder + "/ten", limit: 9)
      }
      #expect(large?.message.contains("has 10 bytes; at most 9") == true)
      let device = #expect(throws: AuditFailure.self) { try readBytes(of: "/dev/zero") }
      #expect(device?.message.contains("not a regular file") == true)
    }
  }
}

@Suite struct NearestNameTests {
  private let findings = ["Cardiomegaly", "Effusion", "Edema", "Pleural_Thickening", "Mass"]

  @Test(arguments: [
    ("cardiomegally", "Cardiomegaly"), ("Efusion", "Effusion"),
    ("pleural thickening", "Pleural_Thickening"),
    ("Edmea", "Edema"), ("mas", "Mass"),
  ])
  func findsWhatWasMeant(typed: String, meant: String) {
    #expect(nearestName(to: typed, in: findings) == meant)
  }

  @Test(arguments: ["", "Hernia", "x"])
  func staysSilentWhenNothingIsNear(typed: String) {
    #expect(nearestName(to: typed, in: findings) == nil)
  }

  @Test func aVeryLongWordIsNearNothing() {
    #expect(nearestName(to: String(repeating: "a", count: 100_000), in: findings) == nil)
  }
}
