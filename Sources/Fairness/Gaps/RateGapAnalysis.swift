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
    guard comparer.attribute.notEvaluableReason == nil else { return }
    for metric in metrics where comparer.obstacle(to: metric) == nil {
      let groups = subgroups.evaluable(for: metric)
      guard groups.count >= 2, groups.count <= ComparisonAnalysis.groupLimit,
        let evidence = comparer.evidence(
          on: metric, groups: groups, grouped: subgroups.grouped),
        let gap = Self.gap(comparer, evidence: evidence)
      else { continue }
      gaps.append(gap)
    }
  }

  /// The pair that differs most clearly.
  private static func gap(
    _ comparer: MetricComparer, evidence: ComparisonAnalysis.Evidence
  ) -> RateGap? {
    guard let p = evidence.inference.pValues[evidence.worst] else { return nil }
    let (attribute, metric) = (comparer.attribute, evidence.metric)
    let gap = evidence.gap(of: evidence.worst, among: attribute.groups)
    let worst = evidence.contrasts[evidence.worst]
    let rates = [worst.first, worst.second].map { evidence.inference.values[$0] }
    guard let lower = gap.lower, let upper = gap.upper else { return nil }
    var result = RateGap(
      comparer.table.question(of: attribute.name, by: metric),
      MetricGap(
        threshold: metric.needsThreshold ? comparer.threshold : nil,
        // The higher value comes first, good or bad.
        groups: metric.largerIsBetter ? [gap.better, gap.worse] : [gap.worse, gap.better],
        rates: rates.sorted(by: >), difference: gap.size, lower: lower, upper: upper, pAllPairs: p))
    result.worseGroup = gap.worseGroup
    return result
  }

  /// Adjusts over all rate hypotheses and writes the sentences.
  ///
  /// - Parameter familySize: Hypotheses declared, with a gap or without.
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
    let name = gap.metric.title
    let adjustment = specification.multiplicity == .none ? "not adjusted for" : "adjusted for"
    let (claim, place, family): (String, String, String) =
      if let threshold = gap.threshold {
        (
          gap.isDetected ? "Decisions differ" : "Decisions are not shown to differ",
          ", at the threshold \(Words.area(threshold)),", "error-rate"
        )
      } else {
        (
          gap.isDetected ? "The \(name) differs" : "No difference in \(name) is shown", "",
          "further"
        )
      }
    return
      "\(claim): on \(gap.cohort) images\(place) "
      + "the \(name) of \(gap.classifier) for \(gap.finding) is \(Words.area(gap.rates[0])) for "
      + "\(gap.attribute) \(gap.groups[0]) and \(Words.area(gap.rates[1])) for \(gap.groups[1]) "
      + "(difference \(Words.area(gap.difference)), simultaneous "
      + "\(Words.percent(1 - specification.alpha)) interval \(Words.area(gap.lower)) to "
      + "\(Words.area(gap.upper)), \(Words.p(gap.pAdjusted)) \(adjustment) \(familySize) \(family) "
      + "hypotheses)."
      + (gap.metric.dependsOnPrevalence
        ? " It depends on how common the finding is in a group, so that groups may differ in it "
          + "although they are treated alike." : "")
      + (gap.cohort == "synthetic" ? " Supporting evidence only: the images are synthetic." : "")
  }
}
