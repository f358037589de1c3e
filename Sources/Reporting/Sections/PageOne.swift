import AuditModel
import Vocabulary

/// What stands on the first sheet, whatever the audit's size: what it was for, whether it may be relied
/// on, the gaps that matter, and what nobody looked at.
extension SectionWriter {
  /// Gaps of the forest plot and flags told together, which share the sheet.
  private static let mostGaps = 8
  /// Lines that the gaps take in print, flags told together taking some of them.
  private static let mostLines = 24
  private static let linesOfRollUp = 3
  /// Flags told together that fit, a sentence each.
  static let mostRollUps = 2
  /// Characters of a text by others that fit; the whole text stands in section 2.
  private static let longestStatement = 240

  var pageOne: [Block] {
    [
      .facts([
        Fact("Intended use", intendedUse),
        Fact("Audited", audited),
        Fact("May I rely on it?", reliance),
      ])
    ] + lead + toldTogether + decidingGaps + [.list(closingLines), .endOfPageOne]
  }

  private var intendedUse: Prose {
    guard let use = report.intendedUse, !use.isEmpty else {
      return "not stated, so nothing here was weighed against a use"
    }
    guard use.count > Self.longestStatement else { return Prose(use) }
    return """
      \(String(use.prefix(Self.longestStatement)))… \
      (\(link: "in full", to: SectionKind.identity.anchor))
      """
  }

  private var audited: Prose {
    let images = report.cohorts.map { cohort in
      let kind = isSynthetic(cohort.cohort) ? "generated images" : "real images"
      return
        "\(NumberText.count(cohort.images)) \(kind) of \(NumberText.count(cohort.clusters)) \(cohort.clusterUnit)"
    }
    return """
      \(Words.firstFew(auditedClassifiers, none: "no classifier")), on \
      \(Words.listed(images, none: "no images"))\(invented)
      """
  }

  /// What a base case is, where the counts are of some.
  private var invented: String {
    report.cohorts.contains { $0.clusterUnit == "base cases" }
      ? " (a base case is one invented patient, drawn once for every group)" : ""
  }

  /// One sentence that a reader in a hurry takes away.
  private var lead: [Block] {
    guard !questions.isEmpty else {
      return [
        .empty("No question was answered: the audit compared no groups, or has not been analysed.")
      ]
    }
    let asked = Words.counted(
      questions.count + report.absences.count, "question", "questions")
    let flagged = questions.filter { $0.answer == .flagged }
    let differing = questions.filter { $0.answer == .decisionsDiffer }
    func source(_ items: [AskedQuestion]) -> String {
      items.allSatisfy { isSynthetic($0.question.cohort) } ? " on generated images" : ""
    }
    var sentence: Prose =
      flagged.isEmpty
      ? "In none of \(asked) was a difference \(judged) between groups flagged"
      : """
      In \(flagged.count) of \(asked) a difference \(judged) between groups was flagged\(source(flagged)): \
      \(Words.firstFew(whom(flagged), none: ""))
      """
    if !differing.isEmpty {
      sentence =
        sentence + """
          ; in \(differing.count) more, error rates at the threshold differ\(source(differing)): \
          \(Words.firstFew(whom(differing), none: ""))
          """
    }
    return [.lead([sentence + "."])]
  }

  /// Flags of one cause, told once; the others follow after the sheet.
  private var toldTogether: [Block] {
    let told = rollUpsTold.prefix(Self.mostRollUps)
    return told.isEmpty ? [] : [.list(told.map { Prose($0.sentence) })]
  }

  private func whom(_ items: [AskedQuestion]) -> [String] {
    items.sorted(by: AskedQuestion.byEvidence).grouped(by: \.question.classifier).map {
      name, members in
      "\(name) (\(Words.firstFew(members.map(\.subject).grouped { $0 }.map(\.key), none: "", shown: 2)))"
    }
  }

  // MARK: The plot

  /// One gap of one question, in AUC or in an error rate, the better group first.
  private struct Gap {
    var asked: AskedQuestion
    var measure: String
    var worse: String
    var better: String
    var worseValue: Double?
    var betterValue: Double?
    /// Size, and the limits of the size.
    var size: IntervalEstimate
    var p: Double?
    /// nil where no margin was declared for the measure.
    var delta: Double?
  }

  /// The gaps that fit the sheet: flagged, then those of error rates alone, then the rest.
  private var fittingGaps: [Gap] {
    let sorted = questions.filter { $0.answer != .notEvaluable }.sorted(
      by: AskedQuestion.byEvidence)
    // However many are flagged, a difference that only error rates show has its row.
    let differing = sorted.filter { $0.answer == .decisionsDiffer }.prefix(2)
    let rollUps = min(rollUpsTold.count, Self.mostRollUps)
    let most = Self.mostGaps - rollUps
    let flagged = sorted.filter { $0.answer == .flagged }
    let rest = sorted.filter { $0.answer != .flagged && $0.answer != .decisionsDiffer }
    var lines = Self.mostLines - Self.linesOfRollUp * rollUps
    let candidates =
      (flagged.flatMap(gaps(of:)).prefix(most - differing.count) + differing.flatMap(gaps(of:))
      + rest.flatMap(gaps(of:))).prefix(most)
    let fitting = candidates.prefix {
      lines -= self.lines(of: $0)
      return lines >= 0
    }
    return Array(candidates.prefix(max(1, fitting.count)))
  }

  private var decidingGaps: [Block] {
    let gaps = fittingGaps
    guard !gaps.isEmpty else { return [] }
    let columns: [ColumnOf<Gap>] = [
      ColumnOf(.words("Question", "question", header: true)) { gap in
        .prose(
          """
          \(gap.asked.answer.shape) \(link: gap.asked.subject, to: gap.asked.anchor), \
          \(gap.asked.question.classifier)
          """)
      },
      ColumnOf(.words("Worse for whom", "groups")) { gap in
        let worse = NumberText.shown(gap.worseValue, .share).map { " (\($0))" } ?? ""
        let better = NumberText.shown(gap.betterValue, .share).map { " (\($0))" } ?? ""
        return .text("\(gap.worse)\(worse) than \(gap.better)\(better), \(gap.measure)")
      },
      ColumnOf(.words("Images of the worse group, with and without the finding", "cases")) {
        .text(cases($0))
      },
      ColumnOf(.interval("Gap (simultaneous limits)", "gap")) { .interval($0.size, .share) },
      ColumnOf(.number("p", "p")) { .number($0.p, .probability) },
    ]
    var table = Table(
      Anchor("table-worse-for-whom"),
      "Worse for whom, by how much, how surely, on how many cases: the strongest evidence first",
      of: gaps, columns: columns,
      note: """
        Limits and p hold for all pairs of groups of a question, limits at \(level)\(scopeOfP). \
        Shaded: ±δ = \(delta), the plan's margin within which AUCs count as alike; a flag says that a gap is larger \
        than \(NumberText.setting(report.plan.harm)), not than δ. A filled square: limits exclude no \
        difference\(unflagged(gaps)). \(stateKey)\(rounding(gaps)) \(remaining(gaps.map(\.asked)))
        """)
    let values = gaps.flatMap { [$0.size.estimate, $0.size.lower, $0.size.upper] }.compactMap(
      \.self)
    table.strips = StripColumn(
      place: 3, title: "Gap",
      scale: AxisScale(covering: values + [0], limits: -1...1, tickCount: 3),
      strips: gaps.map { gap in
        StripColumn.Strip(
          estimate: gap.size.estimate, lower: gap.size.lower, upper: gap.size.upper,
          isFilled: (gap.size.lower ?? 0) > 0 || (gap.size.upper ?? 0) < 0,
          band: gap.delta.map { -$0...$0 })
      })
    table.staysOnPageOne = true
    return [.table(table)]
  }

  /// Lines of a gap's row in print: its words stand in columns of about twenty characters.
  private func lines(of gap: Gap) -> Int {
    let question = gap.asked.subject.count + gap.asked.question.classifier.count + 4
    let groups = gap.worse.count + gap.better.count + gap.measure.count + 22
    return max(2, (max(question, groups) + 18) / 19)
  }

  private var scopeOfP: String {
    report.plan.multiplicity == "none"
      ? "; p is not adjusted for the number of questions" : ", p for the whole family of questions"
  }

  /// Why a gap that its limits set apart from none may still not be flagged.
  private func unflagged(_ gaps: [Gap]) -> String {
    let isLeft = gaps.contains {
      ($0.size.lower ?? 0) > 0 && $0.asked.answer == .inconclusive
        && isSynthetic($0.asked.question.cohort)
    }
    return isLeft
      ? """
       (on generated images a flag also needs a gap beyond the placebo's and the panel's, and checks \
      that nothing else explains)
      """ : ""
  }

  /// Said where a reader who subtracts finds another last digit.
  private func rounding(_ gaps: [Gap]) -> String {
    let differs = gaps.contains { gap in
      guard let worse = gap.worseValue, let better = gap.betterValue, let size = gap.size.estimate
      else { return false }
      func thousandths(_ value: Double) -> Int { Int((value * 1000).rounded()) }
      return abs(thousandths(worse) - thousandths(better)) != abs(thousandths(size))
    }
    return differs ? " Every number is rounded by itself." : ""
  }

  private var stateKey: String {
    QuestionState.inReadingOrder.prefix(4).map { "\($0.shape) \($0.word.lowercased())" }
      .joined(separator: ", ") + "."
  }

  private func remaining(_ shown: [AskedQuestion]) -> Prose {
    let rest = questions.count - Set(shown.map(\.question)).count
    return rest > 0
      ? "\(Words.counted(rest, "further question is", "further questions are")) under \(link: "all answers at a glance", to: glanceAnchor)."
      : ""
  }

  private func gaps(of asked: AskedQuestion) -> [Gap] {
    var all: [Gap] = []
    let verdict = asked.verdict
    // Where decisions differ, the error rate says it and the area does not.
    if asked.answer != .decisionsDiffer, verdict.worstPair.count == 2,
      let difference = verdict.worstDifference
    {
      let limits = limits(of: verdict)
      all.append(
        Gap(
          asked: asked, measure: verdict.metric.title,
          worse: Words.group(verdict.worstPair[1], by: verdict.question.attribute),
          better: Words.group(verdict.worstPair[0]), worseValue: value(of: verdict, 1),
          betterValue: value(of: verdict, 0),
          size: IntervalEstimate(
            estimate: difference, lower: limits.lower, upper: limits.upper),
          p: verdict.pAdjusted ?? verdict.pMaxT, delta: delta(of: verdict.metric)))
    }
    // Of complementary tests, the one with the larger gap says it.
    if let gap = asked.errorRates.first, gap.groups.count == 2, gap.rates.count == 2 {
      let isFirstWorse = gap.worseGroup == gap.groups[0]
      let (worse, better) = isFirstWorse ? (0, 1) : (1, 0)
      all.append(
        Gap(
          asked: asked, measure: gap.metric.title,
          worse: Words.group(gap.groups[worse], by: gap.question.attribute),
          better: Words.group(gap.groups[better]), worseValue: gap.rates[worse],
          betterValue: gap.rates[better],
          size: IntervalEstimate(estimate: gap.difference, lower: gap.lower, upper: gap.upper),
          p: gap.pAdjusted))
    }
    return all
  }

  private func value(of verdict: Verdict, _ place: Int) -> Double? {
    if let values = verdict.worstValues, place < values.count { return values[place] }
    return row(of: verdict.question, group: verdict.worstPair[place])?.auc
  }

  private func row(of question: Question, group: String) -> SubgroupResult? {
    blockByKey[ResultBlock.Key(question)]?.subgroups.first {
      $0.attribute == question.attribute && $0.group == group
    }
  }

  private func limits(of verdict: Verdict) -> (lower: Double?, upper: Double?) {
    let pair = blockByKey[ResultBlock.Key(verdict)]?.comparisons.first {
      $0.question == verdict.question && Set([$0.groupA, $0.groupB]) == Set(verdict.worstPair)
    }?.gap
    return (pair?.lower, pair?.upper)
  }

  /// `746 with, 4,246 without, of 1,332 patients`. Images that share a patient or base case are no
  /// further cases, so the unit of inference stands beside them. Where a group is compared with all the
  /// others together, both have their numbers: those of the others stand nowhere else on the sheet.
  private func cases(_ gap: Gap) -> String {
    let question = gap.asked.question
    let rates = gap.asked.errorRates.first
    let pair = gap.delta != nil ? gap.asked.verdict.worstPair : rates?.groups ?? []
    let worse = gap.delta != nil ? pair.last : rates?.worseGroup
    let unit = report.cohorts.first { $0.cohort == question.cohort }?.clusterUnit ?? "clusters"
    func counts(_ positives: Int, _ negatives: Int, _ clusters: Int) -> String {
      "\(NumberText.count(positives)) with, \(NumberText.count(negatives)) without, of "
        + "\(NumberText.count(clusters)) \(unit)"
    }
    let own = pair.compactMap { row(of: question, group: $0) }.map {
      (name: $0.group, text: counts($0.positives, $0.negatives, $0.clusters))
    }
    guard let others = others(of: question, in: pair), let group = own.first else {
      return own.first { $0.name == worse }?.text ?? Cell.absentWord
    }
    let all = counts(others.positives, others.negatives, others.clusters)
    return worse == group.name
      ? "\(group.text); all others: \(all)" : "\(all); \(Words.group(group.name)): \(group.text)"
  }

  /// The cases of all others of a group, whatever they are compared by.
  private func others(of question: Question, in pair: [String]) -> OthersCases? {
    blockByKey[ResultBlock.Key(question)]?.comparisons.first {
      $0.attribute == question.attribute && $0.others != nil
        && Set([$0.groupA, $0.groupB]) == Set(pair)
    }?.others
  }

  /// Groups of the gaps above for whom a classifier ranks no better than a guess would.
  var groupBelowChance: [Prose] {
    let below = fittingGaps.filter { gap in
      gap.measure == Metric.auc.title && gap.worseValue.map { $0 < 0.5 } ?? false
    }
    guard !below.isEmpty else { return [] }
    let names = below.map { "\($0.worse) (\($0.asked.question.classifier), \($0.asked.subject))" }
    return [
      """
      \(strong: "No better than a guess"), whose AUC is 0.5: \(Words.firstFew(names, none: "")).
      """
    ]
  }
}

extension Words {
  /// The first few and how many more.
  static func firstFew(_ names: [String], none: String, shown: Int = 3) -> String {
    names.count > shown + 1
      ? names.prefix(shown).joined(separator: ", ")
        + " and \(NumberText.count(names.count - shown)) more"
      : listed(names, none: none)
  }
}
