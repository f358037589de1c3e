import AuditModel
import AuditStore
import Foundation
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
    let cases = try store.cases(of: cohort)
    guard !cases.isEmpty else { return nil }
    var known: Set<String> = []
    for item in cases { known.formUnion(item.labels.known.keys) }
    let labelled = known.sorted()
    var header = ["image"] + labelled.map { "label \($0)" }
    var columns: [[Int64: Double?]] = []
    for classifier in classifiers {
      for finding in findings[classifier] ?? [] {
        header.append("score \(classifier) \(finding)")
        columns.append(
          try store.scores(classifier: classifier, finding: finding, cohort: cohort))
      }
    }
    let rows = cases.map { item in
      [item.name] + labelled.map { item.labels[$0].map { $0 ? "1" : "0" } ?? "" }
        + columns.map { column in (column[item.id] ?? nil).map { "\($0)" } ?? "" }
    }
    return (header, rows)
  }

  /// Everything that the statistics read of a cohort, as one text to hash: names, clusters,
  /// attributes, labels and scores.
  func digestText(of cohort: StoredCase.Cohort) throws -> String {
    guard let table = try table(of: cohort) else { return "" }
    let cases = try store.cases(of: cohort)
    let columns = Attribute.columns(with: cases.flatMap(\.attributes.attributes))
    let lines = zip(cases, table.rows).map { item, row in
      (row + [item.cluster] + columns.map { Self.digestText(of: $0, item.attributes[$0]) })
        .joined(separator: "\u{1F}")
    }
    return ([table.header.joined(separator: "\u{1F}")] + lines).joined(separator: "\n")
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
      if let table = try table(of: cohort) {
        try writeCSV(
          header: table.header, rows: table.rows, to: folder + "/" + Self.fileName(cohort))
        names.append(Self.fileName(cohort))
      }
    }
    return names
  }
}
