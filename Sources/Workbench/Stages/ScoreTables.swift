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
    guard var columns = try columns(of: cohort) else { return nil }
    return (
      columns.header,
      columns.cases.indices.map { place in
        var row: [String] = []
        columns.forEachCell(ofRow: place) { row.append($0) }
        return row
      }
    )
  }

  /// A cohort's scores by column, from which rows are written one after the other: as a table of texts
  /// they would take gigabytes.
  private struct Columns {
    let cases: [StoredCase]
    var header: [String]
    /// One for each finding that has a label.
    var labels: [LabelReading]
    /// By case; nil where there is no score.
    var scores: [[Double?]] = []

    mutating func forEachCell(ofRow place: Int, _ body: (String) -> Void) {
      body(cases[place].name)
      for index in labels.indices {
        body(labels[index].label(in: cases[place].labels).map { $0 ? "1" : "0" } ?? "")
      }
      for column in scores.indices { body(scores[column][place].map { "\($0)" } ?? "") }
    }
  }

  private func columns(of cohort: StoredCase.Cohort) throws -> Columns? {
    let cases = try store.cases(of: cohort)
    guard !cases.isEmpty else { return nil }
    var known: Set<String> = []
    for item in cases { item.labels.addKnown(to: &known) }
    let labelled = known.sorted()
    var columns = Columns(
      cases: cases, header: ["image"] + labelled.map { "label \($0)" },
      labels: labelled.map(LabelReading.init))
    let places = CasePlaces(cases)
    for classifier in classifiers {
      let names = findings[classifier] ?? []
      var answered = try places.scores(
        store, classifier: classifier, findings: names, cohort: cohort)
      for finding in names {
        columns.header.append("score \(classifier) \(finding)")
        columns.scores.append(
          answered.removeValue(forKey: finding) ?? Array(repeating: nil, count: cases.count))
      }
    }
    return columns
  }

  /// The hash of everything that the statistics read of a cohort: names, clusters, attributes, labels
  /// and scores; nil for a cohort without images.
  func digest(of cohort: StoredCase.Cohort) throws -> String? {
    guard var columns = try columns(of: cohort) else { return nil }
    let attributes = Attribute.columns(with: columns.cases.flatMap(\.attributes.attributes))
    var text = Array(columns.header.joined(separator: "\u{1F}").utf8)
    for (place, item) in columns.cases.enumerated() {
      var separator = UInt8(ascii: "\n")
      func append(_ cell: String) {
        text.append(separator)
        separator = 0x1F
        text.append(contentsOf: cell.utf8)
      }
      columns.forEachCell(ofRow: place, append)
      append(item.cluster)
      for attribute in attributes {
        append(Self.digestText(of: attribute, item.attributes[attribute]))
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
      if var table = try columns(of: cohort) {
        var text = try CSVText(header: table.header)
        for place in table.cases.indices {
          table.forEachCell(ofRow: place) { text.append($0) }
          try text.endRow()
        }
        try writeAtomically(text.bytes, to: folder + "/" + Self.fileName(cohort))
        names.append(Self.fileName(cohort))
      }
    }
    return names
  }
}
