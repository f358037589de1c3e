import Basics
import Glibc

/// A file without a name, for readers that map theirs.
enum Scratch {
  static let descriptor: Int32 = {
    var name = Array("/dev/shm/audit-fuzz-XXXXXX".utf8CString)
    let opened = mkstemp(&name)
    unlink(name)
    return opened
  }()

  static func file(holding bytes: [UInt8]) throws -> String {
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
    else { throw AuditFailure("cannot write the fuzzed file") }
    return "/proc/self/fd/\(descriptor)"
  }
}
