import AuditModel
import Basics
import Foundation
import Tables

/// A classifier whose scores are in a CSV or CSV.gz file: `image` and one column per finding.
///
/// A row belongs to the case whose id it names; where no id matches, to the only case whose file
/// has that name. An empty cell and an image without a row are "not scored".
package struct ScoreFileClassifier: Classifier {
  package let name: String
  package let findings: [String]
  package let record: ClassifierRecord
  private let path: String
  private let key: String
  private let rows: [String: Int]
  /// Finding to one value per row.
  private let columns: [String: [Double?]]

  /// Reads the whole file.
  /// - Parameters:
  ///   - columnNames: Finding to column, where it is not the finding's name.
  ///   - key: The column that names the images.
  /// - Throws: ``AuditFailure`` with path and line for a missing column, a score that is no finite
  ///   number, an image named twice or not at all.
  package init(
    name: String, path: String, findings: [String], columnNames: [String: String] = [:],
    key: String = "image", format: TableFormat = TableFormat()
  ) throws {
    let table = try Table(
      contentsOf: path, format: format, keeping: Set(findings.map { columnNames[$0] ?? $0 } + [key])
    )
    var rows: [String: Int] = [:]
    for (row, image) in try Self.keys(of: table, column: key).enumerated() {
      guard !image.isEmpty else {
        throw AuditFailure("\(path), line \(table.lineNumber(ofRow: row)): the image has no name")
      }
      if let first = rows.updateValue(row, forKey: image) {
        throw AuditFailure(
          "\(path), line \(table.lineNumber(ofRow: row)): the image '\(image)' is there twice, "
            + "first in line \(table.lineNumber(ofRow: first))",
          hint: "keep one row per image")
      }
    }
    self.name = name
    self.path = path
    self.key = key
    self.findings = findings
    self.rows = rows
    columns = try Dictionary(
      uniqueKeysWithValues: findings.map { ($0, try table.doubles(columnNames[$0] ?? $0)) })
    let empty = columns.values.reduce(0) { $0 + $1.count(where: { $0 == nil }) }
    record = ClassifierRecord(
      name: name, kind: "scores", hash: try SHA256.hex(ofFile: path),
      description: "score file \((path as NSString).lastPathComponent), \(rows.count) images, "
        + "\(empty) empty cells" + (table.formatNote.map { "; \($0)" } ?? ""))
  }

  private static func keys(of table: Table, column: String) throws -> [String] {
    if column == "image", !table.hasColumn(column) {
      throw AuditFailure(
        "\(table.path) has no column 'image'",
        hint: "name the column of image names beside \"scores\": \"key\": "
          + "\"\(table.header.first { !$0.isEmpty } ?? "filename")\"")
    }
    return try table.column(column)
  }

  package func score(_ cases: [ImageCase], deliver: ([ImageScore]) throws -> Void) throws {
    var fileNames: [String: Int] = [:]
    for item in cases { fileNames[fileName(item), default: 0] += 1 }
    var matched = 0
    let scores = cases.map { item -> ImageScore in
      var row = rows[item.id]
      let file = fileName(item)
      if row == nil, fileNames[file] == 1 { row = rows[file] }
      if row != nil { matched += 1 }
      let values = findings.map { finding in
        (finding, row.flatMap { columns[finding]?[$0] })
      }
      return ImageScore(id: item.id, scores: Dictionary(uniqueKeysWithValues: values))
    }
    guard matched > 0 || cases.isEmpty else {
      throw AuditFailure(
        "\(path) has no row for any of the \(cases.count) images, for instance '\(cases[0].id)'",
        hint: "its column '\(key)' must hold the ids of the cohort"
          + (rows.min { $0.value < $1.value }.map { "; its first row has '\($0.key.prefix(60))'" }
            ?? "; it has no rows"))
    }
    if !scores.isEmpty { try deliver(scores) }
  }

  private func fileName(_ item: ImageCase) -> String { (item.path as NSString).lastPathComponent }
}

extension ScoreFileKind: OpenableClassifierKind {
  func open(_ specification: ClassifierSpecification, in place: ClassifierPlace) throws
    -> any Classifier
  {
    try ScoreFileClassifier(
      name: specification.name, path: place.resolve(path), findings: place.findings,
      columnNames: specification.scoreColumns, key: specification.scoreKey,
      format: specification.scoreFormat)
  }
}
