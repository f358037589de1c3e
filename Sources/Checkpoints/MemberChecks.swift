import Foundation

/// Remembers which members of a zip have been compared with their checksums, so that each is read for
/// that once, when a tensor in it is first asked for.
final class MemberChecks: @unchecked Sendable {
  // Unchecked: the lock guards the set.
  private let lock = NSLock()
  private var checked: Set<String> = []

  /// Checks a stored member unless that was done before.
  ///
  /// - Throws: `AuditFailure` when the bytes do not fit the checksum.
  func check(_ member: ZipDirectory.Member, of file: MappedFile) throws {
    guard !lock.withLock({ checked.contains(member.name) }) else { return }
    if let bytes = file.bytes.slice(at: member.range.lowerBound, count: member.range.count) {
      try ZipDirectory.check(bytes, of: member, in: file)
    }
    lock.withLock { _ = checked.insert(member.name) }
  }
}
