import AuditModel
import Statistics
import Vocabulary

/// Tells flags of one cause once: by attribute, and by the group that does worse.
///
/// Nothing is tested here. Every flag and every pair comes rejected from the closed test of
/// ``FamilyAdjustment``, so "worse in these twelve findings" is false with a chance of at most α, however
/// the findings are gathered.
struct RollUps {
  let specification: AnalysisSpecification
  let familySize: Int

  private struct Key: Hashable {
    var questions: QuestionPattern
    var group: String?

    init(_ question: Question, group: String? = nil) {
      questions = QuestionPattern(
        classifier: question.classifier, cohort: question.cohort, attribute: question.attribute,
        metric: question.metric)
      self.group = group
    }
  }

  /// - Parameters:
  ///   - verdicts: In the order of `family`.
  ///   - declared: Every declared question, judged or not.
  /// - Returns: Roll-ups of two findings or more, the most findings first.
  func rollUps(
    _ family: [PendingVerdict], verdicts: [Verdict], pairs: [[Double]], absences: [Absence]
  ) -> [RollUp] {
    var declared: [Key: Int] = [:]
    for question in family.map(\.question) + absences.map(\.question) {
      declared[Key(question), default: 0] += 1
    }
    var found: [Key: [RollUp.Flag]] = [:]
    var order: [Key] = []
    func add(_ flag: RollUp.Flag, to key: Key) {
      if found[key] == nil { order.append(key) }
      found[key, default: []].append(flag)
    }
    for (index, hypothesis) in family.enumerated() where verdicts[index].verdict == .flagged {
      for flag in flags(of: hypothesis, verdict: verdicts[index], pairs: pairs[index]) {
        add(flag, to: Key(hypothesis.question))
        add(flag, to: Key(hypothesis.question, group: flag.worseGroup))
      }
    }
    let all = order.compactMap { key -> RollUp? in
      var whole = key
      whole.group = nil
      return rollUp(key, flags: found[key] ?? [], questions: declared[whole] ?? 0)
    }
    return all.enumerated().sorted {
      ($0.element.findings, -$0.offset) > ($1.element.findings, -$1.offset)
    }.map(\.element)
  }

  /// The pairs of one flagged question that the closed test rejects.
  private func flags(of hypothesis: PendingVerdict, verdict: Verdict, pairs: [Double])
    -> [RollUp.Flag]
  {
    guard let evidence = hypothesis.evidence else { return [] }
    return evidence.contrasts.indices.compactMap { index in
      // Only the strongest pair was set against the placebo's gap and the panel's.
      if hypothesis.isSynthetic, index != evidence.worst { return nil }
      let p = hypothesis.isSynthetic ? max(pairs[index], verdict.pFlag ?? 1) : pairs[index]
      guard p <= specification.alpha else { return nil }
      let contrast = evidence.contrasts[index]
      let groups = evidence.sides(of: index)
      let isFirstWorse =
        hypothesis.question.metric.largerIsBetter == (contrast.difference < 0)
      return RollUp.Flag(
        finding: hypothesis.question.finding, worseGroup: groups[isFirstWorse ? 0 : 1],
        betterGroup: groups[isFirstWorse ? 1 : 0], difference: abs(contrast.difference),
        pAdjusted: p)
    }
  }

  private func rollUp(_ key: Key, flags: [RollUp.Flag], questions: Int) -> RollUp? {
    let byFinding = Dictionary(grouping: flags, by: \.finding)
    let largest = byFinding.values.compactMap { $0.map(\.difference).max() }.sorted()
    guard largest.count >= 2, let top = largest.last else { return nil }
    let middle = largest.count / 2
    let median =
      largest.count % 2 == 1 ? largest[middle] : (largest[middle - 1] + largest[middle]) / 2
    let sorted = flags.sorted { ($0.difference, $1.finding) > ($1.difference, $0.finding) }
    var rollUp = RollUp(
      key.questions,
      GatheredFlags(
        group: key.group, questions: questions, findings: largest.count, medianDifference: median,
        largestDifference: top, pAdjusted: flags.map(\.pAdjusted).min() ?? 1, flags: sorted,
        sentence: ""))
    rollUp.sentence = sentence(rollUp)
    return rollUp
  }

  private func sentence(_ rollUp: RollUp) -> String {
    let attribute = rollUp.attribute.split(separator: "*").joined(separator: " × ")
    let images = rollUp.cohort == "synthetic" ? "synthetic images" : "real images"
    var findings: [String] = []
    for flag in rollUp.flags where !findings.contains(flag.finding) {
      findings.append(flag.finding)
    }
    let rest = findings.count - min(6, findings.count)
    let listed =
      rest > 0
      ? findings.prefix(6).joined(separator: ", ") + " and \(Words.grouped(rest)) more"
      : Words.list(findings)
    let subject: String
    if let group = rollUp.group {
      let better = rollUp.flags.map(\.betterGroup).reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      subject =
        "\(rollUp.classifier) is worse for \(attribute) \(Words.group(group)) than for "
        + Words.list(better.prefix(4).map { Words.group($0) })
        + (better.count > 4 ? " and other groups" : "")
    } else {
      subject = "\(rollUp.classifier) differs between groups of \(attribute)"
    }
    let level: String =
      switch specification.multiplicity {
      case .holm:
        "all together at \(Words.percent(specification.alpha)) over the "
          + "\(Words.hypotheses(familySize)) declared (closed testing)"
      case .benjaminiHochberg:
        "with an expected share of false ones of \(Words.percent(specification.alpha)) among all flags"
      case .none:
        "each at \(Words.percent(specification.alpha)) by itself, NOT adjusted for the "
          + "\(Words.hypotheses(familySize)) declared, as the plan asks"
      }
    return "In \(rollUp.findings) of \(Words.count(rollUp.questions, "finding")) on \(images), "
      + "\(subject): median difference in \(rollUp.metric.title) \(Words.area(rollUp.medianDifference)), largest "
      + "\(Words.area(rollUp.largestDifference)); \(level). \(listed)."
      + (rollUp.cohort == "synthetic"
        ? " Supporting evidence only: the images are synthetic." : "")
  }
}
