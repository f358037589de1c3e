import AuditModel
import Basics
import Tables

/// The rows of each image: one, or several that the spec's rule folds into one.
struct RowGroups {
  /// In order of first appearance; each with its first row in front.
  let groups: [(name: String, rows: [Int])]
  private let folding: RowFolding?
  private let readers: [Int32]

  /// - Parameter agreeing: Columns in which the rows of one image must not differ.
  /// - Throws: ``AuditFailure`` with path and line for an image that is there twice without a rule,
  ///   and for rows of one image that contradict each other.
  init(
    _ specification: RealCohortSpecification, table: Table, rows: [Int], agreeing: [String]
  ) throws {
    let cells = try table.column(specification.imageColumn)
    folding = specification.folding
    readers = try folding?.readerColumn.map { try table.codes($0).codes } ?? []
    let columns =
      folding == nil ? [] : try agreeing.map { (name: $0, codes: try table.codes($0).codes) }
    var place: [String: Int] = [:]
    var groups: [(name: String, rows: [Int])] = []
    place.reserveCapacity(rows.count)
    groups.reserveCapacity(rows.count)
    for row in rows {
      let name = cells[row]
      try Self.check(name, row: row, column: specification.imageColumn, table: table)
      guard let known = place[name] else {
        place[name] = groups.count
        groups.append((name, [row]))
        continue
      }
      let first = groups[known].rows[0]
      let lines = (table.lineNumber(ofRow: row), table.lineNumber(ofRow: first))
      guard folding != nil else {
        throw AuditFailure(
          "\(table.path), line \(lines.0): image '\(name)' was already on line \(lines.1)",
          hint: "keep one row per image, or say under 'real' how its rows become one: \"fold\": "
            + "\"any\", \"all\" or \"majority\" (of readers)")
      }
      if let other = columns.first(where: { $0.codes[row] != $0.codes[first] }) {
        throw AuditFailure(
          "\(table.path), line \(lines.0): image '\(name)' has another '\(other.name)' than on line "
            + "\(lines.1)", hint: "only labels may differ between the rows of one image")
      }
      groups[known].rows.append(row)
    }
    self.groups = groups
  }

  private static func check(_ name: String, row: Int, column: String, table: Table) throws {
    guard !name.isEmpty else {
      throw AuditFailure(
        "\(table.path), line \(table.lineNumber(ofRow: row)): the column '\(column)' is empty")
    }
  }

  /// The labels of one image, from those of its rows.
  func labels(of rows: [Int], _ labels: (Int) -> [Bool?]) -> [Bool?] {
    guard let folding, rows.count > 1 else { return labels(rows[0]) }
    var votes = rows.map(labels)
    if !readers.isEmpty {
      var byReader: [[[Bool?]]] = []
      var place: [Int32: Int] = [:]
      for (row, vote) in zip(rows, votes) {
        if let known = place[readers[row]] {
          byReader[known].append(vote)
        } else {
          place[readers[row]] = byReader.count
          byReader.append([vote])
        }
      }
      votes = byReader.map { Self.folded($0, by: .any) }
    }
    return Self.folded(votes, by: folding.rule)
  }

  static func folded(_ votes: [[Bool?]], by rule: RowFolding.Rule) -> [Bool?] {
    (votes.first ?? []).indices.map { finding in
      let known = votes.compactMap { $0[finding] }
      guard !known.isEmpty else { return nil }
      let positive = known.count { $0 }
      switch rule {
      case .any: return positive > 0
      case .all: return positive == known.count
      case .majority:
        return 2 * positive == known.count ? nil : 2 * positive > known.count
      }
    }
  }

  /// How many rows were folded, for the report's notes.
  var note: String? {
    let rows = groups.reduce(0) { $0 + $1.rows.count }
    guard let folding, rows > groups.count else { return nil }
    let by = folding.readerColumn == nil ? "" : ", rows of one reader first by 'any'"
    return "\(rows) rows of the real table were folded into \(groups.count) images by the rule "
      + "'\(folding.rule.rawValue)'\(by)."
  }
}
