import Cohorts

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

  /// A file name that is unique in the set and says that the image is synthetic.
  var fileName: String {
    "synthetic_\(fileNameComponent(item.finding))_\(item.baseCaseIdentifier)_\(item.arm.identifier).png"
  }

  /// An identifier that no real patient can have.
  var patientIdentifier: String {
    "SYNTHETIC-\(fileNameComponent(item.finding))-\(item.baseCaseIdentifier)"
  }

  var sexLetter: String { item.arm.sex.map { String($0.prefix(1)) } ?? "" }
  var years: String { item.arm.age.map(Arm.years) ?? "" }

  /// The columns that every format keeps beside its own.
  func provenance(seed: UInt64, generator: String) -> [String] {
    [
      item.finding, item.isPositive ? "1" : "0", item.arm.sex ?? "", years, item.arm.race ?? "",
      item.prompt, item.baseCaseIdentifier, String(seed), generator, "true", sha256,
    ]
  }

  static let provenanceColumns = [
    "finding", "label", "sex", "age", "race", "prompt", "base_case", "seed", "generator",
    "synthetic", "sha256",
  ]
}
