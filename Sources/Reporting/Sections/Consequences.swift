import AuditModel

/// Sections 10 to 13: what remains uncertain, and what follows from the results.
extension SectionWriter {
  var uncertainty: [Block] {
    var all: [Block] = [.list(sourcesOfUncertainty)]
    all += familyTable
    all += openQuestions
    guard !report.verdicts.isEmpty else { return all }
    var table = Table(
      Anchor("table-verdicts"), "All verdicts with their numbers", of: report.verdicts,
      columns: ResultTables.used(
        ResultTables.named(ResultTables.verdicts, for: report.plan), in: report.verdicts),
      note: """
        p, whole family: adjusted over all questions of the plan. By chance: what the spread of \
        AUCs would be without any difference, its 95th percentile.
        """)
    // The first sheets say the same at a glance.
    table.isDetail = true
    all.append(.table(table))
    return all
  }

  private var sourcesOfUncertainty: [Prose] {
    var items: [Prose] = [
      """
      \(strong: "Chance.") Intervals take into account that images of one patient or one base case \
      are not independent. Limits of differences hold for all pairs of groups of a \
      question together.
      """,
      report.plan.multiplicity == "none"
        ? """
        \(strong: "Many questions.") \(report.plan.familySize) were asked and p-values were not \
        corrected across them.
        """
        : """
        \(strong: "Many questions.") \(report.plan.familySize) were asked; p-values for the whole \
        family are corrected by \(Words.multiplicity(report.plan.multiplicity)).
        """,
      """
      \(strong: "The range is biased upwards.") The spread between best and worst group is above \
      zero even where no difference exists. It is printed only next to what chance produces, and \
      decides nothing.
      """,
      """
      \(strong: "Labels.") Reference labels are taken as given. If labels are wrong more often in \
      one group, gaps can appear, vanish or change sign.
      """,
      """
      \(strong: "Cause.") Groups can differ in disease severity, projection or equipment. A \
      difference between groups is not by itself an effect of the attribute.
      """,
      """
      \(strong: "Race, sex and age") are used as recorded or as written in the prompt. Race is a \
      social category; nothing here infers it for a person.
      """,
      """
      \(strong: "Elsewhere.") Results hold for these images and this version of the classifier.
      """,
    ]
    if hasSynthetic {
      items.append(
        """
        \(strong: "Generated images.") A gap can come from the generator drawing a finding \
        differently for different groups. The checks in section 9 look for that; those not run \
        leave it open.
        """)
    }
    return items
  }

  private var openQuestions: [Block] {
    let open = report.verdicts.filter { $0.verdict == .inconclusive }
    return [
      .heading(
        Heading(
          level: 3, text: "What would settle the inconclusive questions", anchor: Anchor("settling")
        )),
      open.isEmpty
        ? .paragraph("No question is inconclusive.")
        : .table(
          Table(
            Anchor("table-open"), "Inconclusive questions and the clusters they need", of: open,
            columns: [
              ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.classifier) },
              ColumnOf(.words("Cohort", "cohort")) { .text($0.cohort) },
              ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
              ColumnOf(.words("Attribute", "attribute")) { .text(Words.attribute($0.attribute)) },
              ColumnOf(.number("Clusters needed", "required_clusters")) {
                $0.requiredClusters.map(Cell.count)
                  ?? .status("not available", reason: nil)
              },
            ],
            note: "Clusters at which the same spread would be settled at δ = \(delta).")),
    ]
  }

  var risk: [Block] {
    var all: [Block] = [
      .paragraph(
        """
        The audit measures differences; what they mean for patients is a clinical judgement that \
        it cannot make. The table is for the risk file: one line per question that needs a decision, \
        to be completed by its owner.
        """)
    ]
    let open = questions.filter { [.flagged, .decisionsDiffer, .inconclusive].contains($0.answer) }
    all.append(
      open.isEmpty
        ? .empty("No question calls for a decision.")
        : .table(
          Table(
            Anchor("table-risk"), "Questions that need a decision",
            of: open.sorted(by: AskedQuestion.byEvidence),
            columns: [
              ColumnOf(.words("Answer", "answer")) {
                .answer($0.answer, $0.decidingGap, to: $0.anchor)
              },
              ColumnOf(.words("Concerns", "concerns", header: true)) {
                .text("\($0.subject), \($0.question.classifier) (\($0.question.cohort))")
              },
              ColumnOf(.words("Clinical consequence", "consequence")) { _ in .blank },
              ColumnOf(.words("Action and residual risk", "action")) { _ in .blank },
              ColumnOf(.words("Owner, date", "owner")) { _ in .blank },
            ])))
    all += policyLimits
    return all
  }

  var monitoring: [Block] {
    [
      .paragraph(
        """
        This audit is one measurement; it observes no classifier in use. For monitoring, keep the \
        plan \(code: String(report.plan.hash.prefix(12))) frozen and repeat it:
        """),
      .list([
        "after every new version of the classifier, of its threshold or of its preprocessing;",
        "after a change of scanner, projection or population at the site;",
        """
        whenever enough new cases have come in to reach the clusters named under \
        \(link: "uncertainty", to: SectionKind.uncertainty.anchor).
        """,
        """
        Raise an alarm where a simultaneous lower limit of a difference exceeds \
        \(NumberText.setting(report.plan.harm)), or where a verdict that was within δ = \(delta) \
        no longer is.
        """,
      ]),
    ]
  }

  /// What this page can say about its signature, and that it cannot vouch for itself.
  private var electronicSignature: [Block] {
    guard let signature = report.signature else {
      return [
        .empty(
          """
          The report carries no electronic signature: nothing but the hashes in section 14 ties it \
          to whoever made it.
          """)
      ]
    }
    return [
      .paragraph(
        """
        \(code: signature.file) is a detached signature of \(code: "provenance.json"), which holds \
        the hash of this page and of every other file. A page cannot vouch for itself: whether the \
        signature is there, fits and is by someone you trust is \(strong: "not verified here") but \
        by \(code: "audit verify REPORT --allowed-signers FILE"), which names the signer.
        """),
      .facts([
        Fact("Signing key", "\(signature.keyType) \(code: signature.keyFingerprint)"),
        Fact("Signed as", "\(code: signature.namespace), by \(code: "ssh-keygen -Y sign")"),
        Fact(
          "Signed by",
          report.operatorName.map {
            "according to the specification, \($0); only the key above proves it"
          } ?? "whoever holds the key; the specification names no operator"),
      ]),
    ]
  }

  var signatures: [Block] {
    let roles = ["Prepared by", "Statistical review", "Clinical review", "Approved by"]
    return electronicSignature + [
      .paragraph(
        "Signing confirms that the report was read in full, its limits included."),
      .table(
        Table(
          Anchor("table-signatures"), "Signatures", of: roles,
          columns: [
            ColumnOf(.words("Role", "role", header: true)) { .text($0) },
            ColumnOf(.words("Name", "name")) { _ in .blank },
            ColumnOf(.words("Date", "date")) { _ in .blank },
            ColumnOf(.words("Signature", "signature")) { _ in .blank },
          ])),
    ]
  }
}
