import AuditModel
import Statistics

/// From evidence to one of the four verdicts.
struct VerdictRules {
  let specification: AnalysisSpecification
  let familySize: Int

  /// p values of what may be said of a hypothesis, adjusted over the declared family.
  struct Claims {
    /// "There is no difference."
    var detection: Double
    /// "No difference exceeds the harm margin."
    var harm: Double
    /// That, or "the strongest gap is no larger than the placebo's".
    var placebo: Double
    /// That, or "the strongest gap is no larger than the panel's": nothing of what a flag says.
    var flag: Double
    /// "Some difference is δ or more."
    var equivalence: Double
  }

  /// By the margins of the hypothesis' metric.
  func judge(_ pending: PendingVerdict, claims: Claims) -> Verdict {
    VerdictRules(
      specification: specification.judging(pending.question.metric), familySize: familySize
    ).decide(pending, claims)
  }

  private func decide(_ pending: PendingVerdict, _ claims: Claims) -> Verdict {
    var verdict = Verdict(pending.question, verdict: .notEvaluable, sentence: "")
    verdict.reasons = pending.reasons
    let sentences = VerdictSentences(
      specification: specification, familySize: familySize, pending: pending)
    guard let evidence = pending.evidence else {
      verdict.sentence = sentences.notEvaluable(reasons: verdict.reasons)
      return verdict
    }
    fill(&verdict, evidence, pending, claims)
    let alpha = specification.alpha
    let isDetected = evidence.pMaxT <= alpha && claims.detection <= alpha
    let exceedsHarm = evidence.harmP <= alpha && claims.harm <= alpha
    let everyGroupSeen = evidence.ownGroups == pending.attribute.groups.count
    let isWithinDelta = claims.equivalence <= alpha
    let missing = pending.account?.obstacle(share: specification.missing)
    if isDetected, exceedsHarm {
      let obstacle =
        placeboObstacle(pending, evidence, claims) ?? panelObstacle(pending, evidence, claims)
      if let obstacle {
        verdict.verdict = .inconclusive
        verdict.reasons.insert(obstacle, at: 0)
      } else {
        verdict.verdict = .flagged
        if isWithinDelta {
          verdict.reasons.append(
            "\(ScoreCautions.nevertheless) δ = \(Words.area(specification.delta))"
          )
        }
      }
    } else if isWithinDelta, everyGroupSeen, let missing {
      verdict.verdict = .inconclusive
      verdict.reasons.insert(
        "the groups compared are within δ, but that cannot be said of everybody: \(missing)", at: 0)
    } else if isWithinDelta, everyGroupSeen {
      verdict.verdict = .withinDelta
    } else {
      verdict.verdict = .inconclusive
      explain(&verdict, evidence, claims, isWithinDelta: isWithinDelta)
    }
    // More cases of the groups compared would not bring back those that are missing.
    let isWithheld = isWithinDelta && everyGroupSeen && missing != nil
    if verdict.verdict == .inconclusive, !isWithheld {
      verdict.requiredClusters = required(evidence, pending)
    }
    verdict.sentence = sentences.sentence(verdict, evidence)
    return verdict
  }

  /// Why nothing can be said, in words.
  private func explain(
    _ verdict: inout Verdict, _ evidence: ComparisonAnalysis.Evidence, _ claims: Claims,
    isWithinDelta: Bool
  ) {
    let alpha = specification.alpha
    if isWithinDelta {
      verdict.reasons.insert(
        "the groups that can be evaluated are within δ, but not every group can be evaluated",
        at: 0)
    } else if evidence.pMaxT <= alpha, claims.detection > alpha {
      verdict.reasons.insert(
        "a difference that stands out by itself does not survive the adjustment for "
          + "\(familySize) hypotheses", at: 0)
    } else if evidence.pMaxT <= alpha {
      verdict.reasons.insert(
        "a difference is detected, but it is not shown to exceed the harm margin of "
          + "\(Words.area(specification.harm))"
          + (evidence.harmP <= alpha ? " once \(familySize) hypotheses are adjusted for" : ""),
        at: 0)
    } else if evidence.equivalenceP <= alpha {
      verdict.reasons.append(
        "all differences would be within δ by themselves (\(Words.p(evidence.equivalenceP))), but "
          + "not after the adjustment for \(familySize) hypotheses")
    }
  }

  private func fill(
    _ verdict: inout Verdict, _ evidence: ComparisonAnalysis.Evidence, _ pending: PendingVerdict,
    _ claims: Claims
  ) {
    verdict.range = evidence.range
    verdict.rangeNullMean = evidence.inference.rangeNull.mean
    verdict.rangeNull95 = evidence.inference.rangeNull.percentile95
    verdict.rangeLower = evidence.rangeLower
    verdict.rangeUpper = evidence.rangeUpper
    verdict.betweenGroupVariance = evidence.betweenGroupVariance
    let worst = evidence.contrasts[evidence.worst]
    let gap = evidence.gap(of: evidence.worst)
    verdict.worstPair = [gap.better, gap.worse]
    verdict.worseGroup = gap.worseGroup
    verdict.worstDifference = gap.size
    if pending.question.metric != .auc || evidence.plan == .withAllOthers {
      let values = [worst.first, worst.second].map { evidence.inference.values[$0] }
      let isFirst = gap.better == evidence.sides(of: evidence.worst)[0]
      verdict.worstValues = isFirst ? values : values.reversed()
    }
    verdict.worstZ = worst.z.map { abs($0) }
    if pending.isSynthetic, let found = pending.placebo {
      verdict.placebo = found.placebo.kind
      verdict.placeboGap = abs(found.placebo.difference)
      verdict.beyondPlacebo = found.difference
      verdict.beyondPlaceboLower = found.lower
    }
    verdict.pMaxT = evidence.pMaxT
    verdict.pMaxTMethod = "minP"
    verdict.pAdjusted = claims.detection
    verdict.pFlag = claims.flag
    verdict.criticalValue = evidence.inference.criticalValue(of: evidence.worst)
  }

  /// Why a detected gap on synthetic images is not laid at the classifier's door.
  private func placeboObstacle(
    _ pending: PendingVerdict, _ evidence: ComparisonAnalysis.Evidence, _ claims: Claims
  ) -> String? {
    guard pending.isSynthetic else { return nil }
    guard let found = pending.placebo else {
      return "not distinguishable from generator noise: "
        + (pending.placeboReason ?? "the cohort has no seed placebo")
    }
    guard claims.placebo > specification.alpha else { return nil }
    let cause = found.placebo.kind == "seed" ? "another seed" : "another wording"
    return
      "not distinguishable from generator noise: \(cause) of the same prompts makes a gap of "
      + "\(Words.area(abs(found.placebo.difference))) by itself, and the "
      + "\(Words.signedArea(found.difference)) by which the gap of "
      + "\(Words.area(abs(evidence.contrasts[evidence.worst].difference))) exceeds it may be nothing "
      + "(lower \(Words.percent(1 - specification.alpha)) limit \(Words.signedArea(found.lower))"
      + (familySize > 1 ? " by itself, \(Words.p(claims.placebo)) \(adjustmentWords))" : ")")
  }

  /// Why a detected gap on synthetic images is the panel's as much as the classifier's.
  ///
  /// On real images a gap is a gap, whoever else has it; there the panel is shown and decides nothing.
  private func panelObstacle(
    _ pending: PendingVerdict, _ evidence: ComparisonAnalysis.Evidence, _ claims: Claims
  ) -> String? {
    guard pending.isSynthetic, pending.hasPanel else { return nil }
    guard let row = pending.panelComparison(evidence), let left = row.difference,
      let lower = row.lower, let upper = row.upper, let panelGap = row.panelGap
    else {
      return "not attributable to the classifier: the reference panel has no comparable gap"
        + (pending.panelComparison(evidence)?.reason.map { " (\($0))" } ?? "")
    }
    guard claims.flag > specification.alpha else { return nil }
    return
      "not attributable to the classifier: the reference panel shows a gap of "
      + "\(Words.signedArea(panelGap)) on the same images, and what is left, "
      + "\(Words.signedArea(left)) (\(Words.signedArea(lower)) to \(Words.signedArea(upper))), "
      + "is not distinguishable from 0"
      + (row.survives ? ", \(Words.p(claims.flag)) \(adjustmentWords)" : "")
  }

  private var adjustmentWords: String {
    specification.multiplicity == .none
      ? "without an adjustment" : "after the adjustment for \(Words.hypotheses(familySize))"
  }

  /// Clusters needed for a clear answer with 80 % power by the whole rule, the family's adjustment
  /// counted; `nil` when no number of clusters gives one.
  private func required(_ evidence: ComparisonAnalysis.Evidence, _ pending: PendingVerdict) -> Int?
  {
    let now = Double(evidence.clusters)
    let level =
      specification.multiplicity == .none
      ? specification.alpha : specification.alpha / Double(max(1, familySize))
    if specification.delta > 0 {
      let equivalence = evidence.inference.equivalenceFactor(
        margin: specification.delta, alpha: level, power: 0.8, seed: specification.seed)
      if equivalence > 1 { return rounded(now * equivalence) }
    }
    var factor = evidence.inference.detectionFactor(
      harm: specification.harm, alpha: level, power: 0.8, seed: specification.seed)
    if pending.isSynthetic {
      // What must be exceeded besides; without it no number of clusters gives an answer.
      let placebo = pending.placebo.map {
        Power.detectionFactor(
          difference: max(0, $0.difference), harm: 0, standardError: $0.standardError,
          criticalValue: Normal.quantile(1 - level), power: 0.8)
      }
      factor = max(factor, placebo ?? .infinity)
      if pending.hasPanel {
        let row = pending.panelComparison(evidence)
        let isSame = (row?.gap ?? 0) * (row?.difference ?? 0) > 0
        factor = max(
          factor,
          isSame
            ? Power.detectionFactor(
              difference: row?.difference ?? 0, harm: 0, standardError: row?.standardError ?? 0,
              criticalValue: Normal.quantile(1 - level / 2), power: 0.8) : .infinity)
      }
    }
    return factor > 1 ? rounded(now * factor) : nil
  }

  private func rounded(_ value: Double) -> Int? {
    value.isFinite && value < 1e12 ? Int(value.rounded(.up)) : nil
  }
}
