/// What the world did wrong, told to a person: one sentence, where it is, what to do next.
///
/// Every error that a user can cause ends as one of these; the command line prints
/// `error: <message>` and `hint: <hint>` and exits with ``Kind/exitCode``.
package struct AuditFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable, Equatable {
    /// A file, a network, a disk or another program is not as needed.
    case input
    /// The command line itself is wrong.
    case usage
    /// The user interrupted; the same command continues.
    case interrupted

    package var exitCode: Int32 {
      switch self {
      case .input: 2
      case .usage: 64
      case .interrupted: 130
      }
    }
  }

  package var kind: Kind
  /// Subject, place (file, line, key) and what was found, without a final full stop.
  package var message: String
  /// What to do next, if there is something to say.
  package var hint: String?

  package init(_ message: String, hint: String? = nil, kind: Kind = .input) {
    self.message = message
    self.hint = hint
    self.kind = kind
  }

  package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}
