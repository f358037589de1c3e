import AuditModel
import Basics

/// The database of one audit: cases, images, labels, scores and the log of stages.
///
/// Every method commits before it returns, so a killed process loses at most the call in flight.
/// Used from one thread at a time.
package final class AuditStore {
  let database: Database

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
    let scores = try database.prepare("DELETE FROM scores WHERE case_id = ?")
    scores.bind(id, at: 1)
    try scores.run()
  }

  /// Removes a case with its labels and scores; its image file is left to the caller.
  package func removeCase(_ id: Int64) throws {
    let statement = try database.prepare("DELETE FROM cases WHERE id = ?")
    statement.bind(id, at: 1)
    try statement.run()
  }

  // MARK: Scores

  /// Removes everything one classifier answered, because the classifier has changed.
  package func removeScores(ofClassifier classifier: String) throws {
    let statement = try database.prepare("DELETE FROM scores WHERE classifier = ?")
    statement.bind(classifier, at: 1)
    try statement.run()
    let readings = try database.prepare("DELETE FROM image_readings WHERE classifier = ?")
    readings.bind(classifier, at: 1)
    try readings.run()
  }

  /// Stores what one classifier answered: case, finding, score (nil: the classifier gave none).
  package func insertScores(
    classifier: String, _ scores: [(caseID: Int64, finding: String, value: Double?)]
  ) throws {
    try database.transaction { try insertScoreRows(classifier: classifier, scores) }
  }

  /// ``insertScores(classifier:_:)`` within a transaction of the caller's.
  func insertScoreRows(
    classifier: String, _ scores: [(caseID: Int64, finding: String, value: Double?)]
  ) throws {
    let statement = try database.prepare(
      "INSERT OR REPLACE INTO scores (case_id, classifier, finding, value) VALUES (?, ?, ?, ?)")
    for score in scores {
      statement.bind(score.caseID, at: 1)
      statement.bind(classifier, at: 2)
      statement.bind(score.finding, at: 3)
      statement.bind(score.value, at: 4)
      try statement.run()
    }
  }

  /// Scores of one classifier for one finding, by case; a stored "not scored" is a nil value.
  package func scores(
    classifier: String, finding: String, cohort: StoredCase.Cohort
  ) throws -> [Int64: Double?] {
    var result: [Int64: Double?] = [:]
    try forEachScore(classifier: classifier, finding: finding, cohort: cohort) {
      result[$0] = .some($1)
    }
    return result
  }

  /// The same, one after the other.
  package func forEachScore(
    classifier: String, finding: String, cohort: StoredCase.Cohort,
    _ body: (_ caseID: Int64, _ value: Double?) -> Void
  ) throws {
    let query = try database.prepare(
      "SELECT case_id, value FROM scores JOIN cases ON cases.id = case_id "
        + "WHERE classifier = ? AND scores.finding = ? AND cohort = ?")
    query.bind(classifier, at: 1)
    query.bind(finding, at: 2)
    query.bind(cohort.rawValue, at: 3)
    while try query.step() { body(query.integer(0), query.double(1)) }
  }

  /// Cases of a cohort that a classifier has answered for every one of `findings`.
  package func answeredCases(
    classifier: String, findings: [String], cohort: StoredCase.Cohort
  ) throws -> Set<Int64> {
    var counts: [Int64: Int] = [:]
    for finding in findings {
      for id in try scores(classifier: classifier, finding: finding, cohort: cohort).keys {
        counts[id, default: 0] += 1
      }
    }
    return Set(counts.filter { $0.value == findings.count }.keys)
  }

  /// Whether anything that this classifier answered is kept.
  package func hasScores(ofClassifier classifier: String) throws -> Bool {
    let query = try database.prepare("SELECT 1 FROM scores WHERE classifier = ? LIMIT 1")
    query.bind(classifier, at: 1)
    return try query.step()
  }

  package func hasScores() throws -> Bool {
    try database.prepare("SELECT 1 FROM scores LIMIT 1").step()
  }
}
