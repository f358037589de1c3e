import AuditModel
import Basics
import AuditStore
import Cohorts
import Foundation

/// Examines the synthetic cohort: gates, and attributes that the generator cannot express.
///
/// The result is kept with a fingerprint of the images, so that a repeated run does not look again.
struct CohortEvidenceStage {
  let workspace: AuditWorkspace
  let context: RunContext
  let generators: GeneratorCache

  func run() throws -> CohortEvidence {
    guard let cohort = try workspace.drawnCohort() else { return CohortEvidence() }
    return try workspace.stage("gates", context: context) {
      let images = try workspace.store.cases(of: .synthetic).map { "\($0.name) \($0.sha256 ?? "")" }
      let predictors = AttributePredictorGates(
        store: workspace.store, specification: workspace.specification)
      // Everything that the gates read: cases, images, generator, predictors, the cohort's rules.
      let fingerprint = SHA256.hex(
        of: (images + [
          "evidence \(ReuseKeys.Revision.evidence) \(toolVersion)", canonicalText(of: cohort),
          try workspace.store.value(of: .generator) ?? "",
          try workspace.store.key(of: .images) ?? "",
          canonicalText(of: workspace.specification.attributePredictors),
          try predictors.digestText(),
          try CounterfactualGates(workspace: workspace, context: context).digestText(),
          try MeasuredGates(workspace: workspace).digestText(),
        ]).joined(separator: "\n"))
      if try workspace.store.key(of: .evidence) == fingerprint,
        let known = try workspace.store.decoded(CohortEvidence.self, of: .evidence)
      {
        return known
      }
      let generator = try generators.generator(cohort)
      let evidence = try evidence(of: cohort, generator: generator)
      if cohort.design == .counterfactual {
        try GalleryPictures(workspace: workspace, context: context).write(generator: generator)
      }
      try workspace.store.encode(evidence, for: .evidence)
      try workspace.store.set(fingerprint, forKeyOf: .evidence)
      return evidence
    }
  }

  /// The gates and limits themselves, from the images as they lie in the folder.
  func evidence(of cohort: CohortSpecification, generator: any RadiographGenerator) throws
    -> CohortEvidence
  {
    let predicted = try AttributePredictorGates(
      store: workspace.store, specification: workspace.specification
    ).run()
    var evidence = CohortEvidence()
    evidence.gates = try ValidityGates(workspace: workspace, context: context)
      .run(generator: generator, card: generator.card.summary, predicted: predicted.gates)
    for entry in cohort.attributes.entries {
      evidence.attributeLimitations[entry.attribute.name] = generator.limitation(
        ofAttribute: entry.attribute.name, values: entry.values)
    }
    // What the model card allows may still fail on the images that were drawn.
    evidence.attributeLimitations.merge(predicted.limitations) { card, _ in card }
    evidence.generator = try generator.record
    return evidence
  }
}
