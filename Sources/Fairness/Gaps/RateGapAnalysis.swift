import AuditModel
import Statistics
import Vocabulary

/// Metrics beside those that give verdicts, compared between groups as supporting evidence.
///
/// Equal AUCs allow unequal decisions: a constant shift of one group's scores shows only here.
struct RateGapAnalysis {
  private(set) var gaps: [RateGap] = []

  init(
    _ comparer: MetricComparer, metrics: [Metric], subgroups: SubgroupAnalysis
  ) {
    guard let threshold = comparer.threshold, comparer.attribute.notEvaluableReason == nil
    else { return }
    for metric in metrics where comparer.obstacle(to: metric) == nil {
      let groups = subgroups.evaluable(for: metric)
      guard groups.count >= 2, groups.count <= ComparisonAnalysis.groupLimit,
        let evidence = comparer.evidence(
          on: metric, groups: groups, grouped: subgroups.grouped),
        let gap = Self.gap(comparer, evidence: evidence, threshold: threshold)
      else { continue }
      gaps.append(gap)
    }
  }

  /// The pair that differs most clearly.
  private static func gap(
    _ comparer: MetricComparer, evidence: ComparisonAnalysis.Evidence, threshold: Double
  ) -> RateGap? {
    let worst = evidence.contrasts[evidence.worst]
    let limits = evidence.inference.limits(of: evidence.worst)
    guard let p = evidence.inference.pValues[evidence.worst] else { return nil }
    let (table, attribute) = (comparer.table, comparer.attribute)
    let isOrdered = worst.difference >= 0
    let order = isOrdered ? [worst.first, worst.second] : [worst.second, worst.first]
    return RateGap(
      classifier: table.classifier, cohort: table.cohort, finding: table.finding,
      attribute: attribute.name, metric: evidence.metric.rawValue, threshold: threshold,
      groups: order.map { attribute.groups[evidence.groups[$0]] },
      rates: order.map { evidence.inference.values[$0] }, difference: abs(worst.difference),
      lower: isOrdered ? limits.lower : -limits.upper,
      upper: isOrdered ? limits.upper : -limits.lower, pAllPairs: p)
  }

  /// Adjusts over all rate hypotheses and writes the sentences.
  ///
  /// - Parameter familySize: Hypotheses declared, whether or not they could be tested.
  static func decide(
    _ gaps: [RateGap], familySize: Int, specification: AnalysisSpecification
  ) -> [RateGap] {
    let raw = gaps.map(\.pAllPairs)
    let adjusted = specification.adjust(raw, familySize: familySize)
    return zip(gaps, adjusted).map { gap, p in
      var gap = gap
      gap.pAdjusted = p
      gap.isDetected = p <= specification.alpha
      gap.sentence = sentence(gap, familySize: familySize, specification: specification)
      return gap
    }
  }

  private static func sentence(
    _ gap: RateGap, familySize: Int, specification: AnalysisSpecification
  ) -> String {
    let name = Metric(rawValue: gap.metric)?.title ?? gap.metric
    let adjustment = specification.multiplicity == .none ? "not adjusted for" : "adjusted for"
    let start =
      gap.isDetected ? "Decisions differ" : "Decisions are not shown to differ"
    return
      "\(start): on \(gap.cohort) images, at the threshold \(Words.area(gap.threshold)), "
      + "the \(name) of \(gap.classifier) for \(gap.finding) is \(Words.area(gap.rates[0])) for "
      + "\(gap.attribute) \(gap.groups[0]) and \(Words.area(gap.rates[1])) for \(gap.groups[1]) "
      + "(difference \(Words.area(gap.difference)), simultaneous "
      + "\(Words.percent(1 - specification.alpha)) interval \(Words.area(gap.lower)) to "
      + "\(Words.area(gap.upper)), \(Words.p(gap.pAdjusted)) \(adjustment) \(familySize) error-rate "
      + "hypotheses)."
      + (gap.cohort == "synthetic" ? " Supporting evidence only: the images are synthetic." : "")
  }
}
