import AuditModel
import AuditStore
import Foundation
import Images
import Vocabulary

/// The gates that say whether a counterfactual cohort is one: arms differ in what was prompted, in
/// nothing else, and are one patient.
///
/// Every gate is judged over all base cases (pixels: over a random sample where there are many), by
/// attribute, and told by finding and label, with intervals over base cases.
struct CounterfactualGates {
  let workspace: AuditWorkspace
  let context: RunContext

  func run() throws -> [GateResult] {
    let specification = workspace.specification
    guard let cohort = specification.cohort, cohort.design == .counterfactual else { return [] }
    let arms = ArmGates(try workspace.store.cases(of: .synthetic))
    guard !arms.attributes.isEmpty else { return [] }
    var gates = try readings(arms, outputs: AttributePrediction.all(of: cohort.attributes))
    gates += try findings(arms)
    gates += try arms.pixels(seed: cohort.seed) { item in
      try item.image.map { try readPNG(at: workspace.path($0)) }
    } progress: { done, total in
      try context.checkInterrupted()
      context.report(
        StageProgress(
          stage: "comparing arms", done: Double(done), total: Double(total), unit: "base cases"))
    }
    return gates
  }

  /// Everything beside the images that these gates depend on, to hash.
  func digestText() throws -> String {
    var lines: [String] = []
    for member in workspace.specification.referencePanel {
      for finding in workspace.specification.auditedFindings {
        let scores = try workspace.store.scores(
          classifier: member.name, finding: finding, cohort: .synthetic)
        lines.append("\(member.name) \(finding)")
        lines += scores.sorted { $0.key < $1.key }.map { id, value in
          "\(id) \(value.map { "\($0)" } ?? "")"
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// What attribute predictors read from the arms.
  private func readings(_ arms: ArmGates, outputs: [AttributePrediction]) throws -> [GateResult] {
    try workspace.specification.attributePredictors.map(\.name).flatMap { predictor in
      let read = try outputs.compactMap { output -> ArmGates.Reading? in
        let scores = try workspace.store.scores(
          classifier: predictor, finding: output.outputName, cohort: .synthetic
        ).compactMapValues { $0 }
        return scores.isEmpty ? nil : ArmGates.Reading(output: output, scores: scores)
      }
      return arms.movements(read, by: predictor)
    }
  }

  /// What the reference panel reads of the findings.
  private func findings(_ arms: ArmGates) throws -> [GateResult] {
    try workspace.specification.referencePanel.map(\.name).flatMap { member in
      try workspace.specification.auditedFindings.flatMap { finding -> [GateResult] in
        let scores = try workspace.store.scores(
          classifier: member, finding: finding, cohort: .synthetic
        ).compactMapValues { $0 }
        return scores.isEmpty ? [] : arms.finding(finding, scores: scores, by: member)
      }
    }
  }
}
