import AuditModel
import Statistics
import Vocabulary

/// Verdicts in plain English, each quotable by itself.
struct VerdictSentences {
  let specification: AnalysisSpecification
  let familySize: Int
  let pending: PendingVerdict

  func sentence(_ verdict: Verdict, _ evidence: ComparisonAnalysis.Evidence) -> String {
    switch verdict.verdict {
    case .flagged: flagged(verdict, evidence)
    case .withinDelta: withinDelta(verdict, evidence)
    case .inconclusive: inconclusive(verdict, evidence)
    case .notEvaluable: notEvaluable(reasons: verdict.reasons)
    }
  }

  func notEvaluable(reasons: [String]) -> String {
    let asked = metric == .auc ? "" : " in \(metric.title)"
    let why = reasons.prefix(3).joined(separator: "; ") + (reasons.count > 3 ? "; and more" : "")
    return "Not evaluable: \(subject) cannot be compared by \(attributeName) on \(images)"
      + "\(asked): \(why)."
  }

  private func flagged(_ verdict: Verdict, _ evidence: ComparisonAnalysis.Evidence) -> String {
    let (better, worse) = pair(verdict)
    return "Flagged: on \(images), \(subject) is worse for \(describe(worse)) than for "
      + "\(describe(better)), by \(Words.area(verdict.worstDifference ?? 0)) in \(metric.title) "
      + "(\(limits(verdict, evidence))); \(evidenceWords(verdict, evidence))."
      + panelWords(evidence) + prevalence + supporting
  }

  /// What is left of the gap once the reference panel's is taken off.
  private func panelWords(_ evidence: ComparisonAnalysis.Evidence) -> String {
    guard let row = pending.panelComparison(evidence), let gap = row.gap,
      let panelGap = row.panelGap, let left = row.difference, let lower = row.lower,
      let upper = row.upper
    else { return "" }
    // Told from the better to the worse group, like the gap itself.
    let sign = gap < 0 ? -1.0 : 1
    let limits = [sign * lower, sign * upper].sorted()
    return " The reference panel's mean gap between these groups is "
      + "\(Words.signedArea(sign * panelGap)); taken off, \(Words.signedArea(sign * left)) is left "
      + "(\(Words.signedArea(limits[0])) to \(Words.signedArea(limits[1])))."
  }

  private func withinDelta(_ verdict: Verdict, _ evidence: ComparisonAnalysis.Evidence) -> String {
    let largest = evidence.contrasts.max { abs($0.difference) < abs($1.difference) }
    return "Within δ: on \(images), the \(metric.title) of \(subject) differs by less than "
      + "\(Words.area(specification.delta)) between \(compared(evidence)) of "
      + "\(attributeName) (largest observed difference \(Words.area(abs(largest?.difference ?? 0))); "
      + "two one-sided tests of every pair, \(equivalenceWords(evidence)); "
      + "\(Words.grouped(evidence.clusters)) \(pending.clusterUnit)).\(supporting)"
  }

  /// Whom "within δ" is about.
  private func compared(_ evidence: ComparisonAnalysis.Evidence) -> String {
    switch evidence.plan {
    case .allPairs: "all \(evidence.ownGroups) groups"
    case .with(let group):
      "\(Words.group(evidence.names[group])) and each of the \(evidence.ownGroups - 1) other groups"
    case .withAllOthers: "each of \(evidence.ownGroups) groups and \(OtherGroups.name)"
    }
  }

  private func equivalenceWords(_ evidence: ComparisonAnalysis.Evidence) -> String {
    let p = Words.p(evidence.equivalenceP)
    switch specification.multiplicity {
    case .none where familySize > 1:
      return p + ", NOT adjusted for the \(familySize) hypotheses tested, as the plan asks"
    case .none: return p
    case .holm, .benjaminiHochberg:
      return p
        + " before and below \(Words.fixed(specification.alpha, 2)) after the adjustment for "
        + Words.hypotheses(familySize)
    }
  }

  private func inconclusive(_ verdict: Verdict, _ evidence: ComparisonAnalysis.Evidence) -> String {
    let (better, worse) = pair(verdict)
    var text =
      "Inconclusive: on \(images), the \(metric.title) of \(subject) for \(describe(worse)) and for "
      + "\(describe(better)) differ by \(Words.area(verdict.worstDifference ?? 0)) "
      + "(\(limits(verdict, evidence))); \(evidenceWords(verdict, evidence)). "
    if let reason = verdict.reasons.first(where: {
      $0.hasPrefix("not distinguishable") || $0.hasPrefix("not attributable")
    }) {
      text += "The gap is \(reason)."
    } else if evidence.pMaxT <= specification.alpha
      || verdict.reasons.first?.hasPrefix("the groups compared are within") == true
    {
      text += (verdict.reasons.first.map { "\(capitalized($0))." } ?? "")
    } else {
      text +=
        "This shows neither a difference nor that there is none of "
        + "\(Words.area(specification.delta)) or more."
    }
    if let required = verdict.requiredClusters {
      text +=
        " A clear answer would need about \(Words.grouped(required)) \(pending.clusterUnit); "
        + "there are \(Words.grouped(evidence.clusters))."
    }
    return text + prevalence
  }

  private var subject: String { "\(pending.question.classifier) for \(pending.question.finding)" }

  private var attributeName: String {
    pending.attribute.name.split(separator: "*").joined(separator: " × ")
  }

  private var metric: Metric { pending.question.metric }

  private var images: String {
    (pending.isSynthetic ? "synthetic images" : "real images")
      + (pending.threshold.map { " at the threshold \(Words.area($0))" } ?? "")
  }

  private var prevalence: String {
    metric.dependsOnPrevalence
      ? " The \(metric.title) depends on how common the finding is in a group, so that groups may "
        + "differ in it although they are treated alike." : ""
  }

  private var supporting: String {
    pending.isSynthetic
      ? " Supporting evidence only: the images are synthetic, and the generator may draw the finding "
        + "differently for these groups." : ""
  }

  /// Results of the better and of the worse group of the worst pair.
  private func pair(_ verdict: Verdict) -> (better: Place?, worse: Place?) {
    func place(_ index: Int) -> Place? {
      guard verdict.worstPair.indices.contains(index) else { return nil }
      let name = verdict.worstPair[index]
      let result =
        pending.subgroups.first { $0.group == name }
        ?? pending.others[verdict.worstPair[1 - index]]
      return result.map { Place(result: $0, value: verdict.worstValues?[index] ?? $0.auc ?? .nan) }
    }
    return (place(0), place(1))
  }

  /// A group of the pair with its value of the metric.
  private struct Place {
    var result: SubgroupResult
    var value: Double
  }

  private func describe(_ place: Place?) -> String {
    guard let place else { return "an unnamed group" }
    let result = place.result
    return "\(attributeName) \(Words.group(result.group)) "
      + "(\(metric.title) \(Words.area(place.value)), "
      + "\(Words.count(result.positives, "positive")) and "
      + "\(Words.count(result.negatives, "negative")) of \(Words.grouped(result.clusters)) "
      + "\(pending.clusterUnit))"
  }

  private func limits(_ verdict: Verdict, _ evidence: ComparisonAnalysis.Evidence) -> String {
    let gap = evidence.gap(of: evidence.worst)
    return "simultaneous \(Words.percent(1 - specification.alpha)) interval "
      + "\(Words.signedArea(gap.lower ?? .nan)) to \(Words.signedArea(gap.upper ?? .nan))"
  }

  private func evidenceWords(_ verdict: Verdict, _ evidence: ComparisonAnalysis.Evidence) -> String
  {
    let pairs = evidence.contrasts.count
    var text = "z = \(Words.fixed(verdict.worstZ ?? .nan, 2)), \(Words.p(evidence.pMaxT))"
    text += pairs > 1 ? " over all \(pairs) pairs" : ""
    text += " by \(evidence.methodWords)"
    switch specification.multiplicity {
    case .none:
      text +=
        familySize > 1
        ? ", NOT adjusted for the \(familySize) hypotheses tested, as the plan asks" : ""
    case .holm:
      text +=
        ", \(Words.p(verdict.pAdjusted ?? 1)) after Holm's adjustment for "
        + Words.hypotheses(familySize)
    case .benjaminiHochberg:
      text +=
        ", \(Words.p(verdict.pAdjusted ?? 1)) after Benjamini and Hochberg's adjustment for "
        + Words.hypotheses(familySize)
    }
    return text
  }

  private func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}

extension Words {
  static func hypotheses(_ count: Int) -> String {
    count == 1 ? "1 hypothesis" : "\(grouped(count)) hypotheses"
  }
}
