import Basics
import Foundation

/// A file mapped into memory for reading, alive as long as anything borrows from it.
///
/// The mapping is private and read-only. `Sendable` because nothing ever writes to it.
final class MappedFile: @unchecked Sendable {
  let path: String
  let bytes: UnsafeRawBufferPointer

  /// - Throws: `AuditFailure` when the path is no readable regular file or cannot be mapped.
  init(path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw AuditFailure(
        "\(path): cannot be opened (\(String(cString: strerror(errno))))",
        hint: errno == ENOENT ? "check the path of the weights" : nil)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw AuditFailure("\(path): is not a regular file")
    }
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else {
      throw AuditFailure("\(path): cannot be mapped (\(String(cString: strerror(errno))))")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// Lets the pages of `region` that lie wholly inside it leave this process's memory.
  ///
  /// The contents stay in the file and in the system's cache; the next read maps them again.
  func evict(_ region: UnsafeRawBufferPointer) {
    guard let start = region.baseAddress else { return }
    let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
    let first = (UInt(bitPattern: start) + page - 1) / page * page
    let end = (UInt(bitPattern: start) + UInt(region.count)) / page * page
    guard end > first, let pages = UnsafeMutableRawPointer(bitPattern: first) else { return }
    _ = madvise(pages, Int(end - first), MADV_DONTNEED)
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes from `offset`, or `nil` when they are not all there.
  func slice(at offset: Int, count: Int) -> UnsafeRawBufferPointer? {
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
      return nil
    }
    return UnsafeRawBufferPointer(rebasing: self[offset..<offset + count])
  }

  /// A little-endian integer at `offset`, or `nil` when it does not lie inside.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type
  ) -> Value? {
    guard offset >= 0, offset <= count, count - offset >= MemoryLayout<Value>.size else {
      return nil
    }
    return Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
  }
}
