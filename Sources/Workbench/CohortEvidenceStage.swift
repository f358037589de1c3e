import AuditModel
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
    guard let cohort = workspace.specification.cohort else { return CohortEvidence() }
    return try workspace.stage("gates", context: context) {
      let images = try workspace.store.cases(of: .synthetic).map { "\($0.name) \($0.sha256 ?? "")" }
      let fingerprint = SHA256.hex(of: (images + [toolVersion]).joined(separator: "\n"))
      if try workspace.store.value(of: "evidenceFingerprint") == fingerprint,
        let text = try workspace.store.value(of: "evidence"),
        let known = try? JSONDecoder().decode(CohortEvidence.self, from: Data(text.utf8))
      {
        return known
      }
      let generator = try generators.generator(cohort)
      let chexgen = generator as? ChexGenGenerator
      var evidence = CohortEvidence()
      evidence.gates = try ValidityGates(workspace: workspace, context: context)
        .run(generator: generator, card: chexgen?.cardSummary)
      let attributes = [
        ("sex", cohort.attributes.sex), ("age", cohort.attributes.age.map(Arm.years)),
        ("race", cohort.attributes.race),
      ]
      for (name, values) in attributes where !values.isEmpty {
        evidence.attributeLimitations[name] = generator.limitation(
          ofAttribute: name, values: values)
      }
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
