import AuditModel
import Basics
import Foundation
import Tables
import Vocabulary

/// One row of a real cohort's table.
package struct RealCase: Sendable, Equatable {
  /// The value of the image column; also the identifier in score files.
  package var image: String
  /// Path of the image file below the image folder.
  package var file: String
  package var patient: String
  package var attributes: AttributeValues
  /// Parallel to ``RealCohort/findings``; nil where the label cell is empty.
  package var labels: [Bool?]
}

/// A real test set, read from its table: the cases, their labels and, where given, scores.
package struct RealCohort: Sendable {
  package var findings: [String]
  package var cases: [RealCase]
  /// Classifier to finding to score per case; nil is "not scored".
  package var scores: [String: [String: [Double?]]]
  package var hasPatients: Bool
  /// What a reader should know: rows filtered, folded, how the table is written.
  package var notes: [String]
  /// What makes the results doubtful: patients with two sexes.
  package var cautions: [String]
  /// What the different label cells were taken to mean.
  package var valueMappings: [ValueMapping]

  /// Reads the table.
  /// - Parameters:
  ///   - defaultFindings: Findings to look for when the spec lists none.
  ///   - imageFolder: The folder that absolute paths of the table lie below; nil is `real.images`.
  /// - Throws: ``AuditFailure`` naming file, line and column for a missing column, a duplicate
  ///   image, a label that is not 0 or 1, an impossible age or a score that is not a number.
  package init(
    _ specification: RealCohortSpecification, resolve: (String) -> String,
    defaultFindings: [String], imageFolder: String? = nil
  ) throws {
    var absent = AbsentNames()
    try self.init(
      specification, resolve: resolve, defaultFindings: defaultFindings, imageFolder: imageFolder,
      absent: &absent)
    if let first = absent.all.first { throw first }
  }

  /// Reads the table, and gathers what the spec names and no row has instead of stopping at it.
  ///
  /// - Parameter absent: What was gathered, also where reading then ends in a failure. With any of it
  ///   the cohort is good for looking at and for nothing else.
  /// - Throws: ``AuditFailure`` for every other fault.
  package init(
    _ specification: RealCohortSpecification, resolve: (String) -> String,
    defaultFindings: [String], imageFolder: String? = nil, absent: inout AbsentNames
  ) throws {
    let path = resolve(specification.table)
    let (table, joined) = try RealTable.joined(specification, path: path, resolve: resolve)
    let rows = try RealTable.selectedRows(
      of: table, specification, path: path, absent: &absent)
    let filtered = table.rowCount - rows.count
    let pattern = try ImagePattern(
      specification.imageOptions.pattern, imageColumn: specification.imageColumn, table: table,
      folder: imageFolder ?? specification.images.map(resolve))
    let patients = try PatientIdentifiers(specification, table: table, rows: rows)
    let ages = try specification.ageRule.map { try AgeColumn($0, table: table) }
    let attributes = try specification.attributes.filter {
      $0.attribute.name != "age" || specification.ageRule == nil
    }.map { try AttributeCells($0, table: table, path: path) }

    let told =
      try AbsentValues.ofFilter(specification, table: table)
      + AbsentValues.ofLabels(specification, table: table, absent: &absent)
    let labels = try LabelReader(
      specification, table: table, rows: rows, defaultFindings: defaultFindings, absent: &absent)
    findings = labels.findings
    valueMappings = labels.mappings(ofRows: rows) + (try ages?.mappings(ofRows: rows) ?? [])
    let images = try RowGroups(
      specification, table: table, rows: rows, agreeing: specification.columnsBesideLabels)

    cases = []
    cases.reserveCapacity(images.groups.count)
    var values = CaseAttributes(attributes, ages: ages)
    for (image, members) in images.groups {
      let row = members[0]
      let patient = patients.patient(ofRow: row)
      if let column = specification.patientColumn, patient == nil {
        throw Self.patientMissing(column, of: row, in: table)
      }
      cases.append(
        RealCase(
          image: image, file: try pattern.path(ofRow: row), patient: patient ?? image,
          attributes: try values.values(ofRow: row),
          labels: images.labels(of: members, labels.labels(ofRow:))))
    }
    hasPatients = specification.patientColumn != nil
    var headers = ImageHeaders(specification, folder: specification.images.map(resolve))
    valueMappings += headers.fill(&cases)

    scores = try specification.scores.mapValues { columns in
      try columns.mapValues { column in
        let all = try table.doubles(column)
        return images.groups.map { all[$0.rows[0]] }
      }
    }

    notes = [table.formatNote, images.note].compactMap { $0 } + patients.notes
    cautions = Self.cautions(hasPatients ? specification.givenAttributes : [], cases: cases)
    notes += Self.unknownLabels(findings: findings, cases: cases) + joined + headers.notes + told
    if filtered > 0 { notes.append(RealTable.note(on: filtered, of: table, specification)) }
  }

  /// - Parameter attributes: Those that a patient should have once.
  private static func cautions(_ attributes: [Attribute], cases: [RealCase]) -> [String] {
    let known = cases.compactMap { $0.attributes["age"].flatMap(Attribute.number) }
    return attributes.compactMap { PatientConsistency.sentence(attribute: $0, cases: cases) }
      + [AgeColumn.doubtfulZeros(known)].compactMap { $0 }
  }

  private static func patientMissing(_ column: String, of row: Int, in table: Table) -> AuditFailure
  {
    AuditFailure(
      "\(table.path), line \(table.lineNumber(ofRow: row)), column '\(column)': the patient is missing",
      hint: "give every image a patient, or drop the column and ask for \"cluster\": \"image\"")
  }

  private static func unknownLabels(findings: [String], cases: [RealCase]) -> [String] {
    findings.indices.compactMap { finding in
      let unknown = cases.count { $0.labels[finding] == nil }
      return unknown == 0
        ? nil
        : "\(unknown) of \(cases.count) images have no known label of '\(findings[finding])' and were "
          + "left out of its questions."
    }
  }
}
