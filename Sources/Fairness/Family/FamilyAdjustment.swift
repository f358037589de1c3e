import AuditModel
import Statistics

/// What may be said of each hypothesis once the declared family is adjusted for.
///
/// A flag claims several things at once: a gap is there, it exceeds the harm margin and, on synthetic
/// images, what the generator and the panel make of it. Its p value is the largest of theirs
/// (intersection and union, Berger 1982), so that one adjustment holds for the whole sentence. The
/// family is what was declared, not what happened to be computable.
struct FamilyAdjustment {
  /// By hypothesis.
  let claims: [VerdictRules.Claims]
  /// By hypothesis: adjusted p of "there is no difference"; `nil` without evidence.
  let detection: [Double?]
  /// By hypothesis and contrast: adjusted over all pairs of all hypotheses.
  let pairs: [[Double]]

  init(_ family: [PendingVerdict], familySize: Int, specification: AnalysisSpecification) {
    let evaluable = family.indices.filter { family[$0].evidence != nil }
    func adjusted(_ p: (PendingVerdict, ComparisonAnalysis.Evidence) -> Double) -> [Double?] {
      let values = specification.adjust(
        evaluable.compactMap { index in family[index].evidence.map { p(family[index], $0) } },
        familySize: familySize)
      var result = [Double?](repeating: nil, count: family.count)
      for (index, value) in zip(evaluable, values) { result[index] = value }
      return result
    }
    let detection = adjusted { $1.pMaxT }
    let harm = adjusted { max($1.pMaxT, $1.harmP) }
    let placebo = adjusted { max($1.pMaxT, $1.harmP, $0.placeboP) }
    let flag = adjusted { max($1.pMaxT, $1.harmP, $0.placeboP, $0.panelP($1)) }
    let equivalence = adjusted { $1.equivalenceP }
    self.detection = detection
    claims = family.indices.map {
      VerdictRules.Claims(
        detection: detection[$0] ?? 1, harm: harm[$0] ?? 1, placebo: placebo[$0] ?? 1,
        flag: flag[$0] ?? 1, equivalence: equivalence[$0] ?? 1)
    }
    let raw = family.map { hypothesis in
      hypothesis.evidence.map {
        $0.pairValues(beyond: specification.judging(hypothesis.question.metric).harm)
      } ?? []
    }
    pairs =
      switch specification.multiplicity {
      case .none: raw
      case .holm: Self.stepDown(raw, familySize: familySize)
      case .benjaminiHochberg:
        // Selected hypotheses keep the level of their selection for what is said inside them
        // (Benjamini and Bogomolov 2014).
        zip(raw, flag).map { values, whole in
          guard let whole, let best = values.min(), best > 0 else { return values }
          return values.map { min(1, max(whole, $0 * whole / best)) }
        }
      }
  }

  /// Closed testing of pairs over hypotheses (Romano and Wolf 2005).
  ///
  /// An intersection of pairs is tested by Bonferroni over the hypotheses that have a pair in it and by
  /// the smallest p value within each, so a hypothesis leaves the count only when all its pairs are
  /// rejected. With one pair per hypothesis this is Holm's adjustment.
  /// - Parameter pValues: By hypothesis and pair, each adjusted over the pairs of its hypothesis.
  static func stepDown(_ pValues: [[Double]], familySize: Int) -> [[Double]] {
    var result = pValues
    var left = pValues.map(\.count)
    var divisor = max(familySize, pValues.count)
    var running = 0.0
    let order = pValues.indices.flatMap { i in pValues[i].indices.map { (i, $0) } }
      .sorted { pValues[$0.0][$0.1] < pValues[$1.0][$1.1] }
    for (hypothesis, pair) in order {
      running = max(running, min(1, Double(divisor) * pValues[hypothesis][pair]))
      result[hypothesis][pair] = running
      left[hypothesis] -= 1
      if left[hypothesis] == 0 { divisor -= 1 }
    }
    return result
  }
}

extension ComparisonAnalysis.Evidence {
  /// By contrast: p of "this pair differs by at most `margin`", adjusted over the pairs.
  func pairValues(beyond margin: Double) -> [Double] {
    inference.pValues.indices.map { index in
      let detection = inference.pValues[index] ?? 1
      guard margin > 0 else { return detection }
      let beyond = inference.tests[index].pValue(beyond: margin)
      return max(detection, min(1, Double(inference.tests.count) * beyond))
    }
  }
}

extension PendingVerdict {
  /// p of "the strongest gap does not exceed the placebo's"; 0 where no placebo has a say, 1 without one.
  var placeboP: Double { isSynthetic ? placebo?.p ?? 1 : 0 }

  /// p of "the strongest gap does not exceed the panel's"; 0 where no panel has a say.
  func panelP(_ evidence: ComparisonAnalysis.Evidence) -> Double {
    guard isSynthetic, hasPanel else { return 0 }
    guard let row = panelComparison(evidence), let p = row.p, let gap = row.gap,
      let left = row.difference, gap * left > 0
    else { return 1 }
    return p
  }
}
