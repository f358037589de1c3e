import AuditModel
import Statistics
import Vocabulary

extension ArmAgreement {
  /// Over the sets that have an image in every group of the attribute.
  ///
  /// - Parameter values: Scores on the scale of shifts, by row.
  /// - Returns: nil without a complete set.
  init?(
    _ table: EvaluationTable, sets: MatchedSets, values: [Double], attribute: AttributeColumn,
    threshold: Double?, level: Double
  ) {
    var spreads: [Double] = []
    var clusters: [Int32] = []
    var decisions: [[Bool]] = []
    for set in 0..<sets.count {
      guard let rows = sets.completeRows(set) else { continue }
      var (low, high) = (Double.infinity, -Double.infinity)
      for row in rows {
        low = min(low, values[row])
        high = max(high, values[row])
      }
      spreads.append(high - low)
      clusters.append(sets.clusters[set])
      if let threshold { decisions.append(rows.map { table.scores[$0] >= threshold }) }
    }
    guard
      let mean = ClusteredMean(
        values: spreads, clusters: clusters, clusterCount: table.clusterCount)
    else { return nil }
    self.init(
      table.question(of: attribute.name),
      ArmSpread(
        sets: spreads.count, arms: attribute.groups.count, clusters: mean.clusterCount))
    let interval = mean.interval(level: level)
    content.spread = IntervalEstimate(
      estimate: mean.mean, lower: interval.map { max(0, $0.lower) }, upper: interval?.upper)
    let sorted = spreads.sorted()
    content.spread95 = quantile(of: sorted, 0.95)
    content.spreadLargest = sorted.last
    if let seed = table.pairing?.seedVariance(of: table, label: nil) {
      content.spreadOfSeeds = Normal.expectedRange(of: content.arms) * seed.squareRoot()
    }
    let test =
      spreads.count == mean.clusterCount
      ? Statistics.cochranQ(decisions)
      : clusteredCochranQ(decisions, clusters: clusters)
    content.cochranQ = test?.q
    content.cochranP = test?.pValue
    content.sentence = words(isProbability: table.areProbabilities, level: level)
  }

  private func words(isProbability: Bool, level: Double) -> String {
    let scale = isProbability ? " on the logit scale" : ""
    var text =
      "\(classifier), \(finding): over the \(content.arms) groups of \(attribute), the score of the same "
      + "base case spreads by \(Words.fixed(content.spread?.estimate ?? .nan, 2))\(scale) on average"
    if let lower = content.spread?.lower, let upper = content.spread?.upper {
      text +=
        " (\(Words.percent(level)) interval \(Words.fixed(lower, 2)) to \(Words.fixed(upper, 2)))"
    }
    text += ", at worst by \(Words.fixed(content.spreadLargest ?? .nan, 2))"
    if let seeds = content.spreadOfSeeds {
      text += "; as many drawings with other seeds would spread by \(Words.fixed(seeds, 2))"
    }
    if let q = content.cochranQ, let p = content.cochranP {
      text +=
        ". Shares of positive decisions \(p <= 1 - level ? "differ" : "are not shown to differ") "
        + "between the groups (Cochran's Q = \(Words.fixed(q, 2)), \(Words.p(p)))"
    }
    return text + "."
  }
}

extension Pairing {
  /// Variance of another seed with the same prompt, from the seed placebo; nil without one.
  ///
  /// - Parameter label: Only base cases of this label; nil takes all.
  func seedVariance(of table: EvaluationTable, label: Bool?) -> Double? {
    guard let placebo = placebos.first(where: { $0.kind == "seed" }) else { return nil }
    let scale = ShiftScale(areProbabilities: table.areProbabilities)
    var (sum, count) = (0.0, 0.0)
    for index in placebo.labels.indices where label == nil || placebo.labels[index] == label {
      let change = scale(placebo.originalScores[index]) - scale(placebo.placeboScores[index])
      // Both drawings vary: half of the squared difference belongs to one.
      sum += change * change / 2
      count += 1
    }
    return count > 1 ? sum / count : nil
  }
}
