import Basics
import Foundation
import Testing

/// Copies of files that a stranger may have made: whole, and bounded by what the file holds.
@Suite struct CopiedFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try PrivateFolder(purpose: "copied")
    try withExtendedLifetime(folder) { try body(folder.path) }
  }

  @Test(arguments: [0, 1, 4095, 4096, 1 << 18, (1 << 18) + 1, 1_000_003])
  func aCopyHasTheBytes(count: Int) throws {
    try withFolder { folder in
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
      try writeAtomically(bytes, to: folder + "/a")
      try copyFile(from: folder + "/a", to: folder + "/b")
      #expect(try readBytes(of: folder + "/b") == bytes)
      // A file that is there is never written into.
      #expect(throws: AuditFailure.self) { try copyFile(from: folder + "/a", to: folder + "/b") }
    }
  }

  /// Holes at the start, between data and at the end are holes in the copy.
  @Test(.timeLimit(.minutes(1))) func holesStayHoles() throws {
    try withFolder { folder in
      let place = folder + "/a"
      try #require(FileManager.default.createFile(atPath: place, contents: nil))
      let handle = try #require(FileHandle(forWritingAtPath: place))
      for offset in [1 << 20, 3 << 30] as [UInt64] {
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data("island".utf8))
      }
      try handle.truncate(atOffset: 6 << 30)
      try handle.close()
      try copyFile(from: place, to: folder + "/b")
      var status = stat()
      try #require(stat(folder + "/b", &status) == 0)
      #expect(status.st_size == 6 << 30)
      #expect(Int(status.st_blocks) * 512 < 64 << 20)
      let copy = try #require(FileHandle(forReadingAtPath: folder + "/b"))
      for offset in [1 << 20, 3 << 30] as [UInt64] {
        try copy.seek(toOffset: offset)
        #expect(try copy.read(upToCount: 6) == Data("island".utf8))
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func whatDoesNotFitIsRefusedBeforeItIsCopied() throws {
    try withFolder { folder in
      let place = folder + "/a"
      try #require(FileManager.default.createFile(atPath: place, contents: nil))
      let room = try FileManager.default.attributesOfFileSystem(forPath: folder)
      let free = try #require(room[.systemFreeSize] as? NSNumber).intValue
      for (size, limit) in [(free + (1 << 34), Int.max), (1 << 31, 1 << 30)] {
        try #require(truncate(place, size) == 0)
        let failure = #expect(throws: AuditFailure.self) {
          try copyFile(from: place, to: folder + "/b", limit: limit)
        }
        #expect(failure?.message.contains("\(size) bytes") == true, "\(failure?.message ?? "")")
        unlink(folder + "/b")
      }
    }
  }
}
