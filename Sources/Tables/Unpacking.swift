import Basics
import CZlib

/// Hands out the content of a file in pieces, unpacked when it is gzip (told by its first bytes).
///
/// Several gzip members after each other are one text, as `gzip` itself reads them.
/// - Parameter limit: Bytes after unpacking; a small file that unpacks to more is refused.
/// - Throws: ``AuditFailure`` naming `path` for damaged or cut gzip data, and what `body` throws.
func forEachPiece(
  of bytes: [UInt8], path: String, limit: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
) throws {
  try bytes.withUnsafeBufferPointer { source in
    guard isGzip(source) else {
      guard source.count <= limit else { throw tooLarge(path, limit) }
      return try body(source)
    }
    try inflateAll(source, path: path, limit: limit, body)
  }
}

private func isGzip(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
}

private func inflateAll(
  _ source: UnsafeBufferPointer<UInt8>, path: String, limit: Int,
  _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
) throws {
  // zlib keeps the address of its stream: it must not move between calls.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  defer { stream.deallocate() }
  let gzipWindow: Int32 = 15 + 16
  guard
    inflateInit2_(stream, gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { throw AuditFailure("cannot read \(path): zlib could not start") }
  defer { inflateEnd(stream) }

  let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)
  defer { piece.deallocate() }
  var offset = 0
  var total = 0
  while true {
    let given = min(source.count - offset, 1 << 20)
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: source.baseAddress?.advanced(by: offset))
    stream.pointee.avail_in = UInt32(given)
    stream.pointee.next_out = piece.baseAddress
    stream.pointee.avail_out = UInt32(piece.count)
    let status = inflate(stream, Z_NO_FLUSH)
    offset += given - Int(stream.pointee.avail_in)
    let produced = piece.count - Int(stream.pointee.avail_out)
    total += produced
    guard total <= limit else { throw tooLarge(path, limit) }
    try body(UnsafeBufferPointer(rebasing: piece[..<produced]))
    switch status {
    case Z_OK: continue
    case Z_STREAM_END:
      let rest = UnsafeBufferPointer(rebasing: source[offset...])
      // Tape and block devices pad with zeros.
      if rest.allSatisfy({ $0 == 0 }) { return }
      guard isGzip(rest), inflateReset(stream) == Z_OK else {
        throw AuditFailure("cannot read \(path): something that is not gzip follows the gzip data")
      }
    case Z_BUF_ERROR where offset == source.count:
      throw AuditFailure("cannot read \(path): the gzip data end too early; copy the file again")
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
      throw AuditFailure("cannot read \(path): the gzip data are damaged (\(reason))")
    }
  }
}

private func tooLarge(_ path: String, _ limit: Int) -> AuditFailure {
  AuditFailure("cannot read \(path): its text has more than the \(limit) bytes accepted")
}
