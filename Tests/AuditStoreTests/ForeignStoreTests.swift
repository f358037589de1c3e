import AuditStore
import Basics
import CSQLite
import Foundation
import Testing

/// A store file that somebody else made or edited.
@Suite struct ForeignStoreTests {
  private func withStore(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "foreign-store-" + UUID().uuidString
    try createFolder(at: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      let store = try AuditStore(path: folder + "/audit.sqlite")
      try store.insert([StoredCase(cohort: .real, name: "a.png", cluster: "p")])
    }
    try body(folder)
  }

  private func execute(_ sql: String, in folder: String) throws {
    var handle: OpaquePointer?
    defer { sqlite3_close(handle) }
    try #require(sqlite3_open(folder + "/audit.sqlite", &handle) == SQLITE_OK)
    try #require(
      sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK,
      "\(String(cString: sqlite3_errmsg(handle)))")
  }

  @Test(arguments: [
    "CREATE TRIGGER t AFTER INSERT ON answers BEGIN DELETE FROM cases; END",
    "ALTER TABLE answers RENAME TO hidden; CREATE VIEW answers AS SELECT * FROM hidden",
    "ALTER TABLE cases ADD COLUMN more TEXT",
    "ALTER TABLE meta RENAME TO old; CREATE TABLE meta (key TEXT, value TEXT AS ('x'))",
    "CREATE INDEX i ON cases (cluster)", "CREATE TABLE other (x)", "DROP TABLE stages",
    "PRAGMA user_version = 1", "PRAGMA user_version = -1", "PRAGMA user_version = 999",
    "CREATE VIRTUAL TABLE v USING fts5(x)",
  ])
  func anotherSchemaIsRefusedAndLeftAsItIs(statement: String) throws {
    try withStore { folder in
      try execute(statement, in: folder)
      let before = try readBytes(of: folder + "/audit.sqlite")
      #expect(throws: AuditFailure.self) { try AuditStore(path: folder + "/audit.sqlite") }
      #expect(throws: AuditFailure.self) {
        try AuditStore(copyOfStoreIn: ConfinedFolder(folder))
      }
      #expect(try readBytes(of: folder + "/audit.sqlite") == before)
    }
  }

  @Test(arguments: ["", "-wal", "-shm", "-journal"], [false, true])
  func aLinkInTheStoresPlaceIsNotWrittenThrough(suffix: String, isHard: Bool) throws {
    try withStore { folder in
      let precious = folder + "/precious"
      if suffix.isEmpty {
        try FileManager.default.moveItem(atPath: folder + "/audit.sqlite", toPath: precious)
      } else {
        try writeAtomically("precious", to: precious)
      }
      let before = try readBytes(of: precious)
      let place = folder + "/audit.sqlite" + suffix
      try? FileManager.default.removeItem(atPath: place)
      #expect((isHard ? link(precious, place) : symlink(precious, place)) == 0)
      #expect(throws: AuditFailure.self) { try AuditStore(path: folder + "/audit.sqlite") }
      #expect(try readBytes(of: precious) == before)
    }
  }

  @Test func aCopyIsReadWithoutTouchingTheFolder() throws {
    try withStore { folder in
      let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      let copy = try AuditStore(copyOfStoreIn: ConfinedFolder(folder))
      #expect(try copy.cases(of: .real).map(\.name) == ["a.png"])
      #expect(try copy.damages().isEmpty)
      try copy.set("x", for: .planHash)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
      #expect(try AuditStore(path: folder + "/audit.sqlite").value(of: .planHash) == nil)
    }
  }

  @Test func aReaderSeesWhatAKilledRunHadOnlyLogged() throws {
    try withStore { folder in
      // The first connection stays open, so the log is not brought into the main file.
      let store = try AuditStore(path: folder + "/audit.sqlite")
      try store.set("logged", for: .planHash)
      #expect(FileManager.default.fileExists(atPath: folder + "/audit.sqlite-wal"))
      let copy = try AuditStore(copyOfStoreIn: ConfinedFolder(folder))
      #expect(try copy.value(of: .planHash) == "logged")
      withExtendedLifetime(store) {}
    }
  }

  @Test func removingACaseRemovesItsScoresWithoutTriggers() throws {
    try withStore { folder in
      let store = try AuditStore(path: folder + "/audit.sqlite")
      let id = try #require(try store.cases(of: .real).first?.id)
      try store.insertScores(classifier: "c", findings: ["Effusion"], [(id, [0.5])])
      try store.removeCase(id)
      #expect(try store.hasScores() == false)
    }
  }

  @Test(arguments: [
    "UPDATE answers SET scores = x'0011'", "UPDATE answers SET scores = zeroblob(800)",
    "DELETE FROM outputs",
  ])
  func scoresThatNoOutputHasAreRefused(statement: String) throws {
    try withStore { folder in
      do {
        let store = try AuditStore(path: folder + "/audit.sqlite")
        let id = try #require(try store.cases(of: .real).first?.id)
        try store.insertScores(classifier: "c", findings: ["A", "B"], [(id, [0.5, nil])])
      }
      try execute(statement, in: folder)
      let store = try AuditStore(path: folder + "/audit.sqlite")
      let isGone = statement.hasPrefix("DELETE")
      if isGone {
        #expect(try store.scores(classifier: "c", finding: "A", cohort: .real).isEmpty)
      } else {
        #expect(throws: AuditFailure.self) {
          try store.scores(classifier: "c", finding: "A", cohort: .real)
        }
      }
    }
  }

  @Test(arguments: ["0", "7", "x", "-1", "1 99999999999999999999"])
  func attributesThatTheStoreDoesNotNameAreRefused(text: String) throws {
    try withStore { folder in
      try execute("UPDATE cases SET attributes = '\(text)'", in: folder)
      let store = try AuditStore(path: folder + "/audit.sqlite")
      #expect(throws: AuditFailure.self) { try store.cases(of: .real) }
    }
  }
}
