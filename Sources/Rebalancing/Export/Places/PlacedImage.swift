import AuditModel
import Basics
import Images

/// An image of which it is known where its finding is, or that it has none.
struct PlacedImage {
  /// A finding's place in pixels of the image.
  struct Box: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  let image: ExportImage
  let width: Int
  let height: Int
  let boxes: [Box]
  /// Of the image's own size; nil where boxes alone are known.
  let mask: RasterImage?
  let regions: MaskRegions?

  /// - Returns: nil for a positive whose place is not known: as a picture without boxes it would teach
  ///   that there is none.
  /// - Throws: ``AuditFailure`` for a mask that cannot be read.
  init?(_ image: ExportImage) throws {
    guard let size = try imageSize(at: image.path) else { return nil }
    self.image = image
    (width, height) = size
    if !image.item.isPositive {
      (boxes, mask, regions) = ([], nil, nil)
    } else if let given = image.boxes {
      let (across, down) = (Double(size.width), Double(size.height))
      boxes = given.map {
        Box(x: $0.x * across, y: $0.y * down, width: $0.width * across, height: $0.height * down)
      }
      (mask, regions) = (nil, nil)
    } else if let path = image.condition {
      let read = try readPNG(at: path).gray().resized(width: size.width, height: size.height)
      let found = MaskRegions(read)
      guard !found.regions.isEmpty else { return nil }
      boxes = found.regions.map {
        Box(
          x: Double($0.left), y: Double($0.top), width: Double($0.right - $0.left),
          height: Double($0.bottom - $0.top))
      }
      (mask, regions) = (read, found)
    } else {
      return nil
    }
  }
}

extension RebalancingExport {
  /// Images whose places are known.
  /// - Parameter needsMasks: Leaves out positives of which boxes alone are known.
  /// - Throws: ``AuditFailure`` where no positive is among them.
  func placed(needsMasks: Bool, format: String) throws -> [PlacedImage] {
    let found = try images.compactMap { try PlacedImage($0) }
      .filter { !needsMasks || !$0.image.item.isPositive || $0.mask != nil }
    guard found.contains(where: { $0.image.item.isPositive }) else {
      throw AuditFailure(
        "no image of the set has a place for its finding, which the layout '\(format)' is about",
        hint: "give the findings of the cohort 'masks'\(needsMasks ? "" : " or 'boxes'")")
    }
    return found
  }

  /// This export with some of its images.
  func keeping(_ placed: [PlacedImage]) -> RebalancingExport {
    var part = self
    part.images = placed.map(\.image)
    return part
  }
}
