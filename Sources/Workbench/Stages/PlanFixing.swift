import AuditModel
import AuditStore
import Basics

/// Records how the audit will be judged before any score is read.
///
/// A plan or a policy that changed later, in this folder's audit or between it and one that
/// `--start-over` discarded, is said to have changed: nothing may look as if it had been declared
/// beforehand that was not.
struct PlanFixing {
  let workspace: AuditWorkspace
  let context: RunContext

  /// Comes before the import: columns of a table may be scores.
  func run() throws {
    try fixPlan()
    try fixPolicy()
  }

  private func fixPlan() throws {
    let hash = planHash(workspace.specification)
    let store = workspace.store
    guard let known = try store.value(of: .planHash) else {
      if try workspace.discardedAudits().contains(where: {
        $0.scoresHadBeenRead != false && $0.planHash != hash
      }) {
        context.note(
          "scores had been read under another analysis plan before --start-over; the report will say "
            + "so")
        try store.set("true", for: .exploratory)
      }
      return try store.set(hash, for: .planHash)
    }
    guard known != hash else { return }
    if try store.hasScores() {
      context.note("the analysis plan changed after scores were read; the report will say so")
      try store.set("true", for: .exploratory)
    }
    try store.set(hash, for: .planHash)
  }

  /// A gate that was loosened once its outcome was known must not look like one set beforehand.
  private func fixPolicy() throws {
    let rules = workspace.specification.policy.canonicalText
    let store = workspace.store
    if let known = try store.value(of: .policy), known != rules, try store.hasScores() {
      context.note("the policy changed after scores were read; the report will say so")
      try store.set("true", for: .policyChanged)
    }
    try store.set(rules, for: .policy)
  }
}

extension AuditWorkspace {
  /// What `--start-over` threw away in this folder, in the order of time.
  func discardedAudits() throws -> [DiscardedAudit] {
    try store.decoded([DiscardedAudit].self, of: .discarded) ?? []
  }

  /// The traces of `--start-over` as a sentence; nil where it was never used.
  func discardedNote() throws -> String? {
    let discarded = try discardedAudits()
    guard !discarded.isEmpty else { return nil }
    let read = discarded.count { $0.scoresHadBeenRead != false }
    let times = discarded.count == 1 ? "once" : "\(discarded.count) times"
    return "This audit was started over \(times) in this folder "
      + "(\(discarded.map(\.when).joined(separator: ", "))); "
      + (read == 0
        ? "no score had been read by then."
        : "scores had been read before \(read == discarded.count ? "that" : "\(read) of these").")
  }
}
