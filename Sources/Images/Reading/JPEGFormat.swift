import Basics
import CJPEGShim

/// JPEG as ``ImageFormat``: 8-bit gray and colour, sequential and progressive, turned as EXIF says.
///
/// The pixels are those of Pillow, bit by bit (the accurate integer transform, smooth upsampling).
package enum JPEGFormat: ImageFormat {
  package static let name = "JPEG"
  package static let extensions = ["jpg", "jpeg"]

  package static func recognises(_ head: ArraySlice<UInt8>) -> Bool {
    head.starts(with: [0xff, 0xd8, 0xff])
  }

  package static func decode(_ bytes: [UInt8], name: String, options: ImageReadingOptions) throws
    -> DecodedImage
  {
    let stored = try decodeJPEG(bytes, name: name, limits: options.limits)
    let orientation = JPEGHeader(bytes[...]).orientation
    var facts: Set = [ImageFact(.jpeg)]
    if orientation != .upright { facts.insert(ImageFact(.turned)) }
    return DecodedImage(picture: .levels(stored.turned(orientation)), facts: facts)
  }

  package static func size(_ head: ArraySlice<UInt8>) -> (width: Int, height: Int)? {
    JPEGHeader(head).size
  }
}

/// The pixels of a JPEG stream as stored, orientation not applied.
/// - Throws: ``AuditFailure`` naming the file and what is wrong with it.
package func decodeJPEG(_ bytes: [UInt8], name: String, limits: ImageLimits = ImageLimits())
  throws -> RasterImage
{
  var picture = cjpeg_picture()
  defer { cjpeg_release(&picture) }
  var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_CAPACITY))
  let limit = cjpeg_limits(max_side: UInt32(limits.side), max_pixels: UInt64(limits.pixels))
  let decoded = bytes.withUnsafeBufferPointer {
    cjpeg_decode($0.baseAddress, $0.count, limit, &picture, &message)
  }
  guard decoded != 0 else {
    let reason = String(
      decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw AuditFailure(
      "cannot read the image \(name): \(reason)",
      hint: "only whole 8-bit JPEG files of at most \(limits.side) pixels a side are read")
  }
  let count = Int(picture.width) * Int(picture.height) * Int(picture.channels)
  return RasterImage(
    width: Int(picture.width), height: Int(picture.height), channels: Int(picture.channels),
    bytes: Array(UnsafeBufferPointer(start: picture.pixels, count: count)))
}
