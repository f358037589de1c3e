import Basics

#if canImport(Glibc)
  import Glibc
#endif

/// What the shell left this process with, put right or refused before anything is opened.
enum ProcessGuards {
  /// Files that one run has open at once: store, log, lock, model, image, pipes, with room to spare.
  private static let neededFiles: UInt = 64
  /// Address space below which libraries end the process instead of saying that memory is out.
  private static let neededAddressSpace: UInt = 1 << 30

  /// Whether standard output was closed when the program started.
  nonisolated(unsafe) private(set) static var outputWasClosed = false

  /// - Throws: ``AuditFailure`` where limits are too small to end in a sentence later.
  static func install() throws {
    occupyStandardStreams()
    // The write that would exceed the limit fails then, and its failure is told with the file's name.
    signal(SIGXFSZ, SIG_IGN)
    try checkFileLimit()
    try checkAddressSpace()
  }

  /// A closed stream would give its number to the next file that is opened, and progress would be
  /// written into that.
  private static func occupyStandardStreams() {
    for stream: Int32 in 0...2 where fcntl(stream, F_GETFD) < 0 {
      if stream == 1 { outputWasClosed = true }
      let null = open("/dev/null", stream == 0 ? O_RDONLY : O_WRONLY)
      if null >= 0, null != stream {
        dup2(null, stream)
        close(null)
      }
    }
  }

  private static func checkFileLimit() throws {
    // The C library takes the kind of limit as a number, under another type here and there.
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(files, &limit) == 0, limit.rlim_cur < neededFiles else { return }
    var raised = limit
    raised.rlim_cur = min(neededFiles, limit.rlim_max)
    if setrlimit(files, &raised) == 0, raised.rlim_cur >= neededFiles { return }
    throw AuditFailure(
      "this process may open \(limit.rlim_max) files at once, and an audit needs \(neededFiles)",
      hint: "raise the limit: ulimit -n 1024")
  }

  private static func checkAddressSpace() throws {
    let addressSpace = __rlimit_resource_t(RLIMIT_AS.rawValue)
    var limit = rlimit()
    guard getrlimit(addressSpace, &limit) == 0, limit.rlim_cur < neededAddressSpace else { return }
    throw AuditFailure(
      "this process may use \(limit.rlim_cur >> 20) MB of address space, and an audit needs at least "
        + "\(neededAddressSpace >> 20)",
      hint: "raise the limit: ulimit -v unlimited")
  }
}

/// Writes all of a text to a stream.
///
/// - Returns: 0, or the error number of the write that failed. Nothing is thrown and nothing traps: a
///   terminal that went away must not end a run.
@discardableResult
func writeAll(_ text: String, to stream: Int32) -> Int32 {
  var text = text
  return text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while !rest.isEmpty {
      let count = write(stream, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        continue
      }
      let code = errno
      if count < 0, code == EINTR { continue }
      guard count < 0, code == EAGAIN else { return count < 0 ? code : EIO }
      // A non-blocking pipe that is full: wait until its reader catches up, or goes.
      var watched = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
      if poll(&watched, 1, 10_000) == 0 { return EAGAIN }
    }
    return 0
  }
}
