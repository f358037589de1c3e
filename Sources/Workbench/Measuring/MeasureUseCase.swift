import AuditModel
import AuditStore
import Basics
import Classifiers
import Fidelity
import Foundation
import Reporting

/// Measures synthetic images against real ones: distances, diversity, facts, copies, by subgroup.
package struct MeasureUseCase {
  package var specificationPath: String
  package var reports: String

  /// Folder of results and kept vectors in the report folder.
  package static let folderName = "measure"

  package init(specificationPath: String, reports: String) {
    self.specificationPath = specificationPath
    self.reports = reports
  }

  /// - Returns: What was found, and the files written, the page first.
  /// - Throws: ``AuditFailure`` for a set, an image or an encoder that cannot be read.
  package func run(context: RunContext) throws -> (report: FidelityReport, files: [String]) {
    let specification = try loadSpecification(at: specificationPath, for: .measure)
    let measure = specification.measure ?? MeasureSpecification()
    let place = try MeasurePlace(
      specification: specification, path: specificationPath, reports: reports,
      needsCohort: measure.synthetic == nil)
    var scene = try MeasureScene(
      specification: specification, measure: measure, place: place, context: context)
    let report = try scene.report()
    return (report, try write(report, to: place.folder))
  }

  private func write(_ report: FidelityReport, to folder: String) throws -> [String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    return try writeFidelity(report, json: json, to: folder)
  }
}

/// The folder that measuring writes to, held for this process alone.
struct MeasurePlace {
  /// `reports/NAME/measure`.
  let folder: String
  /// nil where the images are not the audit's own.
  let workspace: AuditWorkspace?
  private let lock: FolderLock?

  init(specification: AuditSpecification, path: String, reports: String, needsCohort: Bool) throws {
    let whole = absolutePath(reports) + "/" + specification.name
    if needsCohort {
      guard specification.cohort != nil else {
        throw AuditFailure(
          "'\(path)' names no synthetic images to measure",
          hint: "add \"measure\": { \"synthetic\": { \"images\": \"folder\" } }, or a \"cohort\"")
      }
      workspace = try AuditWorkspace(
        specificationPath: path, reports: reports, purpose: .measure)
      lock = nil
    } else {
      try createFolder(at: whole)
      workspace = nil
      lock = try FolderLock(folder: whole)
    }
    folder = whole + "/" + MeasureUseCase.folderName
    try createFolder(at: folder)
  }
}
