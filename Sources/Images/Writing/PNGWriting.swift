import Basics
import CPNGShim

/// The image as a PNG file with fixed compression settings: the same pixels, text and libpng give
/// the same bytes.
///
/// - Parameter text: Key and value pairs written before the pixels, in this order; `tEXt` when the
///   value is ASCII, `iTXt` in UTF-8 otherwise.
/// - Throws: ``AuditFailure`` for a key that PNG does not allow (1 to 79 printable ASCII letters,
///   no blank at an end or doubled) or a value with a NUL.
package func encodePNG(_ image: RasterImage, text: [(String, String)] = []) throws -> [UInt8] {
  for (key, value) in text { try checkText(key, value) }
  var chunks = text.map { key, value in
    cpng_text(
      key: copy(key), value: copy(value), value_length: value.utf8.count,
      is_utf8: value.utf8.allSatisfy { $0 < 128 } ? 0 : 1)
  }
  defer {
    for chunk in chunks {
      chunk.key.deallocate()
      chunk.value.deallocate()
    }
  }
  var encoded: UnsafeMutablePointer<UInt8>?
  var length = 0
  var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_CAPACITY))
  let succeeded = image.bytes.withUnsafeBufferPointer { pixels in
    chunks.withUnsafeMutableBufferPointer { texts in
      cpng_encode(
        pixels.baseAddress, UInt32(image.width), UInt32(image.height), Int32(image.channels),
        texts.baseAddress, texts.count, &encoded, &length, &message)
    }
  }
  defer { cpng_free(encoded) }
  guard succeeded != 0 else {
    let reason = String(
      decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw AuditFailure(
      "cannot encode an image of \(image.width) × \(image.height) pixels: \(reason)")
  }
  return Array(UnsafeBufferPointer(start: encoded, count: length))
}

/// Writes ``encodePNG(_:text:)`` so that `path` holds either the whole image or what it held before.
package func writePNG(
  _ image: RasterImage, to path: String, text: [(String, String)] = []
) throws {
  try writeAtomically(encodePNG(image, text: text), to: path)
}

private func checkText(_ key: String, _ value: String) throws {
  let letters = Array(key.utf8)
  guard (1...79).contains(letters.count), letters.allSatisfy({ (32...126).contains($0) }),
    letters.first != 32, letters.last != 32, !key.contains("  ")
  else {
    throw AuditFailure("'\(key)' cannot be the key of a PNG text: use 1 to 79 plain ASCII letters")
  }
  guard !value.utf8.contains(0) else {
    throw AuditFailure("the PNG text '\(key)' contains a NUL character")
  }
}

/// A NUL-terminated copy that the caller deallocates.
private func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
  let bytes = text.utf8CString
  let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  for (offset, byte) in bytes.enumerated() { (memory + offset).initialize(to: byte) }
  return memory
}
