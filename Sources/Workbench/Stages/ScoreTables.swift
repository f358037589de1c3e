import AuditModel
import AuditStore
import Basics
import Tables
import Vocabulary

/// The per-image scores beside the report: what every number was computed from.
///
/// One table per cohort, one row per image, `label <finding>` and `score <classifier> <finding>`
/// columns; no patient data beyond the image's name.
struct ScoreTables {
  let store: AuditStore
  let classifiers: [String]
  let findings: [String: [String]]

  static func fileName(_ cohort: StoredCase.Cohort) -> String { "scores-\(cohort.rawValue).csv" }

  /// Header and rows, in the order of the store; nil for a cohort without images.
  func table(of cohort: StoredCase.Cohort) throws -> (header: [String], rows: [[String]])? {
    try columns(of: cohort).map { ($0.header, Array($0.rows)) }
  }

  /// A cohort's scores by column, from which rows are written one after the other: as a table of texts
  /// they would take gigabytes.
  private struct Columns {
    let cases: [StoredCase]
    let labelled: [String]
    var header: [String]
    /// By case; nil where there is no score.
    var scores: [[Double?]] = []

    var rows: some Sequence<[String]> { cases.indices.lazy.map(row) }

    func row(_ place: Int) -> [String] {
      var cells = [cases[place].name]
      cells.reserveCapacity(header.count)
      for finding in labelled {
        cells.append(cases[place].labels[finding].map { $0 ? "1" : "0" } ?? "")
      }
      for column in scores { cells.append(column[place].map { "\($0)" } ?? "") }
      return cells
    }
  }

  private func columns(of cohort: StoredCase.Cohort) throws -> Columns? {
    let cases = try store.cases(of: cohort)
    guard !cases.isEmpty else { return nil }
    var known: Set<String> = []
    for item in cases { item.labels.addKnown(to: &known) }
    let labelled = known.sorted()
    var columns = Columns(
      cases: cases, labelled: labelled, header: ["image"] + labelled.map { "label \($0)" })
    let places = CasePlaces(cases)
    for classifier in classifiers {
      for finding in findings[classifier] ?? [] {
        columns.header.append("score \(classifier) \(finding)")
        columns.scores.append(
          try places.scores(store, classifier: classifier, finding: finding, cohort: cohort)
            ?? Array(repeating: nil, count: cases.count))
      }
    }
    return columns
  }

  /// The hash of everything that the statistics read of a cohort: names, clusters, attributes, labels
  /// and scores; nil for a cohort without images.
  func digest(of cohort: StoredCase.Cohort) throws -> String? {
    guard let columns = try columns(of: cohort) else { return nil }
    let attributes = Attribute.columns(with: columns.cases.flatMap(\.attributes.attributes))
    var text = Array(columns.header.joined(separator: "\u{1F}").utf8)
    for (place, item) in columns.cases.enumerated() {
      let cells =
        columns.row(place) + [item.cluster]
        + attributes.map { Self.digestText(of: $0, item.attributes[$0]) }
      text.append(UInt8(ascii: "\n"))
      for (index, cell) in cells.enumerated() {
        if index > 0 { text.append(0x1F) }
        text.append(contentsOf: cell.utf8)
      }
    }
    return SHA256.hex(of: text)
  }

  /// Numbers as Swift writes a Double, which keeps the digests of former audits.
  private static func digestText(of attribute: String, _ value: String?) -> String {
    guard let value else { return "" }
    guard Attribute.named(attribute).kind == .number else { return value }
    return Attribute.number(value).map { "\($0)" } ?? value
  }

  /// - Returns: The names of the tables written.
  @discardableResult
  func write(to folder: String) throws -> [String] {
    var names: [String] = []
    for cohort in [StoredCase.Cohort.synthetic, .real] {
      if let table = try columns(of: cohort) {
        try writeCSV(
          header: table.header, rows: table.rows, to: folder + "/" + Self.fileName(cohort))
        names.append(Self.fileName(cohort))
      }
    }
    return names
  }
}
