import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

// A signal handler is a C function and cannot capture, so the flag is a global constant.
private let interruptionRequested = Atomic<Bool>(false)

/// Turns Ctrl-C, a polite kill and a closed terminal into a flag that long work looks at.
///
/// A second one ends the process at once; what was committed stays.
package enum Interruption {
  package static var isRequested: Bool { interruptionRequested.load(ordering: .relaxed) }

  private static let handler: @convention(c) (Int32) -> Void = { _ in
    if interruptionRequested.exchange(true, ordering: .relaxed) { _exit(130) }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  package static func install() {
    for number in [SIGINT, SIGTERM] { signal(number, handler) }
    // A terminal that closes asks to stop, unless the run was started to outlive it (nohup).
    var hangUp = sigaction()
    if sigaction(SIGHUP, nil, &hangUp) == 0, !isIgnored(hangUp) { signal(SIGHUP, handler) }
    // Whoever started this program may have blocked them, as threads of Dispatch do.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGHUP)
    sigaddset(&signals, SIGXCPU)
    sigaddset(&signals, SIGABRT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    // A closed pipe (`audit plan … | head`) is an error of write(2), not a reason to die.
    signal(SIGPIPE, SIG_IGN)
    // The time of a batch system or of 'ulimit -t' is over; it says so every second until it kills.
    signal(SIGXCPU) { _ in interruptionRequested.store(true, ordering: .relaxed) }
  }
}
