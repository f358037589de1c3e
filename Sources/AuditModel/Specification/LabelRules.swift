import Basics

/// What a cell of a label column says about its finding.
package enum LabelMeaning: String, Sendable, Hashable, CaseIterable {
  case positive, negative
  case leaveOut = "leave out"
}

/// How the label cells of a real table are understood, where the spec says so.
///
/// Without a rule 1 is positive, 0 is negative, and an empty cell is unknown, in columns and in lists.
package struct LabelRules: Sendable, Hashable {
  /// Finding to cell to meaning; `*` stands for every other cell. Columns only.
  package var values: [String: [String: LabelMeaning]] = [:]
  /// Findings that are positive where all of these are negative, and negative where one is positive.
  package var absenceOf: [String: [String]] = [:]
  /// Finding to the words of a list that mean it, besides its name. Lists only.
  package var synonyms: [String: [String]] = [:]
  /// Words of a list that say that no finding is there.
  package var noFinding: [String] = ["No Finding"]
  /// What an empty cell of a list means.
  package var blankList: LabelMeaning = .leaveOut

  package init() {}

  package static let everyOther = "*"

  /// For hashes; empty where everything is as without rules.
  package var canonicalText: String {
    guard self != LabelRules() else { return "" }
    let meanings = values.sorted { $0.key < $1.key }.map { finding, cells in
      "\(finding): "
        + cells.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }
        .joined(separator: "\u{1F}")
    }
    return
      (meanings
      + absenceOf.sorted { $0.key < $1.key }.map { "\($0.key) absence \($0.value)" }
      + synonyms.sorted { $0.key < $1.key }.map { "\($0.key) words \($0.value)" }
      + ["none \(noFinding)", "blank \(blankList.rawValue)"]).joined(separator: "\n")
  }
}

/// How several rows of one image become one.
package struct RowFolding: Sendable, Hashable {
  package enum Rule: String, Sendable, CaseIterable {
    /// Positive where a row is positive.
    case any
    /// Positive where every row with a label is positive.
    case all
    /// Positive where more rows (readers) are positive than negative; a tie is unknown.
    case majority
  }
  package var rule: Rule
  /// The column of readers: a reader's rows are folded by ``Rule/any`` first.
  package var readerColumn: String?

  package init(rule: Rule, readerColumn: String? = nil) {
    self.rule = rule
    self.readerColumn = readerColumn
  }
}

/// How the cells of the patient column are compared.
package enum PatientIdentifierRule: String, Sendable, CaseIterable {
  /// Cells that may be two spellings of one patient are refused.
  case certain
  /// As written: `7` and `007` are two patients.
  case text
  /// By value: `7`, `007` and `7.0` are one patient.
  case number
}

extension RealCohortSpecification {
  /// Every column of the table, joined ones included, that reading the cohort asks for.
  package var neededColumns: Set<String> {
    let labelled: [String] =
      switch labels {
      case .columns(let map): map.values.filter { !$0.isEmpty }
      case .list(let column, _, _): [column]
      }
    let rules = (ageRule?.columns ?? []) + [folding?.readerColumn].compactMap { $0 }
    return Set(
      [imageColumn] + columnsBesideLabels + labelled + rules + filter.keys + alternatives.keys
        + joins.flatMap { $0.keys.map(\.own) } + patternColumns)
  }

  /// Columns that the pattern of image files names; `{column:2}` is the beginning of a cell.
  private var patternColumns: [String] {
    (imageOptions.pattern ?? "").split(separator: "{").compactMap { piece in
      guard let end = piece.firstIndex(of: "}") else { return nil }
      return Self.placeholder(String(piece[..<end])).column
    }
  }

  /// The column of a placeholder and how many characters of its cell count, nil for all.
  package static func placeholder(_ text: String) -> (column: String, length: Int?) {
    guard let colon = text.lastIndex(of: ":"), let length = Int(text[text.index(after: colon)...]),
      length > 0
    else { return (text, nil) }
    return (String(text[..<colon]), length)
  }

  /// Columns in which the rows of one image must agree.
  package var columnsBesideLabels: [String] {
    let scored = scores.values.flatMap(\.values)
    return [patientColumn].compactMap { $0 } + attributes.map(\.column) + Set(scored).sorted()
  }
}
