import AuditModel

/// How far a report answers what regulators and guidelines ask.
struct Requirement {
  enum Extent: String {
    case covered = "Covered"
    case inPart = "In part"
    case notCovered = "Not covered"
  }

  var source: String
  var asks: String
  var sections: [SectionKind]
  var extent: Extent
  /// What the report does not give.
  var missing: String
}

/// All requirements, held against one report.
struct Requirements {
  let report: AuditReport

  var all: [Requirement] { artificialIntelligenceAct + devices + guidelines }

  private var noReal: Bool { !report.cohorts.contains { $0.cohort == "real" } }
  private var isSigned: Bool { report.signature != nil }
  private var isPlanned: Bool { !report.plan.exploratory }
  private var looksAtTraining: Bool { report.rebalancing != nil }

  private func best(_ extent: Requirement.Extent, unless conditions: Bool...)
    -> Requirement.Extent
  {
    report.subgroups.isEmpty ? .notCovered : conditions.contains(true) ? .inPart : extent
  }

  /// What the report lacks of dated and signed test reports, in this run.
  private var unsigned: String {
    (isSigned
      ? "A detached signature is named; people have not signed." : "This report is not signed.")
      + (isPlanned ? "" : " The plan was changed after scores had been read.")
  }

  private var realEvidence: String {
    noReal
      ? "No real patients in this audit; regulators expect subgroup evidence from them."
      : "Ethnicity, equipment and site, unless declared as attributes."
  }

  /// Of the EU AI Act.
  private var artificialIntelligenceAct: [Requirement] {
    [
      Requirement(
        source: "EU AI Act, Annex IV (1)", asks: "Description, version and intended purpose",
        sections: [.identity], extent: .inPart,
        missing: "The provider's full technical description."),
      Requirement(
        source: "EU AI Act, Annex IV (2)(g)",
        asks: "Validation procedures, metrics, dated and signed test reports",
        sections: [.plan, .reproducibility, .signatures],
        extent: best(.covered, unless: !isSigned, !isPlanned), missing: unsigned),
      Requirement(
        source: "EU AI Act, Annex IV (3)",
        asks: "Accuracy for specific persons or groups of persons", sections: [.subgroups],
        extent: best(.covered, unless: noReal, !isPlanned), missing: realEvidence),
      Requirement(
        source: "EU AI Act, Art. 10(2)(f)–(h)",
        asks: "Examination for bias, measures against it, gaps in the data",
        sections: [.biasExamination, .rebalancing], extent: best(.inPart),
        missing: looksAtTraining
          ? "The training data are examined only as far as a table of them was given."
          : "The training data were not examined: the specification asks for no rebalancing."),
      Requirement(
        source: "EU AI Act, Art. 9", asks: "Risk management", sections: [.risk],
        extent: .notCovered, missing: "Clinical consequence, mitigation and owner: to be filled in."
      ),
      Requirement(
        source: "EU AI Act, Art. 13", asks: "Information that users can understand",
        sections: [.bottomLine, .uncertainty], extent: .inPart, missing: "Instructions for use."),
      Requirement(
        source: "EU AI Act, Art. 72", asks: "Monitoring after placing on the market",
        sections: [.monitoring], extent: .notCovered,
        missing: "A proposal only; no data from use are collected."),
    ]
  }

  /// Of authorities for medical devices.
  private var devices: [Requirement] {
    [
      Requirement(
        source: "FDA draft guidance, AI-enabled device software (2025)",
        asks: "Performance with intervals by sex, age, race, ethnicity, severity, equipment, site",
        sections: [.overall, .subgroups], extent: .inPart, missing: realEvidence),
      Requirement(
        source: "FDA draft guidance, AI-enabled device software (2025)",
        asks: "How data were collected, labelled and kept apart from training",
        sections: [.data], extent: .inPart,
        missing: "Quality of the reference standard; independence from training is declared."),
      Requirement(
        source: "FDA guidance, predetermined change control plans",
        asks: "Protocol for retraining and acceptance by subgroup",
        sections: [.rebalancing, .monitoring], extent: looksAtTraining ? .inPart : .notCovered,
        missing: "Acceptance criteria beyond this plan's limits."),
    ]
  }

  /// Of guidelines for reports, risk frameworks and accessibility.
  private var guidelines: [Requirement] {
    [
      Requirement(
        source: "TRIPOD+AI (2024)",
        asks: "Pre-specified analysis, performance in key subgroups, fairness, limitations",
        sections: [.plan, .overall, .subgroups, .uncertainty], extent: .inPart,
        missing: "Development of the model."),
      Requirement(
        source: "STANDING Together (2024)",
        asks: "Who is in the data, how attributes were recorded, groups at risk",
        sections: [.data, .biasExamination], extent: .inPart,
        missing: "Provenance of labels and reasons for missing attributes."),
      Requirement(
        source: "NIST AI RMF, MEASURE 2.11", asks: "Fairness and bias evaluated and documented",
        sections: [.plan, .subgroups, .counterfactual, .validity],
        extent: best(.covered, unless: noReal, !isPlanned),
        missing: "Harms other than unequal performance."),
      Requirement(
        source: "NIST AI RMF, MANAGE", asks: "Risks are treated and tracked", sections: [.risk],
        extent: .notCovered, missing: "To be filled in by the owner."),
      Requirement(
        source: "CHAI applied model card v0.2", asks: "FairnessEquity block with numbers",
        sections: [.subgroups, .reproducibility], extent: best(.covered),
        missing: "The other blocks of the card."),
      Requirement(
        source: "WCAG 2.2 AA, EN 301 549", asks: "A report that everyone can read",
        sections: [], extent: .inPart,
        missing: "This page is checked by machine; a check by people is still needed."),
    ]
  }
}
