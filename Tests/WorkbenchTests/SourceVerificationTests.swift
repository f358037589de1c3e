import AuditModel
import AuditStore
import Basics
import CSQLite
import Foundation
import Testing
import Workbench

/// A forgery that is consistent within the report folder is found where the verifier names the
/// sources, and said not to be checked where not.
@Suite struct SourceVerificationTests {
  private func withScene(_ scene: ReuseScene, _ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "sources-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try scene.write(to: folder)
    try scene.run(in: folder)
    try body(folder)
  }

  private func execute(_ sql: String, in folder: String) throws {
    var handle: OpaquePointer?
    defer { sqlite3_close(handle) }
    try #require(sqlite3_open(folder + "/reports/t/audit.sqlite", &handle) == SQLITE_OK)
    try #require(
      sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK,
      "\(String(cString: sqlite3_errmsg(handle)))")
    // A forgery that changes no row would show nothing.
    try #require(sqlite3_changes(handle) > 0)
  }

  private func verify(
    _ folder: String, spec: Bool = false, data: String? = nil, commands: Bool = false,
    sample: Int = 0
  ) throws -> [VerificationCheck] {
    try VerifyUseCase(
      sampleSize: sample,
      sources: VerificationSources(
        specification: spec ? folder + "/spec.json" : nil, data: data, models: nil,
        allowsCommands: commands)
    ).run(folder: folder + "/reports/t", context: RunContext())
  }

  private func different(_ checks: [VerificationCheck]) -> [String: [String]] {
    Dictionary(
      checks.filter { $0.status == .different }.map { ($0.subject, $0.differences) },
      uniquingKeysWith: { first, _ in first })
  }

  @Test(arguments: ReuseScene.allCases)
  func anUntouchedReportIsTheSameAgainstItsSources(scene: ReuseScene) throws {
    try withScene(scene) { folder in
      // The scenes' generator is not one that verification can open.
      let found = different(try verify(folder, spec: true)).filter { $0.key != "weights" }
      #expect(found.isEmpty, "\(found)")
      let without = try verify(folder)
      #expect(different(without).isEmpty)
      #expect(without.last?.subject == "beyond checking")
    }
  }

  @Test(arguments: [
    (
      "UPDATE cases SET labels = replace(replace(replace(labels, '0', 'x'), '1', '0'), 'x', '1') WHERE id % 7 = 0",
      "source: real table", "labels"
    ),
    ("UPDATE cases SET cluster = name WHERE cohort = 'real'", "source: real table", "cluster"),
    ("DELETE FROM cases WHERE cohort = 'real' AND id % 9 = 0", "source: real table", "cases"),
  ])
  func aForgedStoreWithAFreshReportIsFound(sql: String, subject: String, words: String) throws {
    try withScene(.tables) { folder in
      try execute(sql, in: folder)
      // The report is made anew from the forged store, keys and all: it is consistent with itself.
      try ReuseScene.tables.run(in: folder)
      let unaware = try verify(folder)
      #expect(different(unaware).isEmpty, "\(different(unaware))")
      let source = try #require(unaware.first { $0.subject == subject })
      #expect(
        source.status == .notChecked && source.detail.contains("not checked against the sources"))
      for checks in [try verify(folder, spec: true), try verify(folder, data: folder)] {
        let found = try #require(different(checks)[subject], "\(checks.map(\.subject))")
        #expect(found.contains { $0.contains(words) }, "\(found.prefix(3))")
      }
    }
  }

  @Test(arguments: [
    ("column", "Effusion", "source: real table"), ("file", "Mass", "source: scores of file"),
  ])
  func forgedScoresWithAFreshReportAreFound(
    classifier: String, finding: String, subject: String
  ) throws {
    try withScene(.tables) { folder in
      do {
        let store = try AuditStore(path: folder + "/reports/t/audit.sqlite")
        let women = try store.cases(of: .real).filter { $0.attributes["sex"] == "F" }
        try #require(!women.isEmpty)
        try store.insertScores(
          classifier: classifier, findings: [finding], women.map { ($0.id, [0.99]) })
      }
      try ReuseScene.tables.run(in: folder)
      #expect(different(try verify(folder)).isEmpty)
      for checks in [try verify(folder, spec: true), try verify(folder, data: folder)] {
        let found = try #require(different(checks)[subject], "\(checks.map(\.subject))")
        #expect(found.contains { $0.contains("\(classifier) \(finding)") }, "\(found.prefix(3))")
      }
    }
  }

  /// The verifier's spec allows its own paths to be opened and no others.
  @Test(arguments: ["meta.csv", "scores.csv", "joined.csv"])
  func aPathThatOnlyTheReportWritesIsNotOpened(table: String) throws {
    try withScene(.tables) { folder in
      let subject = table == "scores.csv" ? "source: scores of file" : "source: real table"
      #expect(try verify(folder, spec: true).first { $0.subject == subject }?.status == .same)
      let secret = folder + "/elsewhere-\(table)"
      try FileManager.default.copyItem(atPath: folder + "/" + table, toPath: secret)
      try execute(
        "UPDATE meta SET value = replace(value, '\"\(table)\"', '\"\(secret)\"') "
          + "WHERE key = 'specificationText'", in: folder)
      let checks = try verify(folder, spec: true)
      #expect(checks.first { $0.subject == subject }?.status == .notChecked)
      #expect(different(checks)["spec"] != nil)
    }
  }

  @Test func aReplacedRealImageIsNamed() throws {
    try withScene(.images) { folder in
      try writeAtomically(
        try readBytes(of: folder + "/copies/i7.png"), to: folder + "/images/i7.png")
      #expect(
        different(try verify(folder, data: folder))["source: real images"]
          == ["i7.png is another image than was scored"])
    }
  }

  @Test func aChangedScriptIsNamed() throws {
    try withScene(.images) { folder in
      try writeAtomically("other", to: folder + "/weights")
      #expect(different(try verify(folder, spec: true))["classifier declared"] != nil)
    }
  }

  @Test func aChangedTrainingTableIsNamed() throws {
    try withScene(.cohort) { folder in
      try writeAtomically(try readBytes(of: folder + "/other.csv"), to: folder + "/train.csv")
      let found = different(try verify(folder, data: folder))["source: training table"]
      #expect(found?.contains { $0.contains("has") } == true)
    }
  }

  @Test func theSampleCannotBeForeseenAndCanBeRepeated() throws {
    try withScene(.images) { folder in
      func words(seed: UInt64?) throws -> String {
        try VerifyUseCase(
          sampleSize: 3, sampleSeed: seed,
          sources: VerificationSources(
            specification: folder + "/spec.json", data: nil, models: nil, allowsCommands: true)
        ).run(folder: folder + "/reports/t", context: RunContext())
          .first { $0.subject == "rescored images, declared" }?.detail ?? ""
      }
      #expect(try words(seed: nil) != words(seed: nil))
      let repeated = try words(seed: 11)
      #expect(try repeated == words(seed: 11))
      #expect(repeated.contains("3 of 24 images") && repeated.contains("--sample-seed 11"))
    }
  }

  @Test(arguments: [
    "report.pdf", "tables/extra.csv", "cohort/note.txt", "rebalancing/huggingface/train/new.png",
    "surprise",
  ])
  func aFileLaidBesideIsNamed(name: String) throws {
    try withScene(.cohort) { folder in
      let place = folder + "/reports/t/" + name
      try createFolder(at: (place as NSString).deletingLastPathComponent)
      try writeAtomically("beside", to: place)
      #expect(
        different(try verify(folder))["files"]?.contains { $0.hasPrefix(name + " lies") } == true)
    }
  }

  @Test func everyFileOfTheFolderIsVouchedFor() throws {
    try withScene(.cohort) { folder in
      let report = ConfinedFolder(folder + "/reports/t")
      for name in try report.contents().files {
        guard !name.hasPrefix("audit.sqlite"), name != ".lock", !name.hasPrefix("logs/") else {
          continue
        }
        let place = try report.resolve(name)
        let whole = try readBytes(of: place)
        // Exports are hard links to the images, so the file is replaced and not written into.
        try writeAtomically(whole + [0x20], to: place)
        #expect(!different(try verify(folder)).isEmpty, "\(name) was changed, and nobody noticed")
        try writeAtomically(whole, to: place)
      }
    }
  }

  @Test func aListWithoutItsHashIsNoList() throws {
    try withScene(.tables) { folder in
      let place = folder + "/reports/t/files.sha256"
      let lines = String(decoding: try readBytes(of: place), as: UTF8.self).split(separator: "\n")
      try writeAtomically(lines.dropLast().joined(separator: "\n") + "\n", to: place)
      let found = different(try verify(folder))
      #expect(found["provenance"]?.contains { $0.contains("files.sha256") } == true)
      #expect(found["files"] != nil)
      unlink(place)
      #expect(different(try verify(folder))["files"] != nil)
    }
  }
}

/// What starting over leaves behind.
@Suite struct StartOverTests {
  private func run(_ folder: String, startOver: Bool) throws -> AuditReport {
    _ = try RunUseCase(
      specificationPath: folder + "/spec.json", reports: folder + "/reports", startOver: startOver
    ).run(context: RunContext())
    return try JSONDecoder().decode(
      AuditReport.self, from: Data(try readBytes(of: folder + "/reports/t/report.json")))
  }

  @Test func aPlanMadeAfterDiscardedScoresIsNotCalledFixedBeforehand() throws {
    let folder = NSTemporaryDirectory() + "over-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try ReuseScene.tables.write(to: folder)
    let first = try run(folder, startOver: false)
    #expect(!first.plan.exploratory)
    // The same plan again: it had been fixed before any score was read.
    let same = try run(folder, startOver: true)
    #expect(!same.plan.exploratory)
    #expect(same.notes.contains { $0.contains("started over once") })
    let text = String(decoding: try readBytes(of: folder + "/spec.json"), as: UTF8.self)
    try writeAtomically(
      text.replacingOccurrences(of: "\"delta\": 0.05", with: "\"delta\": 0.2"),
      to: folder + "/spec.json")
    let other = try run(folder, startOver: true)
    #expect(other.plan.exploratory)
    #expect(other.notes.contains { $0.contains("started over 2 times") })
    let page = String(decoding: try readBytes(of: folder + "/reports/t/report.md"), as: UTF8.self)
    #expect(!page.contains("was fixed and hashed before any score was read"))
  }
}

/// A stage after the analysis fails: what was found is reported all the same.
@Suite struct LateFailureTests {
  @Test func anExportThatCannotBeWrittenCostsNoReport() throws {
    let folder = NSTemporaryDirectory() + "late-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try ReuseScene.cohort.write(to: folder)
    // A folder of the user's own stands where the export goes, which nobody can know beforehand.
    let place = folder + "/reports/t/rebalancing/huggingface"
    try createFolder(at: place)
    try writeAtomically("mine", to: place + "/mine.txt")
    let outcome = try ReuseScene.cohort.outcome(in: folder)
    #expect(outcome.failures.count == 1 && outcome.failures[0].contains("not an export"))
    #expect(!outcome.verdicts.isEmpty)
    let report = try JSONDecoder().decode(
      AuditReport.self, from: Data(try readBytes(of: folder + "/reports/t/report.json")))
    #expect(report.rebalancing?.notes.contains { $0.contains("not an export") } == true)
    #expect(!report.verdicts.isEmpty)
    #expect(FileManager.default.fileExists(atPath: place + "/mine.txt"))
  }
}
