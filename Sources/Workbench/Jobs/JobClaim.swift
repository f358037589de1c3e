import Basics
import Foundation

/// The right to start shares of an audit, held while they are started, or drawn on this machine.
///
/// A record lock, because the kernel tells who holds it: `audit cancel` then ends that process, and no
/// number from a file is trusted.
final class JobClaim {
  private let descriptor: Int32

  private static func path(_ folder: JobFolder) throws -> String {
    try folder.files.resolve(JobFolder.name + "/.claim")
  }

  private static func wholeFile(_ type: Int32) -> flock {
    flock(
      l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
  }

  /// - Throws: ``AuditFailure`` where another process holds it.
  init(folder: JobFolder) throws {
    let path = try Self.path(folder)
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard opened >= 0 else {
      throw AuditFailure("cannot write '\(path)': \(String(cString: strerror(errno)))")
    }
    var lock = Self.wholeFile(F_WRLCK)
    guard fcntl(opened, F_SETLK, &lock) == 0 else {
      close(opened)
      throw AuditFailure(
        "shares of '\(folder.report)' are being drawn or submitted by another process",
        hint: "'audit status \(folder.report)' shows them, 'audit cancel' ends them")
    }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// The process that holds the claim; nil where nobody does.
  static func holder(of folder: JobFolder) throws -> pid_t? {
    guard let path = try folder.files.file(JobFolder.name + "/.claim") else { return nil }
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var lock = wholeFile(F_WRLCK)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, Int32(lock.l_type) != F_UNLCK, lock.l_pid > 0
    else { return nil }
    return lock.l_pid
  }
}
