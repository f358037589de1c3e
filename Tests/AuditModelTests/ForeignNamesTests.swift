import Basics
import Foundation
import Testing

@Suite struct ConfinedFolderTests {
  private func withFolder(_ body: (ConfinedFolder, String) throws -> Void) throws {
    let root = NSTemporaryDirectory() + "confined-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try createFolder(at: root + "/report/cohort")
    try createFolder(at: root + "/precious")
    try writeAtomically("secret", to: root + "/precious/key")
    try writeAtomically("image", to: root + "/report/cohort/a.png")
    try body(ConfinedFolder(root + "/report"), root)
  }

  @Test(arguments: [
    "", "/", "/etc/passwd", "..", "../precious", "cohort/../../precious", "cohort/..", "./cohort",
    "cohort//a.png", "cohort/", "cohort/./a.png", "a\0b", "../../precious",
  ])
  func namesThatLeaveTheFolderAreRefused(name: String) throws {
    try withFolder { folder, root in
      #expect(throws: AuditFailure.self) { try folder.resolve(name) }
      #expect(throws: AuditFailure.self) { try folder.removeFile(name) }
      #expect(throws: AuditFailure.self) { try folder.file(name) }
      #expect(FileManager.default.fileExists(atPath: root + "/precious/key"))
    }
  }

  @Test func linksAreRefusedWhereverTheyStand() throws {
    try withFolder { folder, root in
      #expect(symlink(root + "/precious", folder.path + "/tables") == 0)
      #expect(symlink(root + "/precious/key", folder.path + "/report.json") == 0)
      #expect(symlink("cohort", folder.path + "/inside") == 0)
      for name in ["tables", "tables/key", "tables/new.csv", "report.json", "inside/a.png"] {
        let failure = #expect(throws: AuditFailure.self) { try folder.resolve(name) }
        #expect(failure?.message.contains("is a link") == true)
        #expect(throws: AuditFailure.self) { try folder.removeFile(name) }
      }
      #expect(FileManager.default.fileExists(atPath: root + "/precious/key"))
      let contents = try folder.contents()
      #expect(contents.files == ["cohort/a.png"])
      #expect(contents.others == ["inside", "report.json", "tables"])
    }
  }

  @Test func specialFilesAreRefusedWithoutWaiting() throws {
    try withFolder { folder, _ in
      #expect(mkfifo(folder.path + "/report.json", 0o600) == 0)
      #expect(throws: AuditFailure.self) { try folder.resolve("report.json") }
      #expect(throws: AuditFailure.self) { try SHA256.hex(ofFile: folder.path + "/report.json") }
      #expect(throws: AuditFailure.self) { try readBytes(of: folder.path + "/report.json") }
    }
  }

  @Test func namesInsideLeadToTheirPlaces() throws {
    try withFolder { folder, root in
      let image = try folder.resolve("cohort/a.png")
      #expect(image == root + "/report/cohort/a.png")
      #expect(try folder.resolve("new/deep/b.png") == root + "/report/new/deep/b.png")
      #expect(try folder.file("cohort/b.png") == nil)
      #expect(try folder.file("cohort") == nil)
      #expect(throws: AuditFailure.self) { try folder.resolve("cohort/a.png/deeper") }
      #expect(try folder.removeFile("cohort/a.png"))
      #expect(try !folder.removeFile("cohort/a.png"))
      // A folder is never removed as a file.
      #expect(try !folder.removeFile("cohort"))
    }
  }

  @Test(arguments: [".a.txt.tmp", "a.txt"], [false, true])
  func writingReplacesAPlantedLinkAndNeverWhatItPointsTo(name: String, isHard: Bool) throws {
    try withFolder { folder, root in
      let precious = root + "/precious/key"
      let place = folder.path + "/" + name
      #expect((isHard ? link(precious, place) : symlink(precious, place)) == 0)
      try writeAtomically("report", to: folder.path + "/a.txt")
      #expect(try readBytes(of: precious) == Array("secret".utf8))
      #expect(try readBytes(of: folder.path + "/a.txt") == Array("report".utf8))
    }
  }
}

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("\u{1B}[2J", "\\u{1b}[2J"), ("a\r\nb", "a\\u{d}\\u{a}b"), ("\u{9B}31m", "\\u{9b}31m"),
    ("exe\u{202E}gnp", "exe\\u{202e}gnp"), ("a\u{200B}b", "a\\u{200b}b"), ("\u{7F}", "\\u{7f}"),
    ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"), ("\u{FEFF}F", "\\u{feff}F"),
    ("a\u{2028}b", "a\\u{2028}b"), ("\u{E0041}", "\\u{e0041}"), ("x\u{AD}y", "x\\u{ad}y"),
    ("a\u{3164}b", "a\\u{3164}b"), ("a\u{61C}b", "a\\u{61c}b"), ("\0", "\\u{0}"),
  ])
  func whatActsOrHidesIsShown(text: String, shown: String) {
    #expect(visible(text) == shown)
  }

  @Test(arguments: ["Große Ödeme", "胸部X線", "أشعة", "≥ 0.05, δ", "e\u{301}", "plain 'text' <b>"])
  func wordsOfAllLanguagesStay(text: String) {
    #expect(visible(text) == text)
  }

  @Test func linesStayWhereTheyAreAskedFor() {
    #expect(visible("a\nb\tc\r", keepingLines: true) == "a\nb\tc\\u{d}")
  }

  @Test func theSameJSONHoldsNothingThatActs() throws {
    let name = "a\u{1B}[2J\u{9B}m\u{202E}\u{E0041}é胸\u{7F}"
    let encoder = JSONEncoder()
    encoder.outputFormatting = .prettyPrinted
    let text = String(decoding: try encoder.encode(["k": name]), as: UTF8.self)
    let shown = visibleJSON(text)
    #expect(visible(shown, keepingLines: true) == shown && shown.contains("é胸"))
    #expect(try JSONDecoder().decode([String: String].self, from: Data(shown.utf8)) == ["k": name])
  }
}
