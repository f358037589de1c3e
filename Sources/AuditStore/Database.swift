import Basics
import CSQLite
import Glibc

/// A SQLite connection with errors told as sentences. Used from one thread at a time.
final class Database {
  private let handle: OpaquePointer
  let path: String
  /// Rows that this connection changed, and changes that it took back.
  private var changes = 0

  /// Opens or creates the database at `path`; `:memory:` is one that goes with the value.
  /// - Throws: ``AuditFailure`` for a link, a file with a second name and what is no database.
  init(path: String) throws {
    self.path = path
    if path != ":memory:" {
      for suffix in ["", "-wal", "-shm", "-journal"] {
        try Self.refuseOtherNames(of: path + suffix)
      }
    }
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close(opened)
      throw AuditFailure(
        "cannot open the audit store '\(path)': \(reason)",
        hint: "check that the folder exists and can be written")
    }
    handle = opened
    sqlite3_busy_timeout(handle, 5_000)
    // The file may be a stranger's; what it asks for besides its rows is not done.
    guard csqlite_distrust(handle) == SQLITE_OK else { throw failure() }
    // No cell of this program's is near this; a forged length must not take the memory it claims.
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64 << 20)
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    countChanges()
    try execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0")
  }

  /// Writing through a link would write what it points to.
  private static func refuseOtherNames(of path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
      throw AuditFailure(
        "the audit store's file '\(path)' is a link or has a second name elsewhere",
        hint: "replace it by a copy; this program writes no such files")
    }
  }

  deinit { sqlite3_close_v2(handle) }

  func execute(_ sql: String) throws {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  func prepare(_ sql: String) throws -> Statement {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw failure()
    }
    return Statement(statement, database: self)
  }

  /// Runs `body` in one transaction; an error rolls it back. Within another transaction it is part of
  /// that one.
  func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    guard sqlite3_get_autocommit(handle) != 0 else { return try body() }
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // The failure that matters is the one being thrown; SQLite may already have rolled back.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// Differs from a former one where a row of a table with numbered rows may be another than it was,
  /// by this connection or by another one.
  struct Version: Equatable {
    fileprivate let own: Int
    fileprivate let others: Int64
  }

  func version() throws -> Version {
    let query = try prepare("PRAGMA data_version")
    _ = try query.step()
    return Version(own: changes, others: query.integer(0))
  }

  private func countChanges() {
    let own = Unmanaged.passUnretained(self).toOpaque()
    // SQLite does not report changes of tables WITHOUT ROWID, nor those by DELETE without a condition.
    _ = sqlite3_update_hook(
      handle,
      { own, _, _, _, _ in
        guard let own else { return }
        Unmanaged<Database>.fromOpaque(own).takeUnretainedValue().changes += 1
      }, own)
    _ = sqlite3_rollback_hook(
      handle,
      { own in
        guard let own else { return }
        Unmanaged<Database>.fromOpaque(own).takeUnretainedValue().changes += 1
      }, own)
  }

  /// Rows that the last statement inserted, changed or removed.
  var changedRows: Int { Int(sqlite3_changes(handle)) }

  var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  func failure() -> AuditFailure {
    let code = sqlite3_errcode(handle)
    let reason = String(cString: sqlite3_errmsg(handle))
    let hint: String? =
      switch code {
      case SQLITE_FULL, SQLITE_IOERR: "free some disk space; the same command continues"
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM: "make the report folder writable"
      case SQLITE_BUSY, SQLITE_LOCKED: "another audit is using this folder; wait for it to end"
      case SQLITE_CORRUPT, SQLITE_NOTADB:
        "the store is damaged; remove it to start this audit again"
      default: nil
      }
    return AuditFailure("the audit store '\(path)' failed: \(reason)", hint: hint)
  }
}

/// A prepared statement. Bindings start at 1, columns at 0, as in SQLite.
final class Statement {
  private let handle: OpaquePointer
  private let database: Database
  // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
  private static var transient: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  init(_ handle: OpaquePointer, database: Database) {
    self.handle = handle
    self.database = database
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ value: String?, at index: Int32) {
    guard let value else { return bindNull(at: index) }
    sqlite3_bind_text(handle, index, value, Int32(value.utf8.count), Statement.transient)
  }

  func bind(_ value: Double?, at index: Int32) {
    guard let value else { return bindNull(at: index) }
    sqlite3_bind_double(handle, index, value)
  }

  func bind(_ value: Int64?, at index: Int32) {
    guard let value else { return bindNull(at: index) }
    sqlite3_bind_int64(handle, index, value)
  }

  func bind(bytes: [UInt8], at index: Int32) {
    sqlite3_bind_blob(handle, index, bytes, Int32(bytes.count), Statement.transient)
  }

  private func bindNull(at index: Int32) { sqlite3_bind_null(handle, index) }

  /// Advances to the next row; false when done.
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw database.failure()
    }
  }

  /// Runs a statement without rows and makes it ready for new bindings.
  func run() throws {
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
    }
    _ = try step()
  }

  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
  func text(_ column: Int32) -> String? {
    sqlite3_column_text(handle, column).map { String(cString: $0) }
  }
  func double(_ column: Int32) -> Double? {
    isNull(column) ? nil : sqlite3_column_double(handle, column)
  }
  /// The bytes of a cell, which go with the row.
  func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result)
    rethrows -> Result
  {
    // In this order: the length is that of what the pointer was made from.
    let start = sqlite3_column_blob(handle, column)
    return try body(
      UnsafeRawBufferPointer(
        start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column))))
  }
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
}
