import AuditModel
import Basics
import ChexGen
import Cohorts
import Fairness
import Foundation
import Reporting

/// What a run of a spec would do, counted before anything is done.
package struct AuditPlan: Sendable, Equatable, Codable {
  package var name: String
  package var findings: [String]
  package var arms: [String]
  package var placebos: [String]
  package var baseCases: Int
  package var seedsPerBaseCase = 1
  /// What the detectable gaps of a synthetic cohort do not count in; nil without such a cohort.
  package var controls: String?
  package var images: Int
  package var classifiers: [String]
  /// Synthetic images × classifiers that can read images.
  package var scorings: Int
  /// Measured on this machine by drawing one image; nil without a synthetic cohort.
  package var secondsPerImage: Double?
  package var estimatedSeconds: Double?
  package var estimatedBytes: Int
  /// Bytes free where reports are written.
  package var freeBytes: Int?
  /// Cells that cannot be judged with this generator, each with its reason.
  package var notEvaluable: [String]
  /// What a run would say about the real table when it reads it, in the same words.
  package var notes: [String] = []
  /// Further lines: what gaps this design can detect.
  package var details: [String] = []
  /// Rows that the cohort passes through the network; nil without a synthetic cohort.
  package var networkRows: Int?
  /// What a gap of δ costs to find with 80 % power, with plain arms and with those of the spec, from
  /// correlations that the model card reports; nil where it reports none.
  package var plainCost: CostPerAnswer?
  package var cost: CostPerAnswer?
  /// The same as values: per finding × attribute × cohort.
  package var detectable: [Answer<DetectableGap>] = []
  package var planHash: String
  /// Sampler, steps, guidance and the other options of the generator.
  package var options: [String: String] = [:]
  /// Findings with masks or boxes, each with how many and the rule.
  package var conditions: [String] = []
}

/// Counts a spec and times one image on this machine.
package struct PlanUseCase {
  /// What planning assumes where no pilot says better.
  package var assumptions = DesignAssumptions()
  /// `report.json` of an earlier audit of the same kind, or its folder.
  package var pilot: String?
  /// Also decodes every image of the real cohort, instead of reading its header alone.
  package var decodesImages = false
  package var makeGenerator: GeneratorMaker = ChexGenGenerator.make

  package init() {}

  /// What the real table holds besides what was expected of it.
  private func notes(on real: RealCohort, _ specification: AuditSpecification) -> [String] {
    let gathered = GatheredValues(specification: specification) { name in
      real.cases.map { $0.attributes[name] }
    }
    return real.notes + real.cautions + gathered.notes()
  }

  /// - Parameter reports: Where the run would write.
  /// - Throws: ``AuditFailure`` with everything that would stop a run: see ``Preflight``.
  package func run(specificationPath: String, reports: String, context: RunContext) throws
    -> AuditPlan
  {
    let specification = try loadSpecification(at: specificationPath)
    let generators = GeneratorCache { [makeGenerator] cohort in
      try makeGenerator(
        cohort.tuned(in: absolutePath(reports) + "/" + specification.name), specification)
    }
    let real = try Preflight(
      specification: specification, reports: reports, decodesImages: decodesImages,
      makeGenerator: generators.generator
    ).run()?.cohort
    var plan = AuditPlan(
      name: specification.name, findings: [], arms: [], placebos: [], baseCases: 0, images: 0,
      classifiers: specification.classifiers.map(\.name), scorings: 0, estimatedBytes: 0,
      freeBytes: freeBytes(near: absolutePath(reports)), notEvaluable: [],
      planHash: AuditModel.planHash(specification))
    plan.detectable = try PlannedGaps(
      specification: specification, assumptions: assumptions, pilot: try pilotReport()
    ).all()
    plan.notes = real.map { notes(on: $0, specification) } ?? []
    plan.details = plan.detectable.map(\.sentence)
    let others = specification.analysis.metrics.map(\.metric).filter { $0 != .auc }
    if !others.isEmpty {
      plan.details.append(
        "the gaps above are of the AUC; how small a gap in \(others.map(\.title).joined(separator: ", ")) "
          + "can be found depends on values that no plan knows before scores are read")
    }
    guard let cohort = specification.cohort else { return plan }
    plan.controls =
      "on synthetic images a gap is flagged only where it also exceeds the placebo's"
      + (specification.referencePanel.isEmpty ? "" : " and the reference panel's")
      + " beyond sampling error; the gaps above count that in, with a placebo of another patient and a "
      + "panel whose scores correlate by 0.5 with the classifier's"
    guard cohort.design == .counterfactual else {
      return try replica(
        cohort, specification: specification, generator: try generators.generator(cohort),
        plan: plan, context: context)
    }
    let design = CounterfactualDesign(cohort)
    plan.findings = cohort.findings.map(\.name)
    plan.arms = design.arms.map(\.identifier)
    plan.placebos = design.placeboArms.map(\.identifier)
    plan.baseCases = design.baseCaseCount
    plan.seedsPerBaseCase = cohort.seedsPerBaseCase
    plan.images = design.imageCount
    let generator = try generators.generator(cohort)
    plan.notEvaluable = limitations(of: cohort, by: generator)
    plan.conditions = try conditions(of: cohort, specification, generator: generator)
    if let generator = generator as? ChexGenGenerator {
      try addCost(of: design, specification, generator: generator, to: &plan)
    }
    let batch = Array(design.cases(caption: generator.card.caption).prefix(8))
    try addDrawing(
      of: try jobs(batch, cohort: cohort, specification, generator: generator), by: generator,
      specification: specification, to: &plan, context: context)
    return plan
  }

  private func addCost(
    of design: CounterfactualDesign, _ specification: AuditSpecification,
    generator: ChexGenGenerator, to plan: inout AuditPlan
  ) throws {
    let rows = design.networkRows { generator.samplingOptions.networkRows(arms: $0) }
    plan.networkRows = rows * design.baseCaseCount
    guard let correlation = generator.modelCard?.armCorrelation, generator.usesAnchors else {
      return
    }
    var plain = generator.samplingOptions
    plain.strength = nil
    plain.sharedSteps = 0
    plan.plainCost = try CostPerAnswer(
      of: specification, assumptions: assumptions, correlation: correlation.plain,
      rowsPerBaseCase: design.networkRows { plain.networkRows(arms: $0) })
    plan.cost = try CostPerAnswer(
      of: specification, assumptions: assumptions, correlation: correlation.tuned,
      rowsPerBaseCase: rows)
  }

  /// What drawing and scoring the planned images takes, from one batch drawn for the purpose.
  private func addDrawing(
    of batch: [RenderJob], by generator: any RadiographGenerator, specification: AuditSpecification,
    to plan: inout AuditPlan, context: RunContext
  ) throws {
    plan.scorings =
      plan.images
      * specification.models.count { $0.readsImages }
    // An 8-bit RGB radiograph compresses to somewhat less than one byte per pixel and channel.
    let side = generator.card.resolution ?? 0
    plan.estimatedBytes = plan.images * side * side * 3
    plan.options = generator.options
    var generator = generator
    _ = try generator.prepare(
      prompts: batch.map(\.prompt) + (generator.usesAnchors ? batch.compactMap(\.anchor) : []))
    let seconds = try secondsPerImage(generator, jobs: batch, context: context)
    plan.secondsPerImage = seconds
    plan.estimatedSeconds = seconds * Double(plan.images)
  }

  /// Masks and boxes per finding, each read and checked.
  private func conditions(
    of cohort: CohortSpecification, _ specification: AuditSpecification,
    generator: any RadiographGenerator
  ) throws -> [String] {
    let conditions = try CohortConditions(cohort, resolve: specification.resolve)
    guard !conditions.isEmpty else { return [] }
    try conditions.check(size: try generator.conditionSize()) { _, _ in }
    return try conditions.record().split(separator: "\n").filter { $0.contains("=") }
      .map {
        String($0.dropFirst("conditions ".count)).replacing("=", with: ": ", maxReplacements: 1)
      }
  }

  private func jobs(
    _ batch: [CohortCase], cohort: CohortSpecification, _ specification: AuditSpecification,
    generator: any RadiographGenerator
  ) throws -> [RenderJob] {
    let conditions = try CohortConditions(cohort, resolve: specification.resolve)
    let size = conditions.isEmpty ? (width: 0, height: 0) : try generator.conditionSize()
    return try batch.map {
      RenderJob(
        prompt: $0.prompt, seed: cohort.seed, noisePath: $0.noisePath,
        guidance: try conditions.guidance(of: $0, size: size), anchor: $0.anchorPrompt)
    }
  }

  /// Draws one whole batch as a run would and divides.
  private func secondsPerImage(
    _ generator: any RadiographGenerator, jobs: [RenderJob], context: RunContext
  ) throws -> Double {
    let start = context.now()
    _ = try generator.render(jobs) { step, count in
      try context.checkInterrupted()
      context.report(
        StageProgress(
          stage: "timing one batch", done: Double(step), total: Double(count + 1), unit: "steps"))
    }
    return context.now().timeIntervalSince(start) / Double(max(1, jobs.count))
  }

  private func pilotReport() throws -> AuditReport? {
    guard let pilot else { return nil }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: pilot, isDirectory: &isFolder)
    let path = isFolder.boolValue ? pilot + "/report.json" : pilot
    return try decodeReportJSON(
      String(decoding: try readBytes(of: path, limit: reportFileLimit), as: UTF8.self))
  }

  /// One twin per real case.
  private func replica(
    _ cohort: CohortSpecification, specification: AuditSpecification,
    generator: any RadiographGenerator, plan: AuditPlan, context: RunContext
  ) throws -> AuditPlan {
    var plan = plan
    guard let real = specification.real else { return plan }
    let table = try RealCohort(
      real, resolve: specification.resolve, defaultFindings: specification.auditedFindings)
    let sources = table.cases.map { item in
      ReplicaDesign.Source(
        image: item.image, cluster: item.patient, attributes: item.attributes,
        labels: Dictionary(
          zip(table.findings, item.labels).compactMap { name, label in label.map { (name, $0) } },
          uniquingKeysWith: { first, _ in first }))
    }
    plan.findings = cohort.findings.map(\.name)
    let twins = ReplicaDesign(cohort).twins(of: sources, card: generator.card)
    plan.images = twins.count
    try addDrawing(
      of: twins.prefix(8).map {
        RenderJob(prompt: $0.prompt, seed: cohort.seed, noisePath: $0.noisePath)
      }, by: generator, specification: specification, to: &plan, context: context)
    return plan
  }

  private func limitations(of cohort: CohortSpecification, by generator: any RadiographGenerator)
    -> [String]
  {
    let byAttribute = cohort.attributes.entries.compactMap { entry in
      generator.limitation(ofAttribute: entry.attribute.name, values: entry.values)
        .map { "\(entry.attribute.name): \($0)" }
    }
    let byFinding = cohort.findings.compactMap { finding in
      generator.limitation(ofFinding: finding.name).map { "\(finding.name): \($0)" }
    }
    return byAttribute + byFinding
  }
}

/// Bytes free on the file system that holds `path` or its nearest existing parent.
func freeBytes(near path: String) -> Int? {
  var url = URL(fileURLWithPath: path)
  while !FileManager.default.fileExists(atPath: url.path), url.path != "/" {
    url.deleteLastPathComponent()
  }
  let attributes = try? FileManager.default.attributesOfFileSystem(forPath: url.path)
  return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
}
