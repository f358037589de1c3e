import AuditModel
import Basics
import Cohorts
import Foundation
import Images

/// Every image of the real cohort exists, is a regular file and has a header that can be read.
struct ImagePreflight {
  let preflight: Preflight
  let cohort: RealCohort

  /// Images that are named one by one; a wrong folder is one fault, not a hundred thousand.
  private static let namedCount = 20

  func faults() -> [AuditFailure] {
    let specification = preflight.specification
    guard let folder = specification.real?.images.map(specification.resolve),
      specification.models.contains(where: \.readsImages)
        || specification.cohort?.design == .replica
    else { return [] }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      return [
        AuditFailure(
          "the image folder '\(folder)' does not exist",
          hint: specification.real?.howToGet ?? "correct 'real.images' in the spec")
      ]
    }
    var faults: [AuditFailure] = []
    for item in cohort.cases where !preflight.scoredImages.contains(item.image) {
      let path = "\(folder)/\(item.image)"
      faults += caught {
        if preflight.decodesImages { _ = try readPNG(at: path) } else { _ = try pngSize(at: path) }
      }
    }
    return shortened(faults)
  }

  private func shortened(_ faults: [AuditFailure]) -> [AuditFailure] {
    guard faults.count > Self.namedCount else { return faults }
    let rest = faults.count - Self.namedCount
    return faults.prefix(Self.namedCount) + [
      AuditFailure(
        "\(rest) more of the \(cohort.cases.count) images of the real cohort cannot be read",
        hint: "restore them, or leave their rows out with 'real.where'")
    ]
  }
}
