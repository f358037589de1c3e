import Basics

/// Reads a mask: white where the finding is, black elsewhere, any size.
///
/// 8 and 16-bit gray, colour and palettes of grays are read; edges may be anti-aliased. Transparent
/// pixels are laid over black, so that a shape that lives in the alpha channel is found (the
/// reference drops alpha, which makes such a mask white all over). What cannot be a mask is
/// refused, because the generator would draw something else than was asked without a word.
/// - Throws: ``AuditFailure`` naming the file: no PNG, hostile sizes, a colour palette, a mask that
///   is empty, full, or holds label numbers instead of levels.
package func readMask(at path: String) throws -> RasterImage {
  var limits = PNGLimits()
  limits.side = 8192
  limits.pixels = 1 << 26
  limits.fileBytes = 256 << 20
  limits.isOverBlack = true
  let bytes = try readBytes(of: path, limit: limits.fileBytes)
  let image = try decodePNG(bytes, name: path, limits: limits)
  try checkPalette(bytes, image, path: path)
  try checkLevels(image, path: path)
  return image
}

/// A palette's colours are names for labels; only a palette of grays says how bright a pixel is.
private func checkPalette(_ bytes: [UInt8], _ image: RasterImage, path: String) throws {
  let paletteType: UInt8 = 3
  guard bytes[25] == paletteType, image.channels == 3 else { return }
  let isColoured = (0..<image.width * image.height).contains { pixel in
    let red = image.bytes[3 * pixel]
    return red != image.bytes[3 * pixel + 1] || red != image.bytes[3 * pixel + 2]
  }
  guard !isColoured else {
    throw AuditFailure(
      "\(path): the mask has a palette of colours, so its pixels are labels and not levels",
      hint: "save the finding as white (255) on black (0) in gray")
  }
}

private func checkLevels(_ image: RasterImage, path: String) throws {
  let brightest = image.bytes.max() ?? 0
  guard brightest > 0 else {
    throw AuditFailure(
      "\(path): the mask is empty: every pixel is black",
      hint: "a mask is white (255) where the finding is; leave the mask out where there is none")
  }
  guard brightest >= 128 else {
    throw AuditFailure(
      "\(path): the mask's brightest pixel has the level \(brightest) of 255, so it holds label "
        + "numbers and not levels",
      hint: "save the finding as white (255) on black (0)")
  }
  guard image.bytes.contains(where: { $0 < 128 }) else {
    throw AuditFailure(
      "\(path): the mask is white all over",
      hint: "a mask is white (255) where the finding is and black (0) elsewhere")
  }
}
