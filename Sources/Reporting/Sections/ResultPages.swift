import AuditModel

/// Section 7: a page for each classifier, cohort and finding, with the answers first.
extension SectionWriter {
  /// Pairs that a page shows; the CSV file has all.
  static let pairsPerTable = 60

  var subgroups: [Block] {
    guard !blocks.isEmpty else { return [.empty("No subgroups were analysed.")] }
    var all: [Block] = [
      .paragraph(
        """
        Every declared group is listed, those that could not be evaluated included. Intervals of \
        single groups are \(level) intervals; limits of differences hold at \(level) for all pairs \
        of groups of a question. \(link: "All answers at a glance", to: glanceAnchor) leads to each \
        question.
        """)
    ]
    let others = resultBlocks(audited: false)
    if !others.isEmpty {
      all.append(
        .paragraph(
          """
          Classifiers that only check the audited ones \
          (\(Words.firstFew(others.map(\.key.classifier).grouped { $0 }.map(\.key), none: ""))) are in \
          \(code: "tables/subgroups.csv").
          """))
    }
    all += equalizedOddsTable + adjustedGapTable
    all.append(
      .list(
        resultBlocks(audited: true).grouped { "\($0.key.classifier), \($0.key.cohort) cohort" }.map
        {
          source, members in
          members.enumerated().reduce("\(source): ") { sum, item in
            sum + (item.offset > 0 ? ", " : "")
              + "\(link: item.element.key.finding, to: item.element.anchor)"
          }
        }))
    return all
  }

  /// The blocks with verdicts, or those of classifiers that nobody judged.
  private func resultBlocks(audited: Bool) -> [ResultBlock] {
    let names = Set(auditedClassifiers)
    return blocks.filter { names.contains($0.key.classifier) == audited }
  }

  /// One page for each audited classifier, cohort and finding.
  var resultPages: [DetailPage] {
    resultBlocks(audited: true).map { block in
      DetailPage(
        file: "\(ReportFiles.detailPages)/07-\(block.anchor.id).html",
        title: block.title, anchor: block.anchor, blocks: content(of: block),
        isSynthetic: isSynthetic(block.key.cohort))
    }
  }

  private func content(of block: ResultBlock) -> [Block] {
    let title = "\(block.key.classifier), \(block.key.cohort) cohort, \(block.key.finding)"
    var all = answers(of: block)
    if block.subgroups.isEmpty {
      all.append(.empty("No groups were analysed for this finding."))
    } else {
      all += accuracy(of: block, title: title)
    }
    if block.comparisons.isEmpty {
      all.append(.empty("No pair of groups could be compared for this finding."))
    } else {
      all += gaps(of: block, title: title)
    }
    all += errorRates(of: block, title: title)
    all += details(of: block, title: title)
    return all
  }

  private func answers(of block: ResultBlock) -> [Block] {
    let asked = questions.filter { ResultBlock.Key($0.question) == block.key }
    return asked.sorted(by: AskedQuestion.byEvidence).flatMap { asked -> [Block] in
      [
        .heading(
          Heading(
            level: 4,
            text: "By \(Words.attribute(asked.question.comparedBy)): does "
              + "\(asked.question.classifier) do worse for one group?", anchor: asked.anchor)),
        .answer(
          AnswerRow(
            answer: asked.answer, isSynthetic: isSynthetic(asked.question.cohort),
            sentence: asked.verdict.sentence, errorRates: asked.errorRates.map(\.sentence),
            reasons: asked.verdict.reasons, numbers: numbers(of: asked.verdict))),
      ]
    }
  }

  private func numbers(of verdict: Verdict) -> [Fact] {
    var facts: [Fact] = []
    if let difference = NumberText.shown(verdict.worstDifference, .difference),
      verdict.worstPair.count == 2
    {
      let pair = verdict.worstPair.map(Words.group)
      facts.append(Fact("Strongest pair", "\(pair[0]) against \(pair[1]): \(difference)"))
    }
    if let p = NumberText.shown(verdict.pAdjusted, .probability) {
      facts.append(Fact("p, whole family", Prose(p)))
    } else if let p = NumberText.shown(verdict.pMaxT, .probability) {
      facts.append(Fact("p, all pairs", Prose(p)))
    }
    if let range = NumberText.interval(
      verdict.range, verdict.rangeLower, verdict.rangeUpper, .share)
    {
      let chance = NumberText.shown(verdict.rangeNull95, .share)
      facts.append(
        Fact(
          verdict.metric == .auc ? "Range of AUCs" : "Range",
          chance.map { "\(range); by chance up to \($0)" } ?? "\(range)"))
    }
    if let beyond = NumberText.shown(verdict.beyondPlacebo, .difference),
      let lower = NumberText.shown(verdict.beyondPlaceboLower, .difference)
    {
      facts.append(Fact("Beyond the placebo's gap", "\(beyond), at least \(lower)"))
    }
    if verdict.verdict == .inconclusive, let needed = verdict.requiredClusters {
      let unit = report.cohorts.first { $0.cohort == verdict.cohort }?.clusterUnit ?? "clusters"
      facts.append(Fact("Would be settled by", "\(needed) \(unit)"))
    }
    return facts
  }

  private func accuracy(of block: ResultBlock, title: String) -> [Block] {
    let rows = block.overall + block.subgroups
    let scale = AxisScale(covering: values(rows), limits: 0...1)
    let byAttribute = block.subgroups.grouped(by: \.attribute)
    var figures: [Figure] = []
    for (index, (attribute, members)) in byAttribute.enumerated() {
      let prefix = "\(block.anchor.id)-\(index + 1)-\(attribute)"
      if let map = intersectionMap(members, attribute: attribute, prefix: prefix, title: title) {
        figures.append(map)
      }
      figures += accuracyFigures(
        members, title: "\(Words.title(ofAttribute: attribute)): AUC", prefix: prefix,
        scale: scale, context: title, reference: block.overall.first?.auc,
        label: { Words.group($0.group) })
    }
    return [
      .heading(Heading(level: 4, text: "AUC by group", anchor: Anchor("auc", block.anchor.id))),
      .figures(figures),
      .table(
        Table(
          Anchor("table-auc", block.anchor.id), "\(title): AUC by group", of: rows,
          columns: SubgroupTables.used(
            SubgroupTables.group + SubgroupTables.counts + SubgroupTables.accuracy, in: rows),
          note: methods(of: rows), band: band)),
    ]
  }

  private func band(_ row: SubgroupResult) -> String? {
    row.attribute == "overall" ? nil : Words.title(ofAttribute: row.attribute)
  }

  private func gaps(of block: ResultBlock, title: String) -> [Block] {
    var shown = block.comparisons
    var note: Prose = """
      Difference: AUC of the first group minus AUC of the second. Within δ: shown to lie inside \
      ±\(delta) by two one-sided tests.
      """
    if report.plan.metrics != nil {
      note = """
        Difference: the metric of the first group minus that of the second. Within δ: shown to lie \
        inside the metric's ±δ by two one-sided tests.
        """
    }
    if shown.count > Self.pairsPerTable {
      let strongest = shown.enumerated().sorted {
        abs($0.element.z ?? 0) > abs($1.element.z ?? 0)
      }.prefix(Self.pairsPerTable).map(\.offset)
      shown = strongest.sorted().map { block.comparisons[$0] }
      note =
        """
        Of \(block.comparisons.count) pairs, the \(Self.pairsPerTable) with the largest z are \
        shown; all are in \(code: "tables/comparisons.csv").\u{0020}
        """ + note
    }
    let scale = AxisScale(
      covering: shown.flatMap { [$0.difference, $0.lower, $0.upper].compactMap(\.self) }
        + [0, report.plan.delta, -report.plan.delta], limits: -1...1)
    let figures = shown.grouped(by: \.question).enumerated().flatMap { index, group in
      gapFigures(
        group.members,
        prefix: "\(block.anchor.id)-gaps-\(index + 1)-\(group.key.attribute)", scale: scale,
        context: title)
    }
    return [
      .heading(
        Heading(
          level: 4, text: "Differences between groups",
          anchor: Anchor("differences", block.anchor.id))),
      .figures(figures),
      .table(
        Table(
          Anchor("table-gaps", block.anchor.id),
          "\(title): differences \(Words.judged(report.plan))", of: shown,
          columns: ResultTables.used(
            ResultTables.named(ResultTables.comparisons, for: report.plan), in: shown), note: note,
          band: { Words.title(of: $0.question) })),
    ]
  }

  /// Largest differences in other metrics, a row for each attribute and metric.
  private func errorRates(of block: ResultBlock, title: String) -> [Block] {
    func rows(_ gaps: [RateGap]) -> [RateGap] {
      gaps.filter { ResultBlock.Key($0.question) == block.key }
    }
    var all: [Block] = []
    let rates = rows(report.rateGaps)
    if !rates.isEmpty {
      all.append(
        .table(
          Table(
            Anchor("table-rate-gaps", block.anchor.id),
            "\(title): largest differences in error rates at the threshold", of: rates,
            columns: ControlTables.rateGaps,
            note: """
              For each attribute the pair of groups with the largest studentised difference. Equal \
              AUCs allow unequal decisions: a shift of one group's scores shows only here.
              """)))
    }
    let others = rows(report.metricGaps)
    if !others.isEmpty {
      all.append(
        .table(
          Table(
            Anchor("table-metric-gaps", block.anchor.id),
            "\(title): largest differences in other metrics", of: others,
            columns: ControlTables.rateGaps,
            note: """
              Supporting evidence: average precision and Brier score depend on how common the finding \
              is in a group, so groups may differ in them although they are treated alike.
              """)))
    }
    return all
  }

  /// Errors at the threshold and calibration, where they were computed.
  private func details(of block: ResultBlock, title: String) -> [Block] {
    let rows = block.overall + block.subgroups
    let tables =
      rocTables(of: block, title: title)
      + thresholdTables(rows, title: title, name: block.anchor.id)
    let figures = curveFigures(of: block, title: title)
    guard !tables.isEmpty || !figures.isEmpty else { return [] }
    return [
      .heading(
        Heading(
          level: 4, text: "Errors at the threshold and calibration",
          anchor: Anchor("errors", block.anchor.id))),
      .figures(figures),
    ] + tables
  }

  private func thresholdTables(_ rows: [SubgroupResult], title: String, name: String) -> [Block] {
    var all: [Block] = []
    let atThreshold = SubgroupTables.used(SubgroupTables.threshold, in: rows)
    if !atThreshold.isEmpty {
      all.append(
        .table(
          Table(
            Anchor("table-threshold", name), "\(title): at the operating threshold", of: rows,
            columns: SubgroupTables.group + atThreshold,
            note: """
              FNR: share of cases with the finding that were missed. FPR: share of cases without \
              it that were called positive. PPV: share of positive calls that were right, at this \
              cohort's prevalence. Underdiagnosis, a sick case called healthy, is the FNR of a \
              finding and the FPR of a label such as "No Finding".
              """, band: band)))
    }
    let calibration = SubgroupTables.used(SubgroupTables.calibration, in: rows)
    if !calibration.isEmpty {
      let isSynthetic = rows.contains { $0.cohort == Words.synthetic }
      all.append(
        .table(
          Table(
            Anchor("table-calibration", name), "\(title): calibration and other measures",
            of: rows, columns: SubgroupTables.group + calibration,
            note: isSynthetic
              ? """
              In a synthetic cohort the prevalence is set by design, so the calibration intercept \
              says nothing about patients.
              """ : "Bins of the curves are in \(code: "tables/calibration.csv").", band: band)))
    }
    return all
  }
}

extension ResultBlock {
  /// `Effusion · densenet · real cohort`.
  var title: String { "\(key.finding) · \(key.classifier) · \(key.cohort) cohort" }
}
