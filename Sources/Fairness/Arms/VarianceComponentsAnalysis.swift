import AuditModel
import Statistics

extension VarianceComponents {
  /// By label, over the base cases (with their seeds) that were drawn and scored in every arm.
  ///
  /// - Parameter values: Scores on the scale of shifts, by row.
  static func all(_ table: EvaluationTable, pairing: Pairing, values: [Double])
    -> [VarianceComponents]
  {
    let sets = MatchedSets(arms: table, pairing: pairing)
    return [true, false].compactMap { label in
      var rows: [[Double]] = []
      var blocks: [Int32] = []
      for set in 0..<sets.count where sets.isPositive[set] == label {
        guard let complete = sets.completeRows(set) else { continue }
        rows.append(complete.map { values[$0] })
        blocks.append(sets.clusters[set])
      }
      guard rows.count > 1 else { return nil }
      var result = VarianceComponents(
        table.questions,
        ScoreVariances(
          label: label ? "positive" : "negative", baseCases: Set(blocks).count,
          arms: pairing.arms.count))
      let parts = NestedVariance(rows, blocks: blocks)
      result.arm = parts.column
      result.baseCaseByArm = parts.interaction
      result.seed = parts.row ?? pairing.seedVariance(of: table, label: label)
      // One seed per base case: what varies between base cases is their content and their noise.
      result.baseCase =
        parts.row == nil ? parts.block.map { max(0, $0 - (result.seed ?? 0)) } : parts.block
      result.sentence = result.words(hasSeed: result.seed != nil)
      return result
    }
  }

  private func words(hasSeed: Bool) -> String {
    let parts: [(String, Double?)] = [
      ("base cases", content.baseCase), ("seeds", content.seed), ("arms", content.arm),
      ("arms within a base case", content.baseCaseByArm),
    ]
    let total = parts.compactMap(\.1).reduce(0, +)
    guard total > 0 else {
      return "\(classifier), \(finding), \(content.label) base cases: the scores do not vary."
    }
    let shares = parts.compactMap { name, value in
      value.map { "\(Words.percent((1000 * $0 / total).rounded() / 1000)) between \(name)" }
    }
    return "\(classifier), \(finding), \(content.label) base cases: of the variance of scores, "
      + Words.list(shares)
      + (hasSeed ? "." : "; the share of seeds is not known without a seed placebo.")
  }
}
