import Basics
import Foundation
import Synchronization
import Workbench
import Vocabulary

#if canImport(Glibc)
  import Glibc
#endif

/// Shows progress on standard error: one rewritten line on a terminal, a line now and then elsewhere.
///
/// A rate counts only what this process did, so a resumed run estimates honestly.
package final class ProgressPrinter: Sendable {
  private struct State {
    var stage = ""
    var started: Double = 0
    var lastShown: Double = 0
    var lastTenth = -1
    var lineIsOpen = false
  }
  private let state = Mutex(State())
  private let isTerminal: Bool
  private let isQuiet: Bool
  private let clock: @Sendable () -> Double
  private let write: @Sendable (String) -> Void

  package init(
    isTerminal: Bool = isatty(2) == 1, isQuiet: Bool,
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime },
    write: @escaping @Sendable (String) -> Void = { writeAll($0, to: STDERR_FILENO) }
  ) {
    self.isTerminal = isTerminal
    self.isQuiet = isQuiet
    self.clock = clock
    self.write = write
  }

  package func report(_ progress: StageProgress) {
    guard !isQuiet else { return }
    let now = clock()
    state.withLock { state in
      let name = visible(progress.stage + (progress.detail.map { " (\($0))" } ?? ""))
      if state.stage != name {
        closeLine(&state)
        state = State(stage: name, started: now, lastShown: -.infinity)
      }
      let isDone = progress.done >= progress.total
      let tenth = progress.total > 0 ? Int(progress.done / progress.total * 10) : 0
      // A terminal is redrawn five times a second; a log gets a line per tenth or minute.
      let isDue =
        isTerminal
        ? now - state.lastShown >= 0.2 || isDone
        : now - state.started >= 2 && (tenth > state.lastTenth || now - state.lastShown >= 60)
      guard isDue else { return }
      state.lastShown = now
      state.lastTenth = tenth
      let line = Self.line(progress, name: name, elapsed: now - state.started)
      if isTerminal {
        // A line that wraps could not be written over.
        let bar = Self.bar(progress)
        write("\r\u{1B}[K" + (bar.count + line.count < 80 ? bar : "") + line)
        state.lineIsOpen = true
        if isDone { closeLine(&state) }
      } else {
        write(line + "\n")
      }
    }
  }

  package func note(_ text: String) {
    guard !isQuiet else { return }
    state.withLock { closeLine(&$0) }
    write("note: \(visible(text, keepingLines: true))\n")
  }

  /// Ends an open progress line, before other text is written.
  package func finish() { state.withLock { closeLine(&$0) } }

  private func closeLine(_ state: inout State) {
    if state.lineIsOpen { write("\n") }
    state.lineIsOpen = false
  }

  /// `[########....] `, in letters that every terminal and locale has; nothing where the end is unknown.
  package static func bar(_ progress: StageProgress) -> String {
    guard progress.total > 0 else { return "" }
    let width = 12
    let share = max(0, min(1, progress.done / progress.total))
    let full = Int(share * Double(width))
    return "[" + String(repeating: "#", count: full)
      + String(repeating: ".", count: width - full) + "] "
  }

  /// `generating  312/448 images  3.1/s  about 44 s left`
  package static func line(_ progress: StageProgress, name: String, elapsed: Double) -> String {
    var text = "\(name)  \(Int(progress.done))/\(Int(progress.total)) \(progress.unit)"
    let own = progress.done - progress.doneBefore
    if own > 0, elapsed > 0.5, progress.done < progress.total {
      let rate = own / elapsed
      text +=
        "  \(rate >= 10 ? WrittenNumber.fixed(rate, 0) : WrittenNumber.significant(rate, 2))/s"
      text += "  about \(duration((progress.total - progress.done) / rate)) left"
    }
    return text
  }

  /// `44 s`, `12 min`, `3 h 20 min`
  package static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 100 { return "\(whole) s" }
    let minutes = (whole + 30) / 60
    return minutes < 100 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }
}
