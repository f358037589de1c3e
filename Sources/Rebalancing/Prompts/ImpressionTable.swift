import AuditModel
import Basics
import Tables
import Vocabulary

extension ImpressionLibrary {
  /// Longest sentence in bytes; more than the text encoder reads by far.
  private static let longestSentence = 2_000
  private static let normalWords: Set<String> = ["no finding", "normal", "none"]

  /// Reads the user's own report sentences.
  ///
  /// A finding and label without a sentence keeps those of the cohort, and the notes say so.
  /// - Throws: ``AuditFailure`` with file, line and column for a label that is not 0 or 1, a sentence
  ///   that is too long, has control characters or begins with a demographic prefix, and when no
  ///   row is of use.
  package init(
    _ specification: ImpressionTableSpecification, path: String, findings: [FindingSpecification],
    caption: AttributeCaption
  ) throws {
    let table = try Table(contentsOf: path, format: specification.format)
    let texts = try table.column(specification.impressionColumn)
    let names = try table.column(specification.findingColumn)
    let labels = try specification.labelColumn.map { try table.column($0) }
    let severities = try specification.severityColumn.map { try table.column($0) }
    self.init(cohort: findings)

    var read: [Key: [Impression]] = [:]
    var seen: Set<Entry> = []
    var unused = 0
    for row in 0..<table.rowCount {
      let place = RowPlace(path: path, line: table.lineNumber(ofRow: row))
      let text = Self.oneLine(texts[row])
      let name = Self.oneLine(names[row])
      guard !text.isEmpty, !name.isEmpty else {
        unused += 1
        continue
      }
      if let problem = Self.problem(of: text, caption) {
        throw place.fault(specification.impressionColumn, problem.sentence, hint: problem.hint)
      }
      let isPositive = try labels.map {
        try Self.label($0[row], at: place, column: specification.labelColumn ?? "")
      }
      // A normal report is one without any of the findings.
      let isNormal = Self.normalWords.contains(name.lowercased())
      let meant = findings.filter { isNormal || $0.name.lowercased() == name.lowercased() }
      if meant.isEmpty { unused += 1 }
      let severity = severities.map { Self.oneLine($0[row]) }.flatMap { $0.isEmpty ? nil : $0 }
      for finding in meant {
        let key = Key(finding: finding.name, isPositive: !isNormal && isPositive ?? true)
        let impression = Impression(text, severity: severity)
        if seen.insert(Entry(key: key, impression: impression)).inserted {
          read[key, default: []].append(impression)
        }
      }
    }
    guard !read.isEmpty else {
      throw AuditFailure(
        "\(path) has no sentence for \(findings.map { "'\($0.name)'" }.joined(separator: ", "))",
        hint:
          "the column '\(specification.findingColumn)' holds names of the cohort's findings, or "
          + "'No Finding'")
    }
    replace(by: read, findings: findings)
    if unused > 0 {
      notes.append(
        "\(unused) of \(table.rowCount) rows of the table of impressions were not used: empty, or of "
          + "a finding that the cohort does not have.")
    }
  }

  /// Takes the table's sentences wherever it has some.
  private mutating func replace(
    by read: [Key: [Impression]], findings: [FindingSpecification]
  ) {
    for finding in findings {
      for isPositive in [true, false] {
        let key = Key(finding: finding.name, isPositive: isPositive)
        if let own = read[key] {
          sentences[key] = own
        } else {
          notes.append(
            "The table of impressions has no sentence \(isPositive ? "with" : "without") "
              + "\(finding.name); the cohort's own were used.")
        }
      }
    }
  }

  /// Where a cell stands.
  private struct RowPlace {
    var path: String
    var line: Int

    func fault(_ column: String, _ problem: String, hint: String? = nil) -> AuditFailure {
      AuditFailure("\(path), line \(line), column '\(column)': \(problem)", hint: hint)
    }
  }

  private static func label(_ cell: String, at place: RowPlace, column: String) throws -> Bool {
    switch oneLine(cell) {
    case "1", "1.0": true
    case "0", "0.0": false
    case let other:
      throw place.fault(
        column, "'\(other.prefix(40))' is not a label", hint: "labels are 0 or 1")
    }
  }

  private struct Entry: Hashable {
    var key: Key
    var impression: Impression
  }

  /// Reports are typed over several lines; a prompt is one.
  private static func oneLine(_ text: String) -> String {
    text.split { $0.isWhitespace }.joined(separator: " ")
  }

  private static func problem(of text: String, _ caption: AttributeCaption) -> (
    sentence: String, hint: String
  )? {
    if text.utf8.count > longestSentence {
      return (
        "the sentence has \(text.utf8.count) bytes",
        "at most \(longestSentence) are read; shorten it"
      )
    }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return ("the sentence has control characters", "remove them")
    }
    if caption.begins(text) {
      return (
        "the sentence begins with a demographic prefix",
        "give the impression alone; attributes come from the plan"
      )
    }
    return nil
  }
}
