import AuditModel
import Basics

/// The database of one audit: cases, images, labels, scores and the log of stages.
///
/// Every method commits before it returns, so a killed process loses at most the call in flight.
/// Used from one thread at a time.
package final class AuditStore {
  let database: Database

  /// Cases that were read, and the version of their tables then; see ``cases(of:)``.
  var kept: [StoredCase.Cohort: (version: Database.Version, cases: [StoredCase])] = [:]

  /// The folder of a copy, which goes with the store.
  private let scratch: PrivateFolder?

  /// Opens or creates the store file at `path` and brings its schema up to date.
  /// - Throws: ``AuditFailure`` for a file that is a link, that this program did not make, or that
  ///   holds anything besides its tables.
  package init(path: String) throws {
    scratch = nil
    database = try Database(path: path)
    try Migrations.apply(to: database)
  }

  /// Opens a copy of the store in `folder`, which is neither written nor needs to be writable.
  /// - Throws: As ``init(path:)``, and when there is no room for the copy.
  package init(copyOfStoreIn folder: ConfinedFolder) throws {
    let scratch = try PrivateFolder(purpose: "store")
    // What a killed run had not yet brought into the main file is in the log beside it.
    for name in ["audit.sqlite", "audit.sqlite-wal"] {
      guard let source = try folder.file(name) else { continue }
      try copyFile(from: source, to: scratch.path + "/" + name)
    }
    self.scratch = scratch
    database = try Database(path: scratch.path + "/audit.sqlite")
    try Migrations.apply(to: database)
  }

  /// What SQLite finds wrong in the file: pages, indexes and constraints; empty as a rule.
  package func damages() throws -> [String] {
    let query = try database.prepare("PRAGMA integrity_check(5)")
    var found: [String] = []
    while try query.step() { found.append(query.text(0) ?? "") }
    return found == ["ok"] ? [] : found
  }

  // MARK: Facts about the audit

  package func record(_ stage: StageRecord) throws {
    let statement = try database.prepare(
      "INSERT INTO stages (name, seconds, finished) VALUES (?, ?, ?) "
        + "ON CONFLICT (name) DO UPDATE SET seconds = stages.seconds + excluded.seconds, "
        + "finished = excluded.finished")
    statement.bind(stage.name, at: 1)
    statement.bind(stage.seconds, at: 2)
    statement.bind(stage.finished, at: 3)
    try statement.run()
  }

  package func stages() throws -> [StageRecord] {
    let query = try database.prepare("SELECT name, seconds, finished FROM stages ORDER BY finished")
    var result: [StageRecord] = []
    while try query.step() {
      result.append(
        StageRecord(
          name: query.text(0) ?? "", seconds: query.double(1) ?? 0, finished: query.text(2) ?? ""))
    }
    return result
  }

  // MARK: Cases

  /// Everything that `body` writes, or nothing of it: a result and its key must not come apart where a
  /// run is killed or the disk is full.
  package func inOneStep<Result>(_ body: () throws -> Result) throws -> Result {
    try database.transaction(body)
  }

  /// Marks a case's image as rendered; the file must already be safe on disk.
  package func setImage(hash: String, ofCase id: Int64) throws {
    let statement = try database.prepare("UPDATE cases SET sha256 = ? WHERE id = ?")
    statement.bind(hash, at: 1)
    statement.bind(id, at: 2)
    try statement.run()
  }

  /// Notes the hash of a condition's file for every case that it guides; the file must already be
  /// safe on disk.
  package func setCondition(hash: String, at path: String) throws {
    let statement = try database.prepare(
      "UPDATE cases SET condition_sha256 = ? WHERE condition = ?")
    statement.bind(hash, at: 1)
    statement.bind(path, at: 2)
    try statement.run()
  }

  /// Marks a case's image as missing, so that the next generation renders it again.
  package func forgetImage(ofCase id: Int64) throws {
    let statement = try database.prepare("UPDATE cases SET sha256 = NULL WHERE id = ?")
    statement.bind(id, at: 1)
    try statement.run()
    let scores = try database.prepare("DELETE FROM answers WHERE case_id = ?")
    scores.bind(id, at: 1)
    try scores.run()
  }

  /// Removes a case with its labels and scores; its image file is left to the caller.
  package func removeCase(_ id: Int64) throws {
    let statement = try database.prepare("DELETE FROM cases WHERE id = ?")
    statement.bind(id, at: 1)
    try statement.run()
  }
}
