import AuditModel
import Vocabulary

/// What gates do to verdicts on synthetic images, as ``ValidityGate/consequence`` says.
///
/// A verdict rests on the gates of its attribute and finding. One that failed for its finding makes it
/// not evaluable, or marks it as confounded with what else the attribute moved; a mark stands beside
/// the verdict and does not soften it.
struct VerdictGates {
  let gates: [GateResult]

  func apply(to verdict: Verdict) -> Verdict {
    guard verdict.cohort == "synthetic" else { return verdict }
    var verdict = verdict
    let attributes = verdict.attribute.split(separator: "*").map(String.init)
    let relevant = gates.filter { gate in
      gate.attribute.map(attributes.contains) ?? false
        && gate.finding.map { $0 == verdict.finding } ?? true
    }
    verdict.restsOn = relevant.map { "\($0.id) \($0.name)" }
    let failed = relevant.filter { Self.fails($0, for: verdict.finding) }
    guard verdict.verdict != .notEvaluable else { return verdict }
    if let gate = failed.first(where: {
      ValidityGate.named($0.id)?.consequence == .notEvaluable
    }) {
      verdict.verdict = .notEvaluable
      verdict.requiredClusters = nil
      verdict.reasons.insert("gate \(gate.id) failed: \(gate.sentence)", at: 0)
      verdict.sentence =
        "Not evaluable: \(verdict.classifier) for \(verdict.finding) cannot be compared by "
        + "\(attributes.joined(separator: " × ")) on synthetic images, because a gate failed "
        + "(\(gate.id), \(gate.name)). \(gate.sentence)"
      return verdict
    }
    let confounded = failed.filter { ValidityGate.named($0.id)?.consequence == .confounded }
    var names: [String] = []
    for name in confounded.map({ $0.confounder ?? $0.name }) where !names.contains(name) {
      names.append(name)
    }
    guard !names.isEmpty else { return verdict }
    verdict.confoundedWith = names
    verdict.reasons += confounded.map { "gate \($0.id) failed: \($0.sentence)" }
    verdict.sentence +=
      " Confounded with \(Words.list(names)): on these images \(Words.list(attributes)) "
      + "cannot be told from what moves with it (\(confounded.map(\.id).uniqued.joined(separator: ", ")))."
    return verdict
  }

  /// By the cells of the finding where a gate has cells, else as a whole.
  private static func fails(_ gate: GateResult, for finding: String) -> Bool {
    guard gate.status == .fail else { return false }
    let failed = (gate.cells ?? []).filter { $0.status == .fail }
    return failed.isEmpty || failed.contains { $0.finding == finding }
  }
}

extension [String] {
  /// Each element once, in order of first appearance.
  fileprivate var uniqued: [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
