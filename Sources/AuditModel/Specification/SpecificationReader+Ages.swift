import Basics

extension SpecificationReader {
  /// `"age": "age"`, or an object that says where ages come from and which are possible.
  func readAge(_ columns: ObjectReader) -> AgeRule? {
    guard case .object? = columns.member("age")?.content, let age = columns.object("age") else {
      return columns.string("age").map { AgeRule(column: $0) }
    }
    age.allowOnly(["column", "birth", "anchorYear", "studyDate", "limit", "impossible"])
    var rule = AgeRule()
    rule.column = age.string("column")
    rule.birthColumn = age.string("birth")
    rule.anchorYearColumn = age.string("anchorYear")
    rule.studyDateColumn = age.string("studyDate")
    rule.limit =
      age.number("limit", "of years from 1 to 130") { (1...130).contains($0) } ?? rule.limit
    rule.impossible = age.choice("impossible", AgeRule.Impossible.self) ?? rule.impossible
    guard (rule.column == nil) != (rule.birthColumn == nil) else {
      columns.fault(
        "age", "needs either 'column', with ages, or 'birth', with years or dates of birth")
      return nil
    }
    let needsDate = rule.birthColumn != nil || rule.anchorYearColumn != nil
    guard needsDate == (rule.studyDateColumn != nil) else {
      columns.fault(
        "age",
        needsDate
          ? "needs 'studyDate' too, because an age is a difference of two dates"
          : "has 'studyDate', which is of use beside 'birth' or 'anchorYear' only")
      return nil
    }
    return rule
  }

  /// `"join": [{ "table": "patients.csv.gz", "on": "subject_id", "columns": ["gender"] }]`.
  func readJoins(_ object: ObjectReader) -> [TableJoin] {
    guard let elements = object.list("join") else { return [] }
    return elements.compactMap { element in
      ObjectReader(element.value, keyPath: element.keyPath, faults: faults).flatMap(readJoin)
    }
  }

  private func readJoin(_ object: ObjectReader) -> TableJoin? {
    object.allowOnly(["table", "format", "on", "columns"])
    let table = object.requiredString("table", example: "\"patients.csv.gz\"")
    let hasKeys = object.require("on", example: "\"subject_id\"")
    let hasColumns = object.require("columns", example: "[\"gender\"]")
    guard let table, hasKeys, hasColumns else { return nil }
    let keys = readPairs(object, "on")
    let columns = readPairs(object, "columns")
    guard !keys.isEmpty, !columns.isEmpty else { return nil }
    return TableJoin(
      table: table, format: readFormat(object),
      keys: keys.map { TableJoin.Pair(own: $0.0, other: $0.1) },
      columns: columns.map { TableJoin.Pair(own: $0.0, other: $0.1) })
  }

  /// A name, a list of names, or an object of names here to names there.
  private func readPairs(_ object: ObjectReader, _ key: String) -> [(String, String)] {
    switch object.member(key)?.content {
    case .object: (object.stringMap(key) ?? []).map { ($0.name, $0.value) }
    case .array: (object.strings(key) ?? []).map { ($0, $0) }
    default: object.string(key).map { [($0, $0)] } ?? []
    }
  }
}

/// Columns of another table, found by equal cells.
package struct TableJoin: Sendable, Hashable {
  package struct Pair: Sendable, Hashable {
    /// The name in the real table.
    package var own: String
    /// The name in the joined table.
    package var other: String

    package init(own: String, other: String) {
      self.own = own
      self.other = other
    }
  }
  package var table: String
  package var format: TableFormat
  package var keys: [Pair]
  package var columns: [Pair]

  package init(table: String, format: TableFormat, keys: [Pair], columns: [Pair]) {
    self.table = table
    self.format = format
    self.keys = keys
    self.columns = columns
  }
}
