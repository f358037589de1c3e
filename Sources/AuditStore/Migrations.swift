import Basics

/// The store's schema, as the list of steps from an empty file. Append, never edit.
enum Migrations {
  private static let steps: [String] = [
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE cases (
      id INTEGER PRIMARY KEY,
      cohort TEXT NOT NULL CHECK (cohort IN ('synthetic', 'real', 'rebalancing')),
      name TEXT NOT NULL,
      cluster TEXT NOT NULL,
      finding TEXT,
      base_case TEXT,
      arm TEXT,
      placebo TEXT,
      sex TEXT,
      age REAL,
      race TEXT,
      prompt TEXT,
      seed TEXT,
      noise TEXT,
      image TEXT,
      sha256 TEXT,
      UNIQUE (cohort, name));
    CREATE TABLE labels (
      case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
      finding TEXT NOT NULL,
      value INTEGER NOT NULL CHECK (value IN (0, 1)),
      PRIMARY KEY (finding, case_id)) WITHOUT ROWID;
    CREATE TABLE scores (
      case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
      classifier TEXT NOT NULL,
      finding TEXT NOT NULL,
      value REAL,
      PRIMARY KEY (classifier, finding, case_id)) WITHOUT ROWID;
    CREATE TABLE stages (
      name TEXT PRIMARY KEY, seconds REAL NOT NULL, finished TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE fingerprints (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, text TEXT NOT NULL);
    """,
    // Masks and boxes.
    """
    ALTER TABLE cases ADD COLUMN control INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE cases ADD COLUMN condition TEXT;
    ALTER TABLE cases ADD COLUMN condition_source TEXT;
    ALTER TABLE cases ADD COLUMN condition_sha256 TEXT;
    """,
  ]

  /// Brings `database` to the newest schema.
  /// - Throws: ``AuditFailure`` when the file was written by a newer version.
  static func apply(to database: Database) throws {
    try database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL")
    let query = try database.prepare("PRAGMA user_version")
    _ = try query.step()
    let version = Int(query.integer(0))
    query.reset()
    guard version <= steps.count else {
      throw AuditFailure(
        "the audit store '\(database.path)' was written by a newer version of this tool",
        hint: "use that version, or remove the report folder to start again")
    }
    for next in version..<steps.count {
      try database.transaction {
        try database.execute(steps[next])
        try database.execute("PRAGMA user_version = \(next + 1)")
      }
    }
  }
}
