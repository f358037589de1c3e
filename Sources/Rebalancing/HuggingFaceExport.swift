import AuditModel
import Cohorts
import Foundation
import Tables

/// One image to export, already rendered.
package struct ExportImage: Sendable {
  package var item: CohortCase
  /// Absolute path of the PNG.
  package var path: String
  package var sha256: String

  package init(item: CohortCase, path: String, sha256: String) {
    self.item = item
    self.path = path
    self.sha256 = sha256
  }
}

/// The Hugging Face imagefolder layout: `train/*.png` with `train/metadata.csv`.
///
/// - SeeAlso: Hugging Face datasets documentation, "ImageFolder": a `file_name` column links rows
///   to files beside the table.
package enum HuggingFaceExport {
  package static let columns = [
    "file_name", "finding", "label", "sex", "age", "race", "prompt", "base_case", "seed",
    "generator", "synthetic", "sha256",
  ]

  /// Writes the export beside nothing else: it is built in a temporary folder and renamed whole.
  package static func write(
    _ images: [ExportImage], to folder: String, seed: UInt64, generator: String, readme: String
  ) throws {
    let manager = FileManager.default
    let temporary = folder + ".tmp"
    do {
      if manager.fileExists(atPath: temporary) { try manager.removeItem(atPath: temporary) }
      try manager.createDirectory(
        atPath: temporary + "/train", withIntermediateDirectories: true)
      var rows: [[String]] = []
      for image in images {
        let item = image.item
        let name = [
          fileNameComponent(item.finding), item.baseCaseIdentifier, item.arm.identifier + ".png",
        ].joined(separator: "_")
        let destination = temporary + "/train/" + name
        // A hard link costs no space; file systems without links get a copy.
        if link(image.path, destination) != 0 {
          try manager.copyItem(atPath: image.path, toPath: destination)
        }
        rows.append([
          name, item.finding, item.isPositive ? "1" : "0", item.arm.sex ?? "",
          item.arm.age.map(Arm.years) ?? "", item.arm.race ?? "", item.prompt,
          item.baseCaseIdentifier, String(seed), generator, "true", image.sha256,
        ])
      }
      try writeCSV(header: columns, rows: rows, to: temporary + "/train/metadata.csv")
      try writeAtomically(readme, to: temporary + "/README.md")
      if manager.fileExists(atPath: folder) { try manager.removeItem(atPath: folder) }
      try manager.moveItem(atPath: temporary, toPath: folder)
    } catch let failure as AuditFailure {
      throw failure
    } catch {
      throw AuditFailure(
        "cannot write the export '\(folder)': \(error.localizedDescription)",
        hint: "check free space and permissions; the same command continues")
    }
  }
}
