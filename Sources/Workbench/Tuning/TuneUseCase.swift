import AuditModel
import AuditStore
import Basics
import Classifiers
import Cohorts
import Foundation
import Images
import Statistics
import Vocabulary

/// Finds how near arms can stay to their anchor while predictors still see what was prompted.
///
/// Calibration base cases have noise of their own and are never scored by a classifier under audit;
/// what is chosen is frozen in ``StrengthTuning`` before a score of one is read. The same strength
/// holds for every image and arm.
package struct TuneUseCase {
  package var specificationPath: String
  package var reports: String
  package var makeGenerator: GeneratorMaker

  package init(
    specificationPath: String, reports: String,
    makeGenerator: @escaping GeneratorMaker = ChexGenGenerator.make
  ) {
    self.specificationPath = specificationPath
    self.reports = reports
    self.makeGenerator = makeGenerator
  }

  /// - Throws: ``AuditFailure`` for a spec that cannot be tuned, and once audited scores were read.
  package func run(context: RunContext) throws -> StrengthTuning {
    let workspace = try AuditWorkspace(specificationPath: specificationPath, reports: reports)
    let specification = workspace.specification
    let cohort = try calibration(of: specification)
    try checkNothingWasScored(workspace)
    let base = try makeGenerator(cohort, specification)
    guard let steps = Int(base.options["steps"] ?? ""),
      base.adopting(CounterfactualStrength()) != nil
    else { throw AuditFailure("the generator '\(base.name)' has no strength to tune") }
    let scoring = ScoreStage(workspace: workspace, context: context)
    let readers = try CalibrationReaders(specification, cohort: cohort, scoring: scoring)
    let design = CounterfactualDesign(cohort)
    let caption = base.card.caption
    let attributes = ArmSets(try cases(design, trunk: 0, caption: caption)).attributes
    var points: [StrengthTuning.Point] = []
    for trunk in Set(StrengthTuning.grid.map { Int(($0 * Double(steps)).rounded()) }).sorted() {
      let strength = CounterfactualStrength(
        trunk: Dictionary(uniqueKeysWithValues: attributes.map { ($0, trunk) }))
      guard var generator = base.adopting(strength) else { continue }
      let cases = try cases(design, trunk: trunk, caption: caption)
      try draw(cases, by: &generator, workspace: workspace, trunk: trunk, context: context)
      points += try readers.points(
        of: cases, trunk: trunk, attributes: attributes, seed: cohort.seed, workspace: workspace,
        networkRows: generator.networkRows(arms: design.arms.count))
    }
    var hashes: [String: String] = [:]
    for reader in specification.attributePredictors + specification.referencePanel {
      hashes[reader.name] = try scoring.hash(of: reader) ?? ""
    }
    let identity =
      (try base.hashes.map { "\($0.key):\($0.value)" }
      + base.options.map { "\($0.key)=\($0.value)" }).sorted().joined(separator: "\n")
    let tuning = StrengthTuning(
      baseCases: design.baseCaseCount, seed: cohort.seed, generator: SHA256.hex(of: identity),
      readers: hashes, points: points)
    try tuning.write(to: workspace.folder)
    return tuning
  }

  /// The cohort cut or stretched to the number of base cases that calibration takes.
  private func calibration(of specification: AuditSpecification) throws -> CohortSpecification {
    guard var cohort = specification.cohort, cohort.design == .counterfactual else {
      throw AuditFailure(
        "'\(specificationPath)' draws no counterfactual cohort, so it has no strength to tune")
    }
    guard !specification.attributePredictors.isEmpty else {
      throw AuditFailure(
        "tuning needs 'attributePredictors', which see whether an attribute was drawn",
        hint: "add them to '\(specificationPath)', or write a strength yourself")
    }
    let cells = cohort.findings.count * 2
    cohort.baseCases = (StrengthTuning.baseCases + cells - 1) / cells
    cohort.seedsPerBaseCase = 1
    cohort.placebos = [.seed]
    cohort.generator.strength = nil
    return cohort
  }

  /// A strength chosen after a result is known would be chosen by it.
  private func checkNothingWasScored(_ workspace: AuditWorkspace) throws {
    for classifier in workspace.specification.classifiers {
      for finding in workspace.specification.auditedFindings {
        guard
          try workspace.store.scores(
            classifier: classifier.name, finding: finding, cohort: .synthetic
          ).isEmpty
        else {
          throw AuditFailure(
            "'\(workspace.folder)' holds scores of '\(classifier.name)', which is under audit; a "
              + "strength chosen now could be chosen by them",
            hint: "give the spec another \"name\" and tune before it is run")
        }
      }
    }
  }

  private func cases(
    _ design: CounterfactualDesign, trunk: Int, caption: AttributeCaption
  ) throws -> [StoredCase] {
    design.cases(purpose: "calibration", caption: caption).enumerated().map { index, item in
      var stored = GenerateStage.stored(item, seed: design.specification.seed, as: .synthetic)
      stored.id = Int64(index)
      stored.name = "calibration/\(trunk)/" + item.imagePath.dropFirst(item.folder.count + 1)
      stored.image = stored.name
      // Set so that gates take the case for drawn; calibration images enter no store.
      stored.sha256 = ""
      return stored
    }
  }

  private func draw(
    _ cases: [StoredCase], by generator: inout any RadiographGenerator,
    workspace: AuditWorkspace, trunk: Int, context: RunContext
  ) throws {
    _ = try generator.prepare(prompts: CohortRendering.prompts(of: cases, for: generator))
    var done = 0
    let batches = CohortRendering.batches(
      cases, size: context.batchSize, keepsBaseCases: generator.usesAnchors)
    for batch in batches {
      try context.checkInterrupted()
      let jobs = try batch.map { try CohortRendering.job($0, in: workspace) }
      let images = try context.rendering(by: generator, jobs) { _, _ in
        try context.checkInterrupted()
      }
      for (item, image) in zip(batch, images) {
        let path = try workspace.path(item.name)
        try createFolder(at: parentFolder(of: path))
        try writeAtomically(
          try encodePNG(image, text: CohortRendering.text(of: item, generator: generator)), to: path
        )
      }
      done += batch.count
      context.report(
        StageProgress(
          stage: "calibrating", done: Double(done), total: Double(cases.count), unit: "images",
          detail: "trunk of \(trunk) steps"))
    }
  }
}
