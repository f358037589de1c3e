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
  /// Stack in which no nesting that readers accept ends the process.
  private static let neededStack: UInt = 2 << 20

  /// Whether standard output was closed when the program started.
  nonisolated(unsafe) private(set) static var outputWasClosed = false

  /// - Throws: ``AuditFailure`` where limits are too small to end in a sentence later.
  static func install() throws {
    occupyStandardStreams()
    // The write that would exceed the limit fails then, and its failure is told with the file's name.
    signal(SIGXFSZ, SIG_IGN)
    tellOfRefusedMemory()
    try checkFileLimit()
    // The C library takes the kind of limit as a number, under another type here and there.
    try checkMemory(
      __rlimit_resource_t(RLIMIT_AS.rawValue), "of address space", neededAddressSpace,
      "ulimit -v unlimited")
    try checkMemory(
      __rlimit_resource_t(RLIMIT_DATA.rawValue), "of data", neededAddressSpace,
      "ulimit -d unlimited")
    try checkMemory(
      __rlimit_resource_t(RLIMIT_STACK.rawValue), "of stack", neededStack, "ulimit -s 8192")
  }

  /// Neither Swift nor C++ can go on where memory is refused in the middle of a computation; both abort.
  /// A sentence and the exit code of every other lack stand in the place of a backtrace.
  private static func tellOfRefusedMemory() {
    signal(SIGABRT) { _ in
      // Nothing may be allocated here.
      let words: StaticString = """
        error: aborted, which happens where memory is refused; what was finished is kept
        hint: give it more memory, or less to do at once; the same command continues

        """
      write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
      _exit(2)
    }
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

  private static func checkMemory(
    _ kind: __rlimit_resource_t, _ what: String, _ needed: UInt, _ remedy: String
  ) throws {
    var limit = rlimit()
    guard getrlimit(kind, &limit) == 0, limit.rlim_cur < needed else { return }
    throw AuditFailure(
      "this process may use \(limit.rlim_cur >> 10) kB \(what), and an audit needs at least "
        + "\(needed >> 10)",
      hint: "raise the limit: \(remedy)")
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
