import Basics
import CPNGShim

/// What a PNG file may ask of this machine before it is refused.
package struct PNGLimits: Sendable {
  /// Pixels along either side.
  package var side = 16_384
  /// Width × height; 100 million pixels are more than any radiograph has.
  package var pixels = 100_000_000
  /// Bytes that one compressed text or colour-profile chunk may unpack to.
  package var chunkBytes = 8 << 20
  package var fileBytes = 512 << 20
  /// Lays transparent pixels over black instead of dropping alpha.
  package var isOverBlack = false

  package init() {}
}

/// Reads any PNG as 8-bit gray or RGB with the stored values untouched.
///
/// Gray stays one channel; palette and colour become RGB. Alpha and `tRNS` are dropped, not blended,
/// as Pillow's `convert("L")` and `convert("RGB")` do; gamma and colour profiles are not applied.
/// 1, 2 and 4-bit gray is spread to 0...255. 16-bit values are divided by 257 and rounded: the full
/// range maps to the full range (Pillow would clip gray at 255, which makes most radiographs white).
/// - Throws: ``AuditFailure`` naming the file and what is wrong with it.
package func readPNG(at path: String, limits: PNGLimits = PNGLimits()) throws -> RasterImage {
  try decodePNG(readBytes(of: path, limit: limits.fileBytes), name: path, limits: limits)
}

/// ``readPNG(at:limits:)`` on bytes in memory; `name` is what a failure calls them.
package func decodePNG(
  _ bytes: [UInt8], name: String, limits: PNGLimits = PNGLimits()
) throws -> RasterImage {
  try withDecoded(bytes, name: name, limits: limits) { picture in
    let width = Int(picture.width)
    let height = Int(picture.height)
    let channels = Int(picture.channels)
    let pixels = UnsafeBufferPointer(start: picture.pixels, count: width * height * channels)
    return RasterImage(width: width, height: height, channels: channels, bytes: Array(pixels))
  }
}

/// A PNG file with 16-bit values kept, and the significant bits that it declares (0: none).
func decodeDeepPNG(_ bytes: [UInt8], name: String, limits: PNGLimits) throws
  -> (picture: Picture, significantBits: Int)
{
  try withDecoded(bytes, name: name, limits: limits, keepsDepth: true) { picture in
    let width = Int(picture.width)
    let height = Int(picture.height)
    let channels = Int(picture.channels)
    let count = width * height * channels
    guard picture.depth == 16 else {
      let pixels = UnsafeBufferPointer(start: picture.pixels, count: count)
      return (
        .levels(
          RasterImage(width: width, height: height, channels: channels, bytes: Array(pixels))),
        0
      )
    }
    let samples = [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer)
        .copyMemory(from: UnsafeRawBufferPointer(start: picture.pixels, count: 2 * count))
      initialized = count
    }
    return (
      .deep(
        DeepImage(
          width: width, height: height, channels: channels, samples: samples, white: .max)),
      Int(picture.significant_bits)
    )
  }
}

/// The text chunks of a PNG file in file order, keys may repeat.
package func readPNGText(
  at path: String, limits: PNGLimits = PNGLimits()
) throws -> [(String, String)] {
  try decodePNGText(readBytes(of: path, limit: limits.fileBytes), name: path, limits: limits)
}

/// ``readPNGText(at:limits:)`` on bytes in memory.
package func decodePNGText(
  _ bytes: [UInt8], name: String, limits: PNGLimits = PNGLimits()
) throws -> [(String, String)] {
  try withDecoded(bytes, name: name, limits: limits) { picture in
    UnsafeBufferPointer(start: picture.texts, count: picture.text_count).map { text in
      let value = UnsafeRawBufferPointer(start: text.value, count: text.value_length)
      return (latin1(text.key), text.is_utf8 != 0 ? utf8(value) : latin1(value))
    }
  }
}

private func withDecoded<Result>(
  _ bytes: [UInt8], name: String, limits: PNGLimits, keepsDepth: Bool = false,
  _ body: (cpng_picture) -> Result
) throws -> Result {
  var picture = cpng_picture()
  defer { cpng_release(&picture) }
  var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_CAPACITY))
  let limit = cpng_limits(
    max_side: UInt32(limits.side), max_pixels: UInt64(limits.pixels),
    max_chunk_bytes: limits.chunkBytes, over_black: limits.isOverBlack ? 1 : 0,
    keep_depth: keepsDepth ? 1 : 0)
  let decoded = bytes.withUnsafeBufferPointer {
    cpng_decode($0.baseAddress, $0.count, limit, &picture, &message)
  }
  guard decoded != 0 else {
    let reason = String(
      decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw AuditFailure(
      "cannot read the image \(name): \(reason)",
      hint: "only whole PNG files of at most \(limits.side) pixels a side are read")
  }
  return body(picture)
}

private func latin1(_ text: UnsafePointer<CChar>) -> String {
  var end = 0
  while text[end] != 0 { end += 1 }
  return latin1(UnsafeRawBufferPointer(start: text, count: end))
}

private func latin1(_ bytes: UnsafeRawBufferPointer) -> String {
  String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

private func utf8(_ bytes: UnsafeRawBufferPointer) -> String {
  String(decoding: bytes, as: UTF8.self)
}
