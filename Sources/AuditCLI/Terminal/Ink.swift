import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Colours for a terminal that wants them: never in a file or a pipe, and not where `NO_COLOR` is set
/// (no-color.org) or the terminal is a dumb one. No meaning hangs on them alone.
package struct Ink: Sendable {
  package enum Colour: String, Sendable { case red = "31", yellow = "33", green = "32", plain = "" }

  let isColoured: Bool

  package init(isColoured: Bool) { self.isColoured = isColoured }

  /// As standard output wants it.
  package init(
    isTerminal: Bool = isatty(STDOUT_FILENO) == 1,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let isUnwanted = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    isColoured = isTerminal && !isUnwanted && environment["TERM"] != "dumb"
  }

  package func painted(_ text: String, _ colour: Colour) -> String {
    isColoured && colour != .plain ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}
