import AuditModel
import Statistics
import Vocabulary

/// Sensitivities and false-positive rates compared between groups.
///
/// Equal AUCs allow unequal decisions: a constant shift of one group's scores shows only here.
struct RateGapAnalysis {
  private(set) var gaps: [RateGap] = []

  init(
    _ table: EvaluationTable, attribute: AttributeColumn, subgroups: SubgroupAnalysis,
    threshold: Double?, specification: AnalysisSpecification
  ) {
    let groups = subgroups.results.indices.filter {
      let row = subgroups.results[$0]
      return row.positives >= specification.minimumPositives
        && row.negatives >= specification.minimumNegatives
        && row.clusters >= specification.minimumClusters
    }
    guard let threshold, attribute.notEvaluableReason == nil, groups.count >= 2,
      groups.count <= ComparisonAnalysis.groupLimit
    else { return }
    var place = [Int32](repeating: -1, count: attribute.groups.count)
    for (index, group) in groups.enumerated() { place[group] = Int32(index) }
    let isCalled = table.scores.map { $0 >= threshold }
    for (metric, wanted) in [("sensitivity", true), ("falsePositiveRate", false)] {
      let membership = table.labels.indices.map { row -> Int32 in
        let member = attribute.membership[row]
        return member >= 0 && table.labels[row] == wanted ? place[Int(member)] : -1
      }
      guard
        let rates = GroupedRates(
          isSuccess: isCalled, membership: membership, groupCount: groups.count,
          clusters: table.clusters, clusterCount: table.clusterCount),
        let gap = Self.gap(
          table, attribute: attribute, groups: groups, metric: metric, rates: rates,
          threshold: threshold, alpha: specification.alpha)
      else { continue }
      gaps.append(gap)
    }
  }

  /// Student's t with the degrees of freedom of the smallest group, Bonferroni over the pairs.
  private static func gap(
    _ table: EvaluationTable, attribute: AttributeColumn, groups: [Int], metric: String,
    rates: GroupedRates, threshold: Double, alpha: Double
  ) -> RateGap? {
    let contrasts = GroupContrast.allPairs(auc: rates.rates, covariance: rates.covariance)
    let freedom = Double((rates.clusters.min() ?? 1) - 1)
    guard freedom >= 1,
      let worst = contrasts.filter({ $0.z != nil && $0.standardError > 0 })
        .max(by: { abs($0.z ?? 0) < abs($1.z ?? 0) }), let z = worst.z
    else { return nil }
    let pairs = Double(contrasts.count)
    let p = min(1, pairs * SpecialFunctions.studentTwoSidedP(z, degreesOfFreedom: freedom))
    let half =
      SpecialFunctions.studentQuantile(1 - alpha / (2 * pairs), degreesOfFreedom: freedom)
      * worst.standardError
    let order = worst.difference >= 0 ? [worst.first, worst.second] : [worst.second, worst.first]
    return RateGap(
      classifier: table.classifier, cohort: table.cohort, finding: table.finding,
      attribute: attribute.name, metric: metric, threshold: threshold,
      groups: order.map { attribute.groups[groups[$0]] }, rates: order.map { rates.rates[$0] },
      difference: abs(worst.difference), lower: abs(worst.difference) - half,
      upper: abs(worst.difference) + half, pAllPairs: p)
  }

  /// Adjusts over all rate hypotheses and writes the sentences.
  static func decide(_ gaps: [RateGap], specification: AnalysisSpecification) -> [RateGap] {
    let raw = gaps.map(\.pAllPairs)
    let adjusted =
      switch specification.multiplicity {
      case .none: raw
      case .holm: Multiplicity.holm(raw)
      case .benjaminiHochberg: Multiplicity.benjaminiHochberg(raw)
      }
    return zip(gaps, adjusted).map { gap, p in
      var gap = gap
      gap.pAdjusted = p
      gap.isDetected = p <= specification.alpha
      gap.sentence = sentence(gap, familySize: gaps.count, specification: specification)
      return gap
    }
  }

  private static func sentence(
    _ gap: RateGap, familySize: Int, specification: AnalysisSpecification
  ) -> String {
    let name = gap.metric == "sensitivity" ? "sensitivity" : "false-positive rate"
    let adjustment = specification.multiplicity == .none ? "not adjusted for" : "adjusted for"
    return
      "Decisions differ: on \(gap.cohort) images, at the threshold \(Words.area(gap.threshold)), "
      + "the \(name) of \(gap.classifier) for \(gap.finding) is \(Words.area(gap.rates[0])) for "
      + "\(gap.attribute) \(gap.groups[0]) and \(Words.area(gap.rates[1])) for \(gap.groups[1]) "
      + "(difference \(Words.area(gap.difference)), simultaneous "
      + "\(Words.percent(1 - specification.alpha)) interval \(Words.area(gap.lower)) to "
      + "\(Words.area(gap.upper)), \(Words.p(gap.pAdjusted)) \(adjustment) \(familySize) error-rate "
      + "hypotheses)."
      + (gap.cohort == "synthetic" ? " Supporting evidence only: the images are synthetic." : "")
  }
}
