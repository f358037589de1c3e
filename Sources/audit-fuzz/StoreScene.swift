import Basics
import CSQLite
import Foundation
import Workbench

/// A small finished audit whose folder an input edits, as a forger would, before it is read as a
/// stranger's: `{ "specification": {…}, "edits": [{ "place", "column", "row", "value" }] }`.
///
/// A place is a table of the store, or a file of the folder whose bytes from `row` on are written over.
/// Everything is counted modulo what there is.
struct StoreScene {
  /// Of the process; nil where the audit could not be made, which ends the process.
  static let shared: StoreScene = {
    do { return try StoreScene() } catch {
      FileHandle.standardError.write(Data("the audit to be forged failed: \(error)\n".utf8))
      exit(2)
    }
  }()

  private let root: String
  private var whole: String { root + "/reports/t" }
  private var forged: String { root + "/forged" }
  private let tables: [(name: String, columns: [String])]
  private static let files = [
    "report.json", "provenance.json", "files.sha256", "report.md", "tables/scores-real.csv",
    "tables/verdicts.csv", "audit.sqlite",
  ]

  private init() throws {
    var template = Array("/dev/shm/audit-fuzz-store-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw AuditFailure("no folder in /dev/shm") }
    root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    atexit { try? FileManager.default.removeItem(atPath: StoreScene.shared.root) }
    try writeAtomically(Self.table, to: root + "/meta.csv")
    try writeAtomically(Self.specification, to: root + "/spec.json")
    _ = try RunUseCase(specificationPath: root + "/spec.json", reports: root + "/reports")
      .run(context: RunContext())
    tables = try Self.withStore(at: root + "/reports/t/audit.sqlite") { store in
      Self.rows(store, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map {
        ($0, Self.rows(store, "SELECT name FROM pragma_table_info('\($0)') ORDER BY cid"))
      }
    }
  }

  /// Forges a copy and does everything that looks at a stranger's folder.
  func read(_ input: JSONValue) throws {
    let manager = FileManager.default
    try? manager.removeItem(atPath: forged)
    try manager.copyItem(atPath: whole, toPath: forged)
    try Self.withStore(at: forged + "/audit.sqlite") { store in
      if let specification = input["specification"] {
        Self.execute(
          store, "UPDATE meta SET value = ?1 WHERE key = 'specificationText'",
          [.string(specification.lineText)])
      }
      for edit in (input["edits"]?.elements ?? []).prefix(8) { try apply(edit, to: store) }
    }
    let start = Date()
    let context = RunContext(isInterrupted: { Date().timeIntervalSince(start) > 5 })
    _ = try? VerifyUseCase(sampleSize: 1, sampleSeed: 1).run(folder: forged, context: context)
    _ = try? CompareUseCase().run(before: whole, after: forged, context: context)
  }

  private func apply(_ edit: JSONValue, to store: OpaquePointer?) throws {
    let place = (edit["place"]?.placeNumber ?? 0) % (tables.count + Self.files.count)
    let row = edit["row"]?.placeNumber ?? 0
    guard let value = edit["value"] else { return }
    guard place < tables.count else {
      let path = forged + "/" + Self.files[place - tables.count]
      guard let file = FileHandle(forWritingAtPath: path) else { return }
      defer { try? file.close() }
      try file.seek(toOffset: UInt64(row))
      guard let text = value.string else { return try file.truncate(atOffset: UInt64(row)) }
      try file.write(contentsOf: Data(text.utf8))
      return
    }
    let table = tables[place]
    let column = table.columns[(edit["column"]?.placeNumber ?? 0) % table.columns.count]
    // The row by its place, or every row that has its value where the table has no row numbers.
    let chosen =
      "\(column) IS (SELECT \(column) FROM \(table.name) LIMIT 1 OFFSET ?2 % "
      + "max(1, (SELECT count(*) FROM \(table.name))))"
    if value.bool != nil {
      Self.execute(
        store, "DELETE FROM \(table.name) WHERE ?1 IS ?1 AND \(chosen)", [value, .integer(row)])
    } else {
      Self.execute(
        store, "UPDATE \(table.name) SET \(column) = ?1 WHERE \(chosen)",
        [value, .integer(row)])
    }
  }

  private static func withStore<Result>(
    at path: String, _ body: (OpaquePointer?) throws -> Result
  ) throws -> Result {
    var store: OpaquePointer?
    defer { sqlite3_close_v2(store) }
    guard sqlite3_open(path, &store) == SQLITE_OK else { throw AuditFailure("no store at \(path)") }
    // A forger's own SQLite checks nothing and waits for no disk.
    sqlite3_exec(
      store, "PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF", nil, nil, nil)
    return try body(store)
  }

  private static func rows(_ store: OpaquePointer?, _ sql: String) -> [String] {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    sqlite3_prepare_v2(store, sql, -1, &statement, nil)
    var found: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      found.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
    }
    return found
  }

  /// What the store refuses (a second row with a unique name) is no edit.
  private static func execute(_ store: OpaquePointer?, _ sql: String, _ values: [JSONValue]) {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(store, sql, -1, &statement, nil) == SQLITE_OK else { return }
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      switch value.content {
      case .null: sqlite3_bind_null(statement, place)
      case .number(let digits):
        if let whole = Int64(digits) {
          sqlite3_bind_int64(statement, place, whole)
        } else {
          sqlite3_bind_double(statement, place, Double(digits) ?? .nan)
        }
      case .string(let text): bind(text, to: statement, at: place)
      default: bind(value.lineText, to: statement, at: place)
      }
    }
    sqlite3_step(statement)
  }

  private static func bind(_ text: String, to statement: OpaquePointer?, at place: Int32) {
    let bytes = Array(text.utf8)
    // SQLITE_TRANSIENT: the bytes are copied before the call returns.
    sqlite3_bind_text(
      statement, place, bytes.map { CChar(bitPattern: $0) }, Int32(bytes.count),
      unsafeBitCast(-1, to: sqlite3_destructor_type.self))
  }

  private static let table: String = {
    let rows = (0..<24).map { row in
      "i\(row).png,p\(row / 2),\(row % 2 == 0 ? "F" : "M"),\(20 + 2 * row),\(row % 3 == 0 ? 1 : 0),"
        + "\(row % 5 < 2 ? 1 : 0),0.\(10 + 37 * row % 89),0.\(10 + 53 * row % 83)\n"
    }
    return "image,patient,sex,age,y1,y2,p1,p2\n" + rows.joined()
  }()

  private static let specification = """
    { "schema": "audit-spec/1", "name": "t", "classifiers": [{ "name": "column" }],
      "real": { "table": "meta.csv", "columns": { "image": "image", "patient": "patient", "sex": "sex",
        "age": "age", "labels": { "Effusion": "y1", "Mass": "y2" },
        "scores": { "column": { "Effusion": "p1", "Mass": "p2" } } } },
      "analysis": { "groups": { "sex": ["F", "M"], "age": { "edges": [0, 50] } },
        "intersections": [["sex", "age"]], "cluster": "patient",
        "thresholds": { "Effusion": 0.5, "Mass": { "rule": "sensitivity", "value": 0.9, "chosenOn": "real" } },
        "minimumCell": { "positives": 3, "negatives": 3, "clusters": 3 }, "replicates": 40, "seed": 1 },
      "policy": { "failOn": ["flagged"] }, "report": { "title": "Title", "intendedUse": "Use" } }
    """
}

extension JSONValue {
  /// A number as a place among things; nil for everything else.
  fileprivate var placeNumber: Int? { int.map { $0 & 0xFFFF } }
}
