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
      let fingerprint = SHA256.hex(
        of: (images + [toolVersion, try predictors.digestText()]).joined(separator: "\n"))
      if try workspace.store.value(of: "evidenceFingerprint") == fingerprint,
        let text = try workspace.store.value(of: "evidence"),
        let known = try? JSONDecoder().decode(CohortEvidence.self, from: Data(text.utf8))
      {
        return known
      }
      let generator = try generators.generator(cohort)
      let chexgen = generator as? ChexGenGenerator
      let predicted = try predictors.run()
      var evidence = CohortEvidence()
      evidence.gates = try ValidityGates(workspace: workspace, context: context)
        .run(generator: generator, card: chexgen?.cardSummary, predicted: predicted.gates)
      for entry in cohort.attributes.entries {
        evidence.attributeLimitations[entry.attribute.name] = generator.limitation(
          ofAttribute: entry.attribute.name, values: entry.values)
      }
      // What the model card allows may still fail on the images that were drawn.
      evidence.attributeLimitations.merge(predicted.limitations) { card, _ in card }
      evidence.generator = chexgen?.record
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      try workspace.store.set(
        String(decoding: try encoder.encode(evidence), as: UTF8.self), for: "evidence")
      try workspace.store.set(fingerprint, for: "evidenceFingerprint")
      return evidence
    }
  }
}
