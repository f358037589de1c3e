import AuditModel
import Vocabulary

/// Sections 2 to 5: what was audited, by which plan, on which data, and looking for what.
extension SectionWriter {
  var identity: [Block] {
    var all: [Block] = [
      .facts([
        Fact("Audit", "\(report.name)"),
        Fact("Title", "\(report.title)"),
        Fact("Intended use", stated(report.intendedUse, "report.intendedUse")),
        Fact("Carried out by", stated(report.operatorName, "report.operator")),
        Fact("Tool", "\(report.provenance.toolVersion)"),
        Fact("Modality", "Chest radiographs, one image per case"),
      ])
    ]
    all.append(
      report.classifiers.isEmpty
        ? .empty("No classifier is recorded in this report.")
        : .table(
          Table(
            Anchor("table-classifiers"), "Classifiers under audit, and models that check them",
            of: report.classifiers,
            columns: RecordTables.classifiers + [
              ColumnOf(.words("Role", "role")) {
                .text(auditedClassifiers.contains($0.name) ? "under audit" : "check, not audited")
              }
            ])))
    for classifier in report.classifiers {
      guard let pipeline = classifier.pipeline else { continue }
      all.append(.heading(Heading(level: 3, text: "What \(classifier.name) was run with")))
      all.append(.facts(pipeline.map { Fact($0.name, "\($0.value)") }))
    }
    if let generator = report.generator {
      all.append(.heading(Heading(level: 3, text: "Generator of the synthetic images")))
      var facts = [
        Fact("Name", "\(generator.name)"), Fact("Description", "\(generator.description)"),
      ]
      if let hash = generator.hash { facts.append(Fact("Weights, SHA-256", "\(code: hash)")) }
      all.append(.facts(facts))
      if !generator.support.isEmpty {
        all.append(.paragraph("According to its model card it can express:"))
        all.append(.list(generator.support.map { Prose($0) }))
      }
      if !generator.limits.isEmpty {
        all.append(
          .paragraph("According to its model card it cannot express, or was not checked for:"))
        all.append(.list(generator.limits.map { Prose($0) }))
      }
    }
    return all
  }

  private func stated(_ text: String?, _ key: String) -> Prose {
    text.map { Prose($0) } ?? "Not stated; set \(code: key) in the audit's specification."
  }

  var plan: [Block] {
    let plan = report.plan
    let harm = NumberText.setting(plan.harm)
    let units = report.cohorts.map { "\($0.clusterUnit) (\($0.cohort) cohort)" }
    let unit = Words.listed(units, none: plan.cluster)
    var all: [Block] = [
      .paragraph(
        plan.exploratory
          ? """
          The plan was \(strong: "changed after scores had been read"); the analysis is \
          exploratory.
          """
          : "\(planHistory)"),
      .facts(
        [
          Fact(
            "Asked",
            plan.metrics == nil
              ? "Do groups differ in how well the classifier ranks cases (AUC)?"
              : "Do groups differ \(Words.judged(plan))?"),
          Fact("Level α", "\(NumberText.setting(plan.alpha))"),
          Fact("δ", "\(delta): differences \(Words.judged(plan)) below this count as equivalent"),
          Fact("Limit for harm", "\(harm): a flag needs a simultaneous lower limit above this"),
        ] + ownMargins + [
          Fact(
            "Correction",
            """
            all pairs of groups of a question together; across the family of \
            \(plan.familySize) questions: \(Words.multiplicity(plan.multiplicity))
            """),
          Fact("Unit of inference", "\(unit); images of one unit are not independent"),
          Fact(
            "Smallest cell",
            """
            \(plan.minimumPositives) with the finding, \(plan.minimumNegatives) without, \
            \(plan.minimumClusters) clusters
            """),
          Fact("Resampling", "\(plan.replicates) replicates, seed \(code: String(plan.seed))"),
          Fact("SHA-256 of the plan", "\(code: plan.hash)"),
        ]),
    ]
    let thresholds = plan.thresholds.sorted { $0.key < $1.key }.map {
      (finding: $0.key, record: $0.value)
    }
    all.append(
      thresholds.isEmpty
        ? .empty(
          """
          No operating threshold was declared, so sensitivity, specificity and decisions that \
          flip are not reported.
          """)
        : .table(
          Table(
            Anchor("table-thresholds"), "Operating thresholds", of: thresholds,
            columns: RecordTables.thresholds,
            note: "One threshold per finding, the same for every group.")))
    return all
  }

  /// What this run can say of the order of plan and scores, and no more.
  private var planHistory: String {
    let rules =
      report.policy?.changedAfterScores == true
      ? " The rules of the owner's gate were changed after scores had been read." : ""
    return "The plan's hash was recorded before this program read a score, and the plan was not "
      + "changed since. Whether anybody knew the scores before, no program can tell." + rules
  }

  var data: [Block] {
    guard !report.cohorts.isEmpty else {
      return [.empty("No cohort is recorded in this report.")]
    }
    var all: [Block] = [
      .table(
        Table(
          Anchor("table-cohorts"), "Cohorts", of: report.cohorts, columns: RecordTables.cohorts))
    ]
    let demographics = report.cohorts.flatMap { cohort in
      cohort.demographics.map { (cohort: cohort.cohort, row: $0) }
    }
    all.append(
      demographics.isEmpty
        ? .empty("The composition of the cohorts by group was not recorded.")
        : .table(
          Table(
            Anchor("table-demographics"), "Composition by group", of: demographics,
            columns: RecordTables.demographics,
            note: "Groups are as recorded in the source; this audit infers no one's attributes.")))
    let unscored = report.overall.filter { $0.notScored > 0 }
    if !unscored.isEmpty {
      all.append(
        .list(
          unscored.map {
            """
            \($0.classifier), \($0.finding), \($0.cohort) cohort: \
            \(Words.counted($0.notScored, "image", "images")) without a score, left out and never \
            imputed.
            """
          }))
    }
    all += valueMappings
    all += accountingTable
    if !report.notes.isEmpty {
      all.append(.heading(Heading(level: 3, text: "Notes of the run")))
      all.append(.list(report.notes.map { Prose($0) }))
    }
    return all
  }

  var biasExamination: [Block] {
    guard !report.verdicts.isEmpty else {
      return [.empty("No groups were compared, so no examination for bias took place.")]
    }
    let attributes = report.verdicts.map(\.attribute).grouped { $0 }.map(\.key)
    let findings = report.verdicts.map(\.finding).grouped { $0 }.map(\.key)
    let flagged = report.verdicts.filter { $0.verdict == .flagged }
    var all: [Block] = [
      .heading(Heading(level: 3, text: "Looked for")),
      .paragraph(
        """
        Differences \(Words.judged(report.plan)) between groups of \
        \(Words.listed(attributes.map(Words.attribute), none: "no attribute")), for \
        \(Words.listed(findings, none: "no finding")).
        """),
      .heading(Heading(level: 3, text: "Found")),
      .paragraph(
        flagged.isEmpty
          ? "No difference \(judged) was flagged."
          : """
          \(Words.counted(flagged.count, "difference \(judged) was", "differences \(judged) were")) \
          flagged: \(link: "all answers at a glance", to: glanceAnchor).
          """),
      .heading(Heading(level: 3, text: "Gaps in the data")),
    ]
    let thin = report.subgroups.filter { $0.status != .ok }
    all.append(
      thin.isEmpty
        ? .paragraph("Every declared group had enough cases to be evaluated.")
        : .list(gaps(in: thin)))
    let open = report.verdicts.count { $0.verdict == .inconclusive }
    all.append(.heading(Heading(level: 3, text: "How the gaps could be closed")))
    if open > 0 {
      all.append(
        .paragraph(
          """
          \(Words.counted(open, "question is", "questions are")) inconclusive \(judged); section \
          \(link: "10 Uncertainty and limits", to: SectionKind.uncertainty.anchor) lists how many \
          clusters each needs.
          """))
    }
    if !thin.isEmpty {
      all.append(
        .paragraph("Collect cases for the groups above; none of them is counted as fair here."))
    }
    if open == 0, thin.isEmpty {
      all.append(.paragraph("Nothing is open at the limits of this plan."))
    }
    return all
  }

  /// Results that lack the same groups for the same reason, in one sentence.
  private func gaps(in rows: [SubgroupResult]) -> [Prose] {
    struct Cause: Hashable {
      var cohort: String
      var attribute: String
      var status: SubgroupResult.Status
      var reason: String?
    }
    struct Gap: Hashable {
      var cause: Cause
      var groups: [String]
    }
    func cause(_ row: SubgroupResult) -> Cause {
      Cause(cohort: row.cohort, attribute: row.attribute, status: row.status, reason: row.reason)
    }
    let byResult = rows.grouped { ResultBlock.Key($0) }.flatMap { key, members in
      members.grouped(by: cause).map { cause, cells in
        (
          subject: "\(key.finding) (\(key.classifier))",
          gap: Gap(cause: cause, groups: cells.map(\.group))
        )
      }
    }
    return byResult.grouped(by: \.gap).map { gap, members in
      let reason = gap.cause.reason.map { " (\($0))" } ?? ""
      let groups = Words.listed(gap.groups.map(Words.group), none: "")
      return """
        \(Words.title(ofAttribute: gap.cause.attribute)), \(gap.cause.cohort) cohort: \(groups); \
        \(gap.cause.status.word ?? "")\(reason). Concerns \
        \(Words.listed(members.map(\.subject), none: "")).
        """
    }
  }
}

extension SectionWriter {
  /// Margins of metrics that have their own.
  private var ownMargins: [Fact] {
    (report.plan.metrics ?? []).filter { $0.delta != nil || $0.harm != nil }.map { judged in
      Fact(
        "Margins of the \(judged.metric.title)",
        """
        δ \(NumberText.setting(judged.delta ?? report.plan.delta)), harm \
        \(NumberText.setting(judged.harm ?? report.plan.harm))
        """)
    }
  }
}

extension Words {
  /// What gives verdicts: `in AUC`, `in AUC and sensitivity`.
  static func judged(_ plan: PlanRecord) -> String {
    "in " + listed((plan.metrics ?? [JudgedMetric(.auc)]).map(\.metric.title), none: "no metric")
  }
}
