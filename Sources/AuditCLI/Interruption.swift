import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

// A signal handler is a C function and cannot capture, so the flag is a global constant.
private let interruptionRequested = Atomic<Bool>(false)

/// Turns Ctrl-C and a polite kill into a flag that long work looks at.
///
/// A second Ctrl-C ends the process at once; what was committed stays.
package enum Interruption {
  package static var isRequested: Bool { interruptionRequested.load(ordering: .relaxed) }

  package static func install() {
    for signalNumber in [SIGINT, SIGTERM] {
      signal(signalNumber) { number in
        if interruptionRequested.exchange(true, ordering: .relaxed) { _exit(130) }
      }
    }
    // Whoever started this program may have blocked them, as threads of Dispatch do.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    // A closed pipe (`audit plan … | head`) is an error of write(2), not a reason to die.
    signal(SIGPIPE, SIG_IGN)
  }
}
