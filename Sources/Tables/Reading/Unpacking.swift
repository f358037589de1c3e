import Basics
import CZlib
import Glibc

/// Hands out the content of a file in pieces, unpacked when it is gzip (told by its first bytes).
///
/// Several gzip members after each other are one text, as `gzip` itself reads them. Never more
/// than two pieces are in memory.
/// - Throws: ``AuditFailure`` naming `path` for a file that cannot be read, damaged or cut gzip
///   data, content beyond the limits, another kind of file (``ForeignTable``), and what `body`
///   throws.
func forEachPiece(
  ofFile path: String, limits: TableLimits, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
) throws {
  let (descriptor, _) = try openRegularFile(path, limit: limits.fileBytes)
  defer { close(descriptor) }
  let source = PieceSource { buffer in
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw readFailure(path, errno) }
    }
  }
  try handOut(source, path: path, limits: limits, body)
}

/// The same from memory.
func forEachPiece(
  of bytes: [UInt8], path: String, limits: TableLimits,
  _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
) throws {
  var offset = 0
  let source = PieceSource { buffer in
    let count = min(buffer.count, bytes.count - offset)
    for i in 0..<count { buffer[i] = bytes[offset + i] }
    offset += count
    return count
  }
  try handOut(source, path: path, limits: limits, body)
}

/// Bytes as they come from a file, with those not used yet in front.
private final class PieceSource {
  private let read: (UnsafeMutableBufferPointer<UInt8>) throws -> Int
  private let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
  private var start = 0
  private var end = 0
  private(set) var isAtEnd = false
  /// Bytes used so far.
  private(set) var used = 0

  init(read: @escaping (UnsafeMutableBufferPointer<UInt8>) throws -> Int) { self.read = read }

  deinit { buffer.deallocate() }

  var rest: UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(rebasing: buffer[start..<end])
  }

  func use(_ count: Int) {
    start += count
    used += count
  }

  /// Reads until the buffer is full or the file ends.
  func fill() throws {
    if start > 0 {
      for i in start..<end { buffer[i - start] = buffer[i] }
      (start, end) = (0, end - start)
    }
    while !isAtEnd, end < buffer.count {
      let count = try read(UnsafeMutableBufferPointer(rebasing: buffer[end...]))
      if count == 0 { isAtEnd = true }
      end += count
    }
  }

  var isGzip: Bool { rest.count >= 2 && rest[0] == 0x1f && rest[1] == 0x8b }
}

private func handOut(
  _ source: PieceSource, path: String, limits: TableLimits,
  _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
) throws {
  try source.fill()
  if source.isGzip { return try inflateAll(source, path: path, limits: limits, body) }
  if let foreign = ForeignTable(head: UnsafeBufferPointer(source.rest)) {
    throw foreign.failure(path: path)
  }
  while !source.rest.isEmpty {
    guard source.used + source.rest.count <= limits.textBytes else {
      throw tooLarge(path, limits.textBytes)
    }
    try body(UnsafeBufferPointer(source.rest))
    source.use(source.rest.count)
    try source.fill()
  }
}

private func inflateAll(
  _ source: PieceSource, path: String, limits: TableLimits,
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

  let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
  defer { piece.deallocate() }
  var total = 0
  while true {
    if source.rest.isEmpty { try source.fill() }
    let given = source.rest
    stream.pointee.next_in = given.baseAddress
    stream.pointee.avail_in = UInt32(given.count)
    stream.pointee.next_out = piece.baseAddress
    stream.pointee.avail_out = UInt32(piece.count)
    let status = inflate(stream, Z_NO_FLUSH)
    source.use(given.count - Int(stream.pointee.avail_in))
    let produced = piece.count - Int(stream.pointee.avail_out)
    if total == 0,
      let foreign = ForeignTable(head: UnsafeBufferPointer(rebasing: piece[..<produced]))
    {
      throw foreign.failure(path: path)
    }
    total += produced
    guard total <= limits.textBytes else { throw tooLarge(path, limits.textBytes) }
    guard total <= limits.expansionAfter || total / max(1, source.used) <= limits.expansion else {
      throw AuditFailure(
        "cannot read \(path): it unpacks to more than \(limits.expansion) times its size, which no "
          + "table of text does",
        hint: "unpack it yourself ('gunzip -k') if it really is a table, and name the unpacked file"
      )
    }
    try body(UnsafeBufferPointer(rebasing: piece[..<produced]))
    switch status {
    case Z_OK: continue
    case Z_STREAM_END:
      guard try beginNextMember(source, stream, path: path) else { return }
    case Z_BUF_ERROR where source.rest.isEmpty && source.isAtEnd:
      throw AuditFailure("cannot read \(path): the gzip data end too early; copy the file again")
    case Z_BUF_ERROR: continue
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
      throw AuditFailure("cannot read \(path): the gzip data are damaged (\(reason))")
    }
  }
}

/// Whether another gzip member follows; zeros, with which tapes and block devices pad, do not count.
private func beginNextMember(
  _ source: PieceSource, _ stream: UnsafeMutablePointer<z_stream>, path: String
) throws -> Bool {
  try source.fill()
  while !source.rest.isEmpty, source.rest.allSatisfy({ $0 == 0 }) {
    source.use(source.rest.count)
    try source.fill()
  }
  if source.rest.isEmpty { return false }
  guard source.isGzip, inflateReset(stream) == Z_OK else {
    throw AuditFailure("cannot read \(path): something that is not gzip follows the gzip data")
  }
  return true
}

private func tooLarge(_ path: String, _ limit: Int) -> AuditFailure {
  AuditFailure("cannot read \(path): its text has more than the \(limit) bytes accepted")
}
