import AuditModel
import Basics
import AuditStore
import Cohorts
import Fairness
import Foundation
import Vocabulary

/// Puts everything an audit found into one report value.
struct ReportAssembly {
  let workspace: AuditWorkspace
  let context: RunContext

  func report(
    outcome: AnalysisOutcome, evidence: CohortEvidence, classifiers: [ClassifierRecord],
    rebalancing: RebalancingRecord?, signature: SignatureRecord? = nil
  ) throws -> AuditReport {
    let specification = workspace.specification
    let store = workspace.store
    let planHash = AuditModel.planHash(specification)
    var plan = PlanRecord(
      specification: specification.analysis, familySize: outcome.familySize, hash: planHash,
      exploratory: try store.value(of: .exploratory) == "true")
    plan.thresholds = outcome.thresholds
    var report = AuditReport(
      name: specification.name,
      title: specification.report.title ?? "Fairness audit: \(specification.name)", plan: plan,
      provenance: try provenance(planHash: planHash, classifiers: classifiers))
    report.intendedUse = specification.report.intendedUse.flatMap { $0.isEmpty ? nil : $0 }
    report.operatorName = specification.report.operatorName
    report.results = outcome.results
    report.cautions += try store.texts(of: .realCautions)
    let repeatability = RepeatabilityCheck(store: store, context: context)
    report.cautions += try specification.models.compactMap { try repeatability.sentence($0.name) }
    let images = try ImageSummaries(
      store: store, classifiers: classifiers.map(\.name), attributes: specification.attributes,
      rules: specification.analysis.groups
    ).summaries()
    report.images = images.isEmpty ? nil : images
    report.notes = try notes() + images.flatMap(\.notes) + report.notes
    report.cohorts = try cohorts()
    report.classifiers = classifiers
    report.generator = evidence.generator
    report.rebalancing = rebalancing
    report.signature = signature
    report.gallery = try Gallery(
      store: store, classifiers: specification.classifiers.map(\.name),
      predictors: specification.attributePredictors.map(\.name), folder: workspace.folder
    ).rows()
    report.policy = try policy(outcome)
    report.valueMappings = try store.decoded([ValueMapping].self, of: .realMappings)
    return report
  }

  private func policy(_ outcome: AnalysisOutcome) throws -> PolicyRecord? {
    var record = PolicyGate(workspace.specification.policy).record(
      verdicts: outcome.verdicts, comparisons: outcome.comparisons,
      subgroups: outcome.subgroups, absences: outcome.absences)
    if try workspace.store.value(of: .policyChanged) == "true" {
      record?.changedAfterScores = true
    }
    return record
  }

  private func notes() throws -> [String] {
    var notes: [String] = []
    if let cut = try workspace.store.value(of: .truncatedPrompts) {
      notes.append("\(cut) prompts were longer than the generator reads and were cut.")
    }
    notes += try conditionNotes()
    notes += try workspace.store.texts(of: .realNotes)
    let real = try workspace.store.cases(of: .real)
    if !real.isEmpty {
      notes += GatheredValues(specification: workspace.specification) { name in
        real.map { $0.attributes[name] }
      }.notes()
    }
    if let note = try workspace.discardedNote() { notes.append(note) }
    if let changed = try workspace.store.value(of: .exploratory), changed == "true" {
      notes.append(
        "The analysis plan was changed after scores had been read; this report is exploratory.")
    }
    return notes
  }

  /// How masks and boxes took part, finding by finding.
  private func conditionNotes() throws -> [String] {
    let guided = Dictionary(
      grouping: try workspace.store.cases(of: .synthetic).filter(\.usesControlNetwork),
      by: { $0.finding ?? "" })
    return guided.sorted { $0.key < $1.key }.map { finding, cases in
      let sources = Set(cases.compactMap(\.conditionSource)).count
      let baseCases = Set(cases.filter { $0.condition != nil }.map(\.cluster)).count
      return "\(finding): \(baseCases) positive base cases were drawn under \(sources) different "
        + "masks or layouts of boxes, the negative ones by the same network without any; what "
        + "classifiers see may differ between the labels by more than the finding."
    }
  }

  private func cohorts() throws -> [CohortRecord] {
    var records: [CohortRecord] = []
    let synthetic = try workspace.store.cases(of: .synthetic)
    if let cohort = workspace.specification.cohort, !synthetic.isEmpty {
      records.append(
        try record(
          "synthetic", cases: synthetic,
          unit: cohort.design == .replica
            ? try workspace.store.value(of: .realClusterUnit) ?? "patients" : "base cases",
          description: try description(of: cohort, images: synthetic.count)))
    }
    let real = try workspace.store.cases(of: .real)
    if let specified = workspace.specification.real, !real.isEmpty {
      records.append(
        try record(
          "real", cases: real,
          unit: try workspace.store.value(of: .realClusterUnit) ?? "patients",
          description: "real radiographs listed in "
            + "\((specified.table as NSString).lastPathComponent)"
            + (try workspace.store.value(of: .realPatientCount).map {
              " of \($0) patients, each image counted by itself as the plan asks"
            } ?? "")))
    }
    return records
  }

  private func description(of cohort: CohortSpecification, images: Int) throws -> String {
    let generator = try workspace.store.value(of: .generatorName) ?? "the generator"
    switch cohort.design {
    case .replica:
      return
        "\(images) synthetic twins by \(generator), one for each real case, with its attributes "
        + "and findings"
    case .counterfactual:
      let design = CounterfactualDesign(cohort)
      return "\(design.baseCaseCount) base cases, each drawn in \(design.arms.count) "
        + "demographic arms from the same noise"
        + (design.placeboArms.isEmpty ? "" : " and in \(design.placeboArms.count) placebo arms")
        + " by \(generator)"
    }
  }

  private func record(_ name: String, cases: [StoredCase], unit: String, description: String)
    throws -> CohortRecord
  {
    var record = CohortRecord(
      cohort: name, description: description, images: cases.count,
      clusters: Set(cases.map(\.cluster)).count, clusterUnit: unit)
    let drawn = cases.filter { $0.placebo == nil }
    let rules = workspace.specification.analysis.groups
    for attribute in workspace.specification.attributes {
      let values = drawn.map { $0.attributes[attribute.name] }
      let grouping = Self.description(
        of: attribute, values: values, rule: rules[attribute.name], isReal: name == "real")
      // Few values are shared by many cases.
      var groups: [String?: String] = [:]
      for value in Set(values) { groups[value] = try grouping.group(of: value) ?? "missing" }
      guard Set(groups.values) != ["missing"] else { continue }
      var members: [String: (images: Int, clusters: Set<String>)] = [:]
      for (value, item) in zip(values, drawn) {
        guard let group = groups[value] else { continue }
        members[group, default: (0, [])].images += 1
        members[group]?.clusters.insert(item.cluster)
      }
      for group in grouping.groups + ["missing"] {
        guard let found = members[group] else { continue }
        record.demographics.append(
          DemographicRow(
            attribute: attribute.name, group: group, images: found.images,
            clusters: found.clusters.count))
      }
    }
    return record
  }

  /// Who is in a cohort: values, and decades or the analysis' bins of the numbers of real patients, whom
  /// a single number could identify.
  private static func description(
    of attribute: Attribute, values: [String?], rule: GroupRule?, isReal: Bool
  ) -> Grouping {
    guard isReal, attribute.kind == .number else {
      return Grouping(attribute, rule: nil, values: values)
    }
    guard attribute.unit == "years" else {
      return Grouping(attribute, rule: rule, values: values)
    }
    let oldest = values.compactMap { $0.flatMap(Attribute.number) }.max() ?? 0
    let edges = stride(from: 0, through: oldest + 20, by: 10).map { $0 }
    return Grouping(attribute, rule: .edges(edges))
  }

  private func provenance(planHash: String, classifiers: [ClassifierRecord]) throws -> Provenance {
    let specification = workspace.specification
    var provenance = Provenance(
      toolVersion: toolVersion, specificationHash: specification.hash, planHash: planHash,
      command: "audit run \((workspace.specificationPath as NSString).lastPathComponent)")
    for fact in [AuditFact.generator, .conditions] {
      let kind = fact == .generator ? "generator " : ""
      for line in (try workspace.store.value(of: fact) ?? "").split(separator: "\n") {
        if let colon = line.firstIndex(of: ":"), !line[..<colon].contains("=") {
          provenance.hashes["\(kind)\(line[..<colon])"] = String(
            line[line.index(after: colon)...])
        } else if let equals = line.firstIndex(of: "=") {
          provenance.options[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
      }
    }
    for classifier in classifiers {
      provenance.hashes["classifier \(classifier.name)"] = classifier.hash
    }
    let tables = ScoreTables(
      store: workspace.store, classifiers: classifiers.map(\.name),
      findings: try ScoreStage(workspace: workspace, context: context).answeredFindings())
    for cohort in [StoredCase.Cohort.synthetic, .real] {
      if let digest = try tables.digest(of: cohort) {
        provenance.hashes["scores \(cohort.rawValue)"] = digest
      }
    }
    provenance.hashes["real table"] = try workspace.store.value(of: .realTableHash)
    if let cohort = specification.cohort { provenance.seeds["cohort"] = cohort.seed }
    provenance.seeds["analysis"] = specification.analysis.seed
    provenance.environment = [
      "operating system": ProcessInfo.processInfo.operatingSystemVersionString,
      "processor cores": String(ProcessInfo.processInfo.activeProcessorCount),
    ]
    if let runtime = try workspace.store.value(of: .onnxRuntime) {
      provenance.environment["ONNX Runtime"] = runtime
    }
    provenance.stages = try workspace.store.stages()
    return provenance
  }
}
