import AuditModel
import Basics
import Cohorts
import Foundation
import Vocabulary

/// One image to export, already rendered.
package struct ExportImage: Sendable {
  package var item: CohortCase
  package var severity: String?
  package var attempt: Int
  /// Absolute path of the PNG.
  package var path: String
  package var sha256: String
  /// Absolute path of the mask that the image was conditioned on; nil where it had none.
  package var condition: String?
  /// The boxes that it was conditioned on, as fractions of the image; nil where a mask says the place.
  package var boxes: [FindingBox]?

  package init(
    _ drawn: RebalancingCase, path: String, sha256: String, boxes: [FindingBox]? = nil
  ) {
    self.boxes = boxes
    item = drawn.item
    severity = drawn.severity
    attempt = drawn.attempt
    self.path = path
    self.sha256 = sha256
    condition = ExportImage.conditionPaths(of: path)
      .first { place in
        // A link in its place is nobody's mask.
        let folder = ConfinedFolder(parentFolder(of: place))
        return (try? folder.file((place as NSString).lastPathComponent)) ?? nil != nil
      }
  }

  /// Where the condition of an image may lie: beside it as `<image stem>-condition.png`, or as
  /// `condition.png` in the folder of its base case, whose arms share it.
  package static func conditionPaths(of image: String) -> [String] {
    [
      (image as NSString).deletingPathExtension + "-condition.png",
      parentFolder(of: image) + "/condition.png",
    ]
  }

  /// A file name that is unique in the set and says that the image is synthetic.
  var fileName: String {
    "synthetic_\(fileNameComponent(item.finding))_\(item.baseCaseIdentifier)_\(item.arm.identifier).png"
  }

  /// Relative place of the condition within an export: apart from the images, where no loader takes
  /// it for one.
  var conditionName: String? { condition.map { _ in "conditions/" + fileName } }

  /// An identifier that no real patient can have.
  var patientIdentifier: String {
    "SYNTHETIC-\(fileNameComponent(item.finding))-\(item.baseCaseIdentifier)"
  }

  /// For layouts that have a column for it.
  var sex: String? { item.arm.values["sex"] }
  var sexLetter: String { sex.map { String($0.prefix(1)) } ?? "" }
  var years: String { item.arm.values["age"] ?? "" }

  /// `AP` where the prompt names that projection, else `PA`.
  var view: String { item.prompt.contains("AP view") ? "AP" : "PA" }

  /// The columns that every format keeps beside its own.
  ///
  /// - Parameter others: Attributes besides the known ones, in the order of the columns.
  func provenance(seed: UInt64, generator: String, others: [String]) -> [String] {
    [item.finding, item.isPositive ? "1" : "0"]
      + Attribute.known.map { item.arm.values[$0.name] ?? "" } + [
        severity ?? "", item.prompt, item.baseCaseIdentifier, String(attempt), String(seed),
        generator, "true", sha256, conditionName ?? "",
      ] + others.map { item.arm.values[$0] ?? "" }
  }

  static func provenanceColumns(others: [String]) -> [String] {
    ["finding", "label"] + Attribute.known.map(\.name) + [
      "severity", "prompt", "base_case", "attempt", "seed", "generator", "synthetic", "sha256",
      "condition",
    ] + others
  }
}
