import AuditModel

/// A table as all formats share it.
struct Table: Sendable, Equatable {
  /// Also the name of its CSV file when it has one of its own.
  var anchor: Anchor
  var caption: Prose
  var columns: [Column]
  var rows: [Row]
  /// Below the table: units, methods, abbreviations.
  var note: Prose?
  /// Drawn beside the rows on a page; its numbers stand in the columns.
  var strips: StripColumn?
  /// A long table that belongs on the report's first page all the same.
  var staysOnPageOne = false
  /// Belongs on a page of details, however short it is.
  var isDetail = false

  struct Column: Sendable, Equatable {
    enum Place: Sendable, Equatable { case everywhere, filesOnly, pagesOnly }
    var title: String
    /// Column names in the CSV file; an interval takes three.
    var fields: [String]
    var isNumeric = false
    var place = Place.everywhere
    /// Identifies the row: a header cell.
    var isHeader = false
  }

  struct Row: Sendable, Equatable {
    var cells: [Cell]
    /// Rows of the same band stand together under its name.
    var band: String?
  }
}

enum Cell: Sendable, Equatable {
  case text(String)
  /// Words for people that stand for a value of the contract.
  case name(String, raw: String)
  case prose(Prose)
  case code(String)
  case count(Int)
  case number(Double?, NumberStyle)
  /// Estimate, lower and upper limit.
  case interval(Double?, Double?, Double?, NumberStyle)
  /// Two groups that are compared, first minus second.
  case pair(String, String)
  case verdict(Verdict.Kind)
  /// The answer to a question, with the number that decides it, leading to where it is explained.
  case answer(QuestionState, Double?, to: Anchor)
  case gate(GateResult.Status)
  /// A word for a state other than normal, with the reason.
  case status(String, reason: String?, raw: String? = nil)
  /// A space to be filled in by hand.
  case blank

  static func interval(_ value: IntervalEstimate?, _ style: NumberStyle) -> Cell {
    .interval(value?.estimate, value?.lower, value?.upper, style)
  }

  static func optional(_ text: String?) -> Cell { .text(text ?? "") }
}

extension Table.Column {
  /// A column of words.
  static func words(_ title: String, _ field: String, header: Bool = false) -> Self {
    Self(title: title, fields: [field], isHeader: header)
  }

  /// A column of numbers.
  static func number(_ title: String, _ field: String) -> Self {
    Self(title: title, fields: [field], isNumeric: true)
  }

  /// Estimate with limits: one column on a page, three in a file.
  static func interval(_ title: String, _ field: String) -> Self {
    Self(title: title, fields: [field, field + "_lower", field + "_upper"], isNumeric: true)
  }

  /// Only in the CSV file, where no heading says it.
  static func file(_ field: String) -> Self {
    Self(title: field, fields: [field], place: .filesOnly)
  }
}

extension Table {
  /// The columns that pages show, by position.
  var pageColumns: [Int] { columns.indices.filter { columns[$0].place != .filesOnly } }
}
