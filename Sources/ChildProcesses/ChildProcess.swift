import CSpawn
import Foundation
import Vocabulary

/// A command with pipes on stdin and stdout and a file on stderr, in its own session and without a terminal.
///
/// Foundation's `Process` is not used: it can neither write and read at once without threads nor
/// end the children of its child.
package final class ChildProcess {
  /// How a command ended.
  package enum Status: Equatable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    package var description: String {
      switch self {
      case .exited(let code): "ended with exit code \(code)"
      case .signalled(let signal): "was ended by signal \(signal)"
      }
    }
  }

  /// Why a command could not be started, as a sentence without a full stop.
  package struct StartFailure: Error, CustomStringConvertible {
    package var description: String
  }

  private let pid: pid_t
  /// Ends the group when this process ends without doing so; 0 where it could not be started.
  private let watcher: pid_t
  private let lifeline: Int32
  private var isReaped = false
  private var input: Int32
  private var output: Int32
  private var status: Status?

  /// Starts `arguments` in `directory`; a first argument without a slash is looked up in `PATH`.
  package init(
    arguments: [String], directory: String, environment: [String: String], logFile: String
  ) throws(StartFailure) {
    guard let command = arguments.first, !command.isEmpty else {
      throw StartFailure(description: "the command is empty")
    }
    // A new file each time: a link that somebody planted under this name is replaced, not followed.
    // The null device is a place to write to, and root could remove it.
    let isKept = logFile != "/dev/null"
    if isKept { unlink(logFile) }
    let log = open(
      logFile,
      isKept ? O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC : O_WRONLY | O_CLOEXEC, 0o666)
    guard log >= 0 else {
      throw StartFailure(description: "the log file \(logFile) cannot be written: \(reason(errno))")
    }
    defer { close(log) }
    var merged = ProcessInfo.processInfo.environment
    merged.merge(environment) { $1 }
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = merged.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var child: pid_t = 0
    var ends: (input: Int32, output: Int32) = (-1, -1)
    var watch: (pid: pid_t, pipe: Int32) = (0, -1)
    let code = cspawn_start(
      &argv, &envp, directory, log, &child, &ends.input, &ends.output, &watch.pid, &watch.pipe)
    guard code == 0 else {
      throw StartFailure(
        description: code == ENOENT
          ? "the command '\(command)' or the folder \(directory) was not found"
          : "the command '\(command)' cannot be started: \(reason(code))")
    }
    pid = child
    (input, output) = ends
    (watcher, lifeline) = watch
  }

  deinit { kill() }

  /// Ends the command, if it still runs, and everything it started.
  package func kill() {
    closeInput()
    if output >= 0 { close(output) }
    output = -1
    guard !isReaped else { return }
    isReaped = true
    // Until it is reaped, its number belongs to it and its group, whether it still runs or not.
    Foundation.kill(-pid, SIGKILL)
    reap(pid)
    if watcher > 0 {
      Foundation.kill(watcher, SIGKILL)
      reap(watcher)
    }
    if lifeline >= 0 { close(lifeline) }
  }

  private func reap(_ pid: pid_t) {
    var raw: Int32 = 0
    while waitpid(pid, &raw, 0) < 0 && errno == EINTR {}
  }

  private func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// How the command ended, or nil while it runs. It stays unreaped: see ``kill()``.
  @discardableResult private func look() -> Status? {
    if let status { return status }
    var value: Int32 = 0
    switch Int(cspawn_look(pid, &value)) {
    case CSPAWN_EXITED: status = .exited(value)
    case CSPAWN_SIGNALLED: status = .signalled(value)
    default: break
    }
    return status
  }

  /// Writes all input and reads all output at the same time, until the command has ended.
  ///
  /// - Parameters:
  ///   - timeout: Seconds without a line after which the command counts as hung.
  ///   - tick: Called at least ten times a second; what it throws ends the conversation.
  ///   - nextInput: The next line for the command, nil at the end.
  ///   - output: Receives complete lines without their line ends, blank ones left out.
  /// - Throws: ``CommandProblem`` for a hang or a line without end, and what the closures throw.
  package func converse(
    timeout: Double, tick: () throws -> Void = {}, nextInput: () throws -> [UInt8]?,
    output deliver: ([[UInt8]]) throws -> Void
  ) throws -> Status {
    let blocked = BrokenPipeSignal()
    defer { blocked.restore() }
    var pending: [UInt8] = []
    var written = 0
    var received: [UInt8] = []
    var lastLine = DispatchTime.now()
    var ended: DispatchTime?
    while true {
      try tick()
      if input >= 0, written == pending.count {
        if let line = try nextInput() {
          pending = line
          written = 0
        } else {
          closeInput()
        }
      }
      var watched = [
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
      ]
      let ready = poll(&watched, input >= 0 ? 2 : 1, 100)
      if ready < 0, errno != EINTR { throw CommandProblem("cannot be watched: \(reason(errno))") }
      if ready > 0, watched[1].revents != 0 { write(pending, from: &written) }
      var atEnd = false
      if ready > 0, watched[0].revents != 0 {
        atEnd = readAvailable(into: &received)
        let lines = try takeLines(from: &received, atEnd: atEnd)
        if !lines.isEmpty {
          lastLine = .now()
          try deliver(lines)
        }
      }
      if look() != nil, ended == nil { ended = .now() }
      if atEnd { return try waitForEnd(since: lastLine, timeout: timeout, tick: tick) }
      // A grandchild may hold the pipe open after the command itself has gone.
      if let ended, let status, seconds(since: ended) > 2, seconds(since: lastLine) > 2 {
        return status
      }
      if seconds(since: lastLine) > timeout {
        throw CommandProblem(
          "gave no answer for \(WrittenNumber.significant(timeout, 6)) seconds and was stopped")
      }
    }
  }

  private func waitForEnd(
    since last: DispatchTime, timeout: Double, tick: () throws -> Void
  ) throws -> Status {
    // Whoever closed stdout reads no more input.
    closeInput()
    while true {
      try tick()
      if let status = look() { return status }
      if seconds(since: last) > timeout {
        throw CommandProblem(
          "closed its output but did not end for \(WrittenNumber.significant(timeout, 6)) seconds")
      }
      usleep(10_000)
    }
  }

  private func write(_ pending: [UInt8], from written: inout Int) {
    let count = pending.withUnsafeBytes {
      Foundation.write(input, $0.baseAddress?.advanced(by: written), pending.count - written)
    }
    if count > 0 {
      written += count
    } else if count < 0, errno != EAGAIN, errno != EINTR {
      // It stopped reading; what it still says decides.
      closeInput()
    }
  }

  /// Reads what is there; true at the end of the output.
  private func readAvailable(into received: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(output, &buffer, buffer.count)
      if count > 0 {
        received.append(contentsOf: buffer[..<count])
        // Lines are handed on before more is read, so that a flood cannot fill memory.
        return false
      }
      if count < 0, errno == EINTR { continue }
      return count == 0 || errno != EAGAIN
    }
  }

  private func takeLines(from received: inout [UInt8], atEnd: Bool) throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = received.startIndex
    while let end = received[start...].firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(Array(received[start..<end]))
      start = end + 1
    }
    received.removeSubrange(..<start)
    if atEnd {
      lines.append(received)
      received = []
    }
    guard received.count <= 1 << 20 else { throw CommandProblem("wrote a line of more than 1 MB") }
    return lines.filter { !$0.allSatisfy { $0 == 0x20 || $0 == 0x0d || $0 == 0x09 } }
  }
}

private func seconds(since time: DispatchTime) -> Double {
  Double(DispatchTime.now().uptimeNanoseconds - time.uptimeNanoseconds) / 1e9
}

private func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

/// Keeps a write to a closed pipe from ending this program, for the current thread only.
private struct BrokenPipeSignal {
  private var before = sigset_t()
  private var pipeSignal = sigset_t()

  init() {
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
  }

  func restore() {
    var signal = pipeSignal
    var mask = before
    // One that arrived meanwhile must not strike when the mask is lifted.
    var now = timespec(tv_sec: 0, tv_nsec: 0)
    if sigismember(&mask, SIGPIPE) == 0 { while sigtimedwait(&signal, nil, &now) > 0 {} }
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
