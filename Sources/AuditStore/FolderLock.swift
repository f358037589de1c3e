import Basics

#if canImport(Glibc)
  import Glibc
#endif

/// Exclusive use of one report folder; released when the value goes away, also by a crash.
package final class FolderLock {
  private let descriptor: Int32

  /// - Throws: ``AuditFailure`` when another process holds the folder or it cannot be written.
  package init(folder: String) throws {
    let path = folder + "/.lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else {
      throw AuditFailure(
        "cannot write in the report folder '\(folder)': \(String(cString: strerror(errno)))",
        hint: "make the folder writable, or choose another with --reports")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw AuditFailure(
        "another audit is running in '\(folder)'", hint: "wait for it to end, or stop it first")
    }
  }

  /// Shares the folder with other readers, so that nothing is read while a run writes.
  ///
  /// - Returns: nil where the folder has no lock file or keeps it from this user: nobody can be
  ///   writing then, or nobody can be asked.
  /// - Throws: ``AuditFailure`` when a run holds the folder.
  package init?(readingIn folder: String) throws {
    let opened = open(folder + "/.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard opened >= 0 else { return nil }
    descriptor = opened
    guard flock(opened, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      throw AuditFailure(
        "an audit is running in '\(folder)'", hint: "wait for it to end, or stop it first")
    }
  }

  deinit {
    // Closing alone leaves the lock to a child process that was forked a moment ago and holds a copy
    // of the descriptor until it starts its own program.
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
