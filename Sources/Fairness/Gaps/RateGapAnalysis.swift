import AuditModel
import Statistics
import Vocabulary

/// Metrics beside those that give verdicts, compared between groups as supporting evidence.
///
/// Equal AUCs allow unequal decisions: a constant shift of one group's scores shows only here.
struct RateGapAnalysis {
  private(set) var gaps: [RateGap] = []
  /// `nil` where one of the two rates cannot be compared.
  private(set) var odds: EqualizedOdds?

  init(_ comparer: MetricComparer, metrics: [Metric], subgroups: SubgroupAnalysis) {
    guard comparer.attribute.notEvaluableReason == nil else { return }
    var rates: [ComparisonAnalysis.Evidence] = []
    for metric in metrics where comparer.obstacle(to: metric) == nil {
      let groups = subgroups.evaluable(for: metric)
      guard groups.count <= ComparisonAnalysis.groupLimit,
        !comparer.pairs(of: groups, by: metric).isEmpty,
        let evidence = comparer.evidence(
          on: metric, groups: groups, grouped: subgroups.grouped),
        let gap = Self.gap(comparer, evidence: evidence)
      else { continue }
      gaps.append(gap)
      if metric == .sensitivity || metric == .falsePositiveRate { rates.append(evidence) }
    }
    if rates.count == 2, let threshold = comparer.threshold {
      odds = Self.odds(comparer, rates, threshold: threshold)
    }
  }

  /// Both rates share α, so that one limit holds for them together.
  private static func odds(
    _ comparer: MetricComparer, _ rates: [ComparisonAnalysis.Evidence], threshold: Double
  ) -> EqualizedOdds? {
    let alpha = comparer.specification.alpha
    let upper = rates.map { $0.inference.largestDifference(alpha: alpha / 2) }.max() ?? 1
    let largest = rates.flatMap { evidence in evidence.contrasts.map { (evidence, $0) } }
      .max { abs($0.1.difference) < abs($1.1.difference) }
    guard let (evidence, contrast) = largest else { return nil }
    let (table, attribute) = (comparer.table, comparer.attribute)
    let order =
      contrast.difference >= 0
      ? [contrast.first, contrast.second] : [contrast.second, contrast.first]
    let groups = order.map { evidence.names[evidence.groups[$0]] }
    let compared =
      switch evidence.plan {
      case .allPairs: "any two groups"
      case .with(let group): "\(Words.group(attribute.groups[group])) and any other group"
      case .withAllOthers: "any group and \(OtherGroups.name)"
      }
    return EqualizedOdds(
      table.question(of: attribute.name, by: evidence.metric),
      OddsDifference(
        threshold: threshold, difference: abs(contrast.difference),
        groups: groups, upper: min(1, upper),
        sentence:
          "Sensitivity and false-positive rate of \(table.classifier) for \(table.finding) on "
          + "\(table.cohort) images at \(Words.area(threshold)) differ by at most "
          + "\(Words.area(min(1, upper))) between \(compared) of \(attribute.name), both rates and "
          + "all pairs together at \(Words.percent(1 - alpha)) (largest observed: "
          + "\(evidence.metric.title), \(Words.area(abs(contrast.difference))) between "
          + "\(Words.group(groups[0])) and \(Words.group(groups[1])))."
      ))
  }

  /// The pair that differs most clearly.
  private static func gap(
    _ comparer: MetricComparer, evidence: ComparisonAnalysis.Evidence
  ) -> RateGap? {
    guard let p = evidence.inference.pValues[evidence.worst] else { return nil }
    let (attribute, metric) = (comparer.attribute, evidence.metric)
    let gap = evidence.gap(of: evidence.worst)
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
