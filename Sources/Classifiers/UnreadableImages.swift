import Basics

/// Images that could not be read, to be told together: one a run would waste a run each.
struct UnreadableImages {
  private var failures: [AuditFailure] = []
  private var count = 0
  private static let shownCount = 20

  mutating func note(_ new: [AuditFailure]) {
    count += new.count
    failures += new.prefix(max(0, Self.shownCount - failures.count))
  }

  /// - Throws: ``AuditFailure`` that lists them, where there are any.
  func refuse() throws {
    guard let first = failures.first else { return }
    guard count > 1 else { throw first }
    let more = count - failures.count
    throw AuditFailure(
      "\(count) images cannot be read:\n"
        + failures.map { "  \($0.message)" }.joined(separator: "\n")
        + (more > 0 ? "\n  and \(more) more" : ""),
      hint:
        "restore them and repeat, the scores of all others are kept; or leave such images out, counted "
        + "by group: \"images\": { \"folder\": …, \"unreadable\": \"leave out\" }")
  }
}
