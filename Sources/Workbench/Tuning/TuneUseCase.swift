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
    let identity =
      (try base.hashes.map { "\($0.key):\($0.value)" }
      + base.options.map { "\($0.key)=\($0.value)" }).sorted().joined(separator: "\n")
    let calibration = Calibrating(
      base: base, design: CounterfactualDesign(cohort), workspace: workspace, context: context,
      readers: try CalibrationReaders(specification, cohort: cohort, scoring: scoring),
      key: SHA256.hex(of: "\(toolVersion)\n\(cohort.seed)\n\(identity)"))
    let attributes = try calibration.attributes()
    var points: [StrengthTuning.Point] = []
    for trunk in Set(StrengthTuning.grid.map { Int(($0 * Double(steps)).rounded()) }).sorted() {
      points += try calibration.points(
        CounterfactualStrength(
          trunk: Dictionary(uniqueKeysWithValues: attributes.map { ($0, trunk) })), attributes)
    }
    var hashes: [String: String] = [:]
    for reader in specification.attributePredictors + specification.referencePanel {
      hashes[reader.name] = try scoring.hash(of: reader) ?? ""
    }
    var tuning = StrengthTuning(
      baseCases: calibration.design.baseCaseCount, seed: cohort.seed,
      generator: SHA256.hex(of: identity), readers: hashes, points: points)
    let effective = attributes.filter { tuning.strength.trunk[$0] != nil }
    if !effective.isEmpty {
      let guidance = Double(base.options["guidance"] ?? "") ?? 1
      for manner in CounterfactualManner.tried(guidance: guidance) {
        tuning.points += try calibration.points(manner.applied(to: tuning.strength), effective)
      }
      tuning.chooseManner()
    }
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
}
