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

  /// Files of 16 bits that are looked into.
  private static let askedCount = 3

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
    let images = specification.real?.imageOptions ?? RealImagesSpecification()
    let options = ImageReadingOptions(images)
    // Programs read what they can read; for them a file must only be there, unless decoding is asked for.
    let readsItself =
      preflight.decodesImages || specification.cohort?.design == .replica
      || specification.models.contains { $0.readsImages && !$0.kind.runsProgram }
    var deepCount = 0
    for item in cohort.cases where !preflight.scoredImages.contains(item.image) {
      do {
        let path = try locatedImage("\(folder)/\(item.file)")
        guard readsItself else {
          _ = try readHead(of: path, length: 1)
          continue
        }
        let isDeep = try checkImageHead(at: path)
        if isDeep { deepCount += 1 }
        // What unused bits mean should be asked before a cohort is drawn.
        guard preflight.decodesImages || (isDeep && deepCount <= Self.askedCount) else { continue }
        let decoded = try decodeImage(at: path, options: options)
        faults += caught { _ = try settleDepth(of: decoded, name: path, options: options) }
      } catch {
        if images.unreadable == .refuse { faults += caught { throw error } }
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
