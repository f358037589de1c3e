import Basics

extension Table {
  /// This table with columns of another one, found by equal cells of key columns.
  ///
  /// A row without a partner has empty cells. Where several rows of the other table have one key,
  /// a cell that they agree on counts; where they differ it is empty.
  /// - Parameters:
  ///   - keys: Columns of this table and of the other; surrounding blanks do not count.
  ///   - columns: Columns of the other table, under the names that they get here.
  /// - Returns: The joined table, rows without a partner, and by added column the rows whose cells
  ///   differ between several partners.
  /// - Throws: ``AuditFailure`` for a column that is absent or there already, and where no row has a
  ///   partner.
  package func joined(
    with other: Table, on keys: [(own: String, other: String)],
    adding columns: [(name: String, column: String)]
  ) throws -> (table: Table, alone: Int, differing: [String: Int]) {
    for column in columns where hasColumn(column.name) {
      throw AuditFailure(
        "\(path) and \(other.path) both have a column '\(column.name)'",
        hint: "give the joined one another name: \"columns\": { \"\(column.name)_joined\": "
          + "\"\(column.column)\" }")
    }
    let partners = try other.rowsByKey(keys.map(\.other))
    let own = try rowKeys(keys.map(\.own))
    var alone = 0
    let matches = own.map { key -> [Int32] in
      let found = partners[key] ?? []
      if found.isEmpty { alone += 1 }
      return found
    }
    guard alone < rowCount || rowCount == 0 else {
      let names = keys.map { "'\($0.own)'" }.joined(separator: ", ")
      throw AuditFailure(
        "no row of \(path) has a partner in \(other.path) with the same \(names)",
        hint: "correct 'on' under 'real.join'")
    }
    var differing: [String: Int] = [:]
    let added = try columns.map { column -> [String] in
      let cells = try other.column(column.column)
      return matches.map { rows in
        guard let first = rows.first else { return "" }
        let cell = cells[Int(first)]
        if rows.allSatisfy({ cells[Int($0)] == cell }) { return cell }
        differing[column.name, default: 0] += 1
        return ""
      }
    }
    return (appending(added, names: columns.map(\.name)), alone, differing)
  }

  private func rowKeys(_ columns: [String]) throws -> [[String]] {
    let cells = try columns.map { try column($0).map(trimmed) }
    return (0..<rowCount).map { row in cells.map { $0[row] } }
  }

  private func rowsByKey(_ columns: [String]) throws -> [[String]: [Int32]] {
    var rows: [[String]: [Int32]] = [:]
    for (row, key) in try rowKeys(columns).enumerated() {
      rows[key, default: []].append(Int32(row))
    }
    return rows
  }
}
