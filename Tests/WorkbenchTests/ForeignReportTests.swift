import AuditModel
import AuditStore
import Basics
import CSQLite
import Foundation
import Testing
import Workbench

/// A report folder that a stranger made: nothing that it names is run, opened or written.
@Suite struct ForeignReportTests {
  private func finished() throws -> AuditFolder {
    let folder = try AuditFolder(baseCases: 10)
    _ = try useCase(folder).run(context: RunContext())
    return folder
  }

  private func useCase(_ folder: AuditFolder) -> RunUseCase {
    RunUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports,
      makeGenerator: { _, _ in PatternGenerator() })
  }

  private func execute(_ sql: String, in folder: AuditFolder) throws {
    var handle: OpaquePointer?
    defer { sqlite3_close(handle) }
    try #require(sqlite3_open(folder.report + "/audit.sqlite", &handle) == SQLITE_OK)
    try #require(
      sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK,
      "\(String(cString: sqlite3_errmsg(handle)))")
  }

  /// Every name, kind, size and time below a folder.
  private func state(_ folder: String) throws -> [String] {
    var result: [String] = []
    let names = FileManager.default.enumerator(atPath: folder)
    while let name = names?.nextObject() as? String {
      var status = stat()
      #expect(lstat(folder + "/" + name, &status) == 0)
      result.append(
        "\(name) \(status.st_mode) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
      )
    }
    return result.sorted()
  }

  private func checks(
    _ folder: AuditFolder, sources: VerificationSources = VerificationSources()
  ) throws -> [VerificationCheck] {
    try VerifyUseCase(sampleSize: 2, sources: sources)
      .run(folder: folder.report, context: RunContext())
  }

  /// The folder's own spec with another command, put where verification once took it from.
  private func plant(command: String, in folder: AuditFolder) throws {
    let text = try String(contentsOfFile: folder.specificationPath, encoding: .utf8)
      .replacingOccurrences(of: "[\"/bin/sh\", \"classify.sh\"]", with: command)
    try execute(
      "UPDATE meta SET value = '\(text.replacingOccurrences(of: "'", with: "''"))' "
        + "WHERE key = 'specificationText'", in: folder)
  }

  @Test func aCommandOfTheReportIsNotRun() throws {
    let folder = try finished()
    defer { folder.remove() }
    let mark = folder.root + "/executed"
    try plant(command: "[\"/bin/sh\", \"-c\", \"touch \(mark)\"]", in: folder)
    let found = try checks(folder)
    #expect(!FileManager.default.fileExists(atPath: mark))
    #expect(found.contains { $0.subject == "rescored images, shell" && $0.status == .notChecked })
    #expect(found.contains { $0.subject == "spec" && $0.status == .different })
    // Neither is it with the verifier's spec, which has a command of its own …
    let named = try VerificationSources(
      specification: folder.specificationPath, data: nil, models: nil, allowsCommands: false)
    _ = try checks(folder, sources: named)
    #expect(!FileManager.default.fileExists(atPath: mark))
    // … and where commands are allowed, that one is run.
    let allowed = try VerificationSources(
      specification: folder.specificationPath, data: nil, models: nil, allowsCommands: true)
    let again = try checks(folder, sources: allowed)
    #expect(!FileManager.default.fileExists(atPath: mark))
    #expect(again.first { $0.subject == "rescored images, shell" }?.status == .same)
  }

  @Test func theVerifiersOwnCommandIsRunWhereAllowed() throws {
    let folder = try finished()
    defer { folder.remove() }
    let mark = folder.root + "/executed"
    // A witness that the test above could fail: the same command in the verifier's spec runs.
    let text = try String(contentsOfFile: folder.specificationPath, encoding: .utf8)
      .replacingOccurrences(
        of: "[\"/bin/sh\", \"classify.sh\"]",
        with: "[\"/bin/sh\", \"-c\", \"touch \(mark); sh classify.sh\"]")
    try writeAtomically(text, to: folder.root + "/mine.json")
    _ = try checks(
      folder,
      sources: VerificationSources(
        specification: folder.root + "/mine.json", data: nil, models: nil, allowsCommands: true))
    #expect(FileManager.default.fileExists(atPath: mark))
  }

  @Test func commandsWithoutASpecOfOnesOwnAreRefused() {
    let failure = #expect(throws: AuditFailure.self) {
      try VerificationSources(specification: nil, data: nil, models: nil, allowsCommands: true)
    }
    #expect(failure?.kind == .usage)
  }

  @Test func verifyingWritesNothingInTheReportFolder() throws {
    let folder = try finished()
    defer { folder.remove() }
    let before = try state(folder.report)
    _ = try checks(folder)
    #expect(try state(folder.report) == before)
    // A copy elsewhere, without the lock file of the run, is verified like the original.
    let copy = folder.root + "/elsewhere"
    try FileManager.default.copyItem(atPath: folder.report, toPath: copy)
    try FileManager.default.removeItem(atPath: copy + "/.lock")
    let found = try VerifyUseCase(sampleSize: 0).run(folder: copy, context: RunContext())
    #expect(!found.contains { $0.status == .different })
  }

  /// Names that a store may hold for a rebalancing image, and what would be hit.
  @Test(arguments: [
    "../../precious", "../../precious/key", "report.json", "cohort/Effusion/p0001/male-white.png",
    "rebalancing/../../../precious/key",
    "/tmp/audit-absolute-precious", "rebalancing//x.png", "..", "",
  ])
  func aRebalancingCaseCannotRemoveWhatIsOutside(name: String) throws {
    let folder = try finished()
    defer { folder.remove() }
    try createFolder(at: folder.root + "/precious")
    try writeAtomically("secret", to: folder.root + "/precious/key")
    try execute(
      "INSERT INTO cases (cohort, name, cluster, image) "
        + "VALUES ('rebalancing', '\(name)', 'x', '\(name)')", in: folder)
    // The audit's own report is written; the set is not made, and says why.
    let outcome = try useCase(folder).run(context: RunContext())
    #expect(outcome.failures.count == 1, "\(outcome.failures)")
    #expect(FileManager.default.fileExists(atPath: folder.root + "/precious/key"))
    if let found = try? checks(folder) { #expect(found.contains { $0.status == .different }) }
  }

  @Test(arguments: ["../../x.png", "/tmp/audit-absolute-x.png", "cohort/../../../x.png"])
  func anImageIsNotDrawnOutside(path: String) throws {
    let folder = try finished()
    defer { folder.remove() }
    try execute(
      "UPDATE cases SET image = '\(path)', sha256 = NULL WHERE id = "
        + "(SELECT min(id) FROM cases WHERE cohort = 'synthetic')", in: folder)
    #expect(throws: AuditFailure.self) { try useCase(folder).run(context: RunContext()) }
    #expect(!FileManager.default.fileExists(atPath: folder.root + "/x.png"))
    #expect(!FileManager.default.fileExists(atPath: "/tmp/audit-absolute-x.png"))
  }

  @Test(arguments: [false, true])
  func aPlantedLogIsReplacedAndNotWrittenThrough(isHard: Bool) throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    let precious = folder.root + "/precious"
    try writeAtomically("secret", to: precious)
    try createFolder(at: folder.report + "/logs")
    let place = folder.report + "/logs/shell.log"
    #expect((isHard ? link(precious, place) : symlink(precious, place)) == 0)
    // A link may be refused or replaced; what it points to stays.
    _ = try? useCase(folder).run(through: .score, context: RunContext())
    #expect(try readBytes(of: precious) == Array("secret".utf8))
  }

  @Test(arguments: ["cohort", "tables", "logs", "rebalancing", "report.html", "report.json"])
  func aLinkInAFoldersPlaceIsNotFollowed(name: String) throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    let outside = folder.root + "/outside"
    try createFolder(at: outside)
    try createFolder(at: folder.report)
    #expect(symlink(outside, folder.report + "/" + name) == 0)
    let failure = #expect(throws: AuditFailure.self) {
      try useCase(folder).run(context: RunContext())
    }
    #expect(failure?.message.contains("is a link") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    // Starting over removes the link itself.
    _ = try RunUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports, startOver: true,
      makeGenerator: { _, _ in PatternGenerator() }
    ).run(context: RunContext())
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
  }

  @Test(arguments: [
    "report.json", "cohort", "provenance.json", "tables/verdicts.csv", "audit.sqlite",
  ])
  func verifyingFollowsNoLink(name: String) throws {
    let folder = try finished()
    defer { folder.remove() }
    let place = folder.report + "/" + name
    let aside = folder.root + "/aside"
    try FileManager.default.moveItem(atPath: place, toPath: aside)
    #expect(symlink(aside, place) == 0)
    // Refused as a whole, or named as a difference; never passed over.
    do {
      #expect(try checks(folder).contains { $0.status == .different })
    } catch let failure as AuditFailure {
      #expect(failure.message.contains("link"), "\(failure)")
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: ["report.json", "provenance.json", "audit.sqlite"])
  func aPipeInAFilesPlaceDoesNotHang(name: String) throws {
    let folder = try finished()
    defer { folder.remove() }
    unlink(folder.report + "/" + name)
    #expect(mkfifo(folder.report + "/" + name, 0o600) == 0)
    do {
      #expect(try checks(folder).contains { $0.status == .different })
    } catch is AuditFailure {}
  }

  @Test(arguments: ["x", "", "/", "../../x", "relative/spec.json"])
  func whereTheReportSaysItsSpecLayIsOnlyWords(path: String) throws {
    let folder = try finished()
    defer { folder.remove() }
    try execute("UPDATE meta SET value = '\(path)' WHERE key = 'specificationPath'", in: folder)
    for data in [nil, folder.root] {
      let found = try checks(
        folder,
        sources: VerificationSources(
          specification: nil, data: data, models: nil, allowsCommands: false))
      #expect(!found.isEmpty)
    }
  }

  @Test func imagesOfAnotherArmAreNotTakenOver() throws {
    let parts = try AuditFolder(baseCases: 10)
    defer { parts.remove() }
    _ = try useCase(parts).run(through: .generate, context: RunContext())
    let whole = try AuditFolder(baseCases: 10)
    defer { whole.remove() }
    // The store of the other folder is edited with its images: one arm has the file of another.
    let base = parts.report + "/cohort/Effusion/p0001/"
    let male = try readBytes(of: base + "male-white.png")
    try writeAtomically(male, to: base + "female-white.png")
    try execute(
      "UPDATE cases SET sha256 = '\(SHA256.hex(of: male))' "
        + "WHERE name = 'cohort/Effusion/p0001/female-white.png'", in: parts)
    var context = RunContext()
    context.imageFolders = [parts.report]
    _ = try useCase(whole).run(through: .generate, context: context)
    let taken = try readBytes(of: whole.report + "/cohort/Effusion/p0001/female-white.png")
    #expect(taken != male)
  }
}
