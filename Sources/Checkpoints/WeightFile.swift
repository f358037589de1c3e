import Basics
import Foundation

/// A file that is written piece by piece under a temporary name and then renamed.
struct WeightFile: ~Copyable {
  let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isOpen = true
  /// Bytes appended so far.
  private(set) var byteCount = 0

  init(path: String) throws {
    self.path = path
    temporary = "\(path).\(getpid()).tmp"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.refused(temporary, "created") }
  }

  /// A file that was not finished leaves nothing behind.
  deinit {
    if isOpen {
      close(descriptor)
      unlink(temporary)
    }
  }

  mutating func append(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try append($0) }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Foundation.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw Self.refused(path, "written")
      }
      rest = rest.dropFirst(written)
    }
    byteCount += bytes.count
  }

  /// Writes over bytes that were appended before.
  func replace(at offset: Int, _ bytes: [UInt8]) throws {
    guard pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
      throw Self.refused(path, "written")
    }
  }

  /// Flushes the file to disk and gives it its name; the file that was there before is replaced.
  mutating func finish() throws {
    guard fsync(descriptor) == 0 else { throw Self.refused(temporary, "flushed to disk") }
    close(descriptor)
    isOpen = false
    guard rename(temporary, path) == 0 else {
      let failure = Self.refused(path, "replaced")
      unlink(temporary)
      throw failure
    }
  }

  private static func refused(_ path: String, _ what: String) -> AuditFailure {
    AuditFailure("\(path): cannot be \(what) (\(String(cString: strerror(errno))))")
  }
}
