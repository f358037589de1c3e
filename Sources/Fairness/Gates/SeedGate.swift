import AuditModel
import Vocabulary

/// Gate G7: is it known how much of the scores is the luck of a noise seed?
///
/// Several seeds per base case average that luck out and measure it; a seed placebo only measures it,
/// in one arm. Inference rests on base cases either way, so a single seed widens intervals and does not
/// bias them.
struct SeedGate {
  /// Fewer seeds than these measure their own spread too badly to be relied on.
  static let wanted = 3

  /// - Parameter seeds: Per base case, the fewest over the tables.
  static func judge(seeds: Int, components: [VarianceComponents]) -> GateResult? {
    guard !components.isEmpty else { return nil }
    let shares = components.compactMap { row -> (share: Double, row: VarianceComponents)? in
      guard let seed = row.seed else { return nil }
      let total = [row.baseCase, row.seed, row.arm, row.baseCaseByArm].compactMap { $0 }
        .reduce(0, +)
      return total > 0 ? (seed / total, row) : nil
    }
    var gate = GateResult(
      .seeds, status: seeds >= wanted ? .pass : .warn,
      value: Double(seeds), rule: "at least \(wanted) seeds per base case", sentence: "")
    let base =
      seeds == 1 ? "Every base case has one noise seed" : "Every base case has \(seeds) noise seeds"
    if let worst = shares.max(by: { $0.share < $1.share }) {
      gate.sentence =
        base + "; seeds make up to \(Words.percent((1000 * worst.share).rounded() / 1000)) of the "
        + "variance of scores (\(worst.row.classifier), \(worst.row.finding), "
        + "\(worst.row.label) base cases)"
        + (seeds >= wanted
          ? "." : ". Intervals hold this luck, as they rest on base cases; more seeds narrow them.")
    } else {
      gate.status = seeds >= wanted ? .pass : .notRun
      gate.sentence =
        base
        + ", and no seed placebo was scored: how much of a score is the luck of its seed is not "
        + "known. Intervals hold that luck, as they rest on base cases."
    }
    return gate
  }
}
