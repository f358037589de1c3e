import Basics

/// The store's schema, as the list of steps from an empty file. Append, never edit.
enum Migrations {
  static let steps: [String] = [
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
    // The unscored image that arms descend from.
    "ALTER TABLE cases ADD COLUMN anchor TEXT;",
    // Any attribute. The columns that it replaces stay empty; SQLite before 3.35 cannot remove them.
    """
    CREATE TABLE attributes (
      case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
      attribute TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (attribute, case_id)) WITHOUT ROWID;
    INSERT INTO attributes SELECT id, 'sex', sex FROM cases WHERE sex IS NOT NULL;
    INSERT INTO attributes
      SELECT id, 'age', CASE WHEN age = CAST(age AS INTEGER) THEN CAST(CAST(age AS INTEGER) AS TEXT)
        ELSE printf('%!.17g', age) END
      FROM cases WHERE age IS NOT NULL;
    INSERT INTO attributes SELECT id, 'race', race FROM cases WHERE race IS NOT NULL;
    UPDATE cases SET sex = NULL, age = NULL, race = NULL;
    """,
    // What kept results were made from, and hashes of files by their stamp.
    """
    CREATE TABLE keys (
      part TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,
      PRIMARY KEY (part, name)) WITHOUT ROWID;
    CREATE TABLE files (
      path TEXT PRIMARY KEY, stamp TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
    """,
    // How classifiers read image files.
    """
    CREATE TABLE image_readings (
      case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
      classifier TEXT NOT NULL,
      facts TEXT NOT NULL,
      problem TEXT,
      PRIMARY KEY (classifier, case_id)) WITHOUT ROWID;
    """,
    // Labels as one sign per finding beside the case: a row per label was most of a large store.
    """
    CREATE TABLE findings (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    ALTER TABLE cases ADD COLUMN labels TEXT;
    INSERT INTO findings (name) SELECT DISTINCT finding FROM labels ORDER BY finding;
    UPDATE cases SET labels = (
      SELECT group_concat(sign, '') FROM (
        SELECT coalesce(
          (SELECT value FROM labels WHERE labels.finding = findings.name AND case_id = cases.id), '-')
          AS sign
        FROM findings ORDER BY findings.id))
      WHERE id IN (SELECT case_id FROM labels);
    DROP TABLE labels;
    """,
    // Attributes as numbers of values beside the case, and readings by case first: removing a case
    // looked through the whole of both tables.
    """
    CREATE TABLE attribute_values (
      id INTEGER PRIMARY KEY, attribute TEXT NOT NULL, value TEXT NOT NULL,
      UNIQUE (attribute, value));
    ALTER TABLE cases ADD COLUMN attributes TEXT;
    INSERT INTO attribute_values (attribute, value)
      SELECT DISTINCT attribute, value FROM attributes ORDER BY attribute, value;
    CREATE INDEX attributes_of ON attributes (case_id);
    UPDATE cases SET attributes = (
      SELECT group_concat(v.id, ' ') FROM attributes a
      JOIN attribute_values v ON v.attribute = a.attribute AND v.value = a.value
      WHERE a.case_id = cases.id)
      WHERE id IN (SELECT case_id FROM attributes);
    DROP TABLE attributes;
    ALTER TABLE image_readings RENAME TO former_readings;
    CREATE TABLE image_readings (
      case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
      classifier TEXT NOT NULL,
      facts TEXT NOT NULL,
      problem TEXT,
      PRIMARY KEY (case_id, classifier)) WITHOUT ROWID;
    INSERT INTO image_readings SELECT case_id, classifier, facts, problem FROM former_readings;
    DROP TABLE former_readings;
    """,
    // Scores of one classifier and case in one cell; `ScoreRows` moves them there.
    """
    CREATE TABLE classifiers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE outputs (
      classifier INTEGER NOT NULL REFERENCES classifiers (id),
      place INTEGER NOT NULL,
      finding TEXT NOT NULL,
      PRIMARY KEY (classifier, place)) WITHOUT ROWID;
    CREATE TABLE answers (
      case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
      classifier INTEGER NOT NULL REFERENCES classifiers (id),
      scores BLOB NOT NULL,
      PRIMARY KEY (case_id, classifier)) WITHOUT ROWID;
    INSERT INTO classifiers (name) SELECT DISTINCT classifier FROM scores ORDER BY classifier;
    INSERT INTO outputs (classifier, place, finding)
      SELECT c.id, row_number() OVER (PARTITION BY c.id ORDER BY s.finding) - 1, s.finding
      FROM (SELECT DISTINCT classifier, finding FROM scores) s
      JOIN classifiers c ON c.name = s.classifier;
    """,
    "DROP TABLE scores",
  ]

  /// What a step does besides its statements, by its place in ``steps``.
  private static let moves: [Int: @Sendable (Database) throws -> Void] = [
    9: ScoreRows.move
  ]

  /// Brings `database` to the newest schema.
  /// - Throws: ``AuditFailure`` when the file was written by a newer version.
  static func apply(to database: Database) throws {
    let version = try checkedVersion(of: database)
    try database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL")
    for next in version..<steps.count {
      try database.transaction {
        try database.execute(steps[next])
        try moves[next]?(database)
        try database.execute("PRAGMA user_version = \(next + 1)")
      }
    }
  }

  /// The schema's version, after its objects were compared with those that this version has.
  ///
  /// A trigger, a view, another column or a table with a computed column could answer for a table of
  /// ours; so the file must hold the statements above and nothing else.
  private static func checkedVersion(of database: Database) throws -> Int {
    let query = try database.prepare("PRAGMA user_version")
    _ = try query.step()
    let version = Int(query.integer(0))
    query.reset()
    guard version <= steps.count else {
      throw AuditFailure(
        "the audit store '\(database.path)' was written by a newer version of this tool",
        hint: "use that version, or remove the report folder to start again")
    }
    let expected = try Database(path: ":memory:")
    for step in steps.prefix(max(0, version)) { try expected.execute(step) }
    let known = try objects(of: expected)
    let found = try objects(of: database)
    guard found == known else {
      let names = Set(found.filter { known[$0.key] != $0.value }.keys)
        .union(known.keys.filter { found[$0] == nil }).sorted()
      throw AuditFailure(
        "the audit store '\(database.path)' is not one that this program made: other tables, views, "
          + "triggers or indexes (\(names.prefix(3).map { visible($0.shortened(to: 60)) }.joined(separator: ", ")))",
        hint: "somebody edited it; make the audit again from its spec")
    }
    return version
  }

  /// Kind and name of every object of the schema to its statement.
  private static func objects(of database: Database) throws -> [String: String] {
    let query = try database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    var result: [String: String] = [:]
    while try query.step() {
      let key = "\(query.text(0) ?? "") \(query.text(1) ?? "") of \(query.text(2) ?? "")"
      // Versions of SQLite differ in the white space that a change of a table leaves.
      result[key] = (query.text(3) ?? "").split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
      guard result.count <= 1000 else { break }
    }
    return result
  }
}
