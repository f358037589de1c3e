import Basics
import Cohorts
import Images

extension RebalancingExport {
  static let masksReading = """
    `images/FINDING/NAME.png` and `masks/FINDING/NAME.png` have the same names; a mask is white (255) where the
    finding was asked for and black (0) elsewhere, black all over where the image was drawn without it.
    Positives whose mask is not known are left out. `manifest.csv` lists every image with its attributes.
    """

  /// A folder of images beside one of masks, by finding.
  func masks(_ export: ExportFolder) throws {
    let placed = try placed(needsMasks: true, format: "masks")
    func name(_ image: ExportImage) -> String {
      "\(fileNameComponent(image.item.finding))/\(image.fileName)"
    }
    let part = keeping(placed)
    for item in placed {
      try export.add(item.image.path, as: "images/" + name(item.image))
      var mask = RasterImage(
        width: item.width, height: item.height, channels: 1,
        bytes: [UInt8](repeating: 0, count: item.width * item.height))
      for region in item.regions?.regions ?? [] {
        for pixel in region.pixels {
          mask.bytes[pixel % item.height * item.width + pixel / item.height] = 255
        }
      }
      let path = export.path("masks/" + name(item.image))
      try createFolder(at: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
      try writePNG(mask, to: path, text: [("Synthetic", "true")])
    }
    try part.manifest(export, place: { "images/" + name($0) })
  }
}
