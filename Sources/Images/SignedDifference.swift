/// What a picture changes of another of equal size: white where nothing, red where it is brighter,
/// blue where it is darker, full at `scale` grey levels.
///
/// - Returns: nil for pictures of different sizes.
package func signedDifference(
  _ picture: RasterImage, _ base: RasterImage, scale: Int
) -> RasterImage? {
  guard picture.width == base.width, picture.height == base.height, scale > 0 else { return nil }
  let (a, b) = (picture.gray().bytes, base.gray().bytes)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(3 * a.count)
  for (x, y) in zip(a, b) {
    let change = Int(x) - Int(y)
    let left = UInt8(255 - min(255, abs(change) * 255 / scale))
    bytes += change >= 0 ? [255, left, left] : [left, left, 255]
  }
  return RasterImage(width: picture.width, height: picture.height, channels: 3, bytes: bytes)
}
