import AuditModel
import AuditStore
import Foundation
import Images
import Statistics
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
    let sets = ArmSets(try workspace.store.cases(of: .synthetic))
    guard !sets.attributes.isEmpty else { return [] }
    var gates = try readings(sets, outputs: AttributePrediction.all(of: cohort.attributes))
    gates += try findings(sets)
    let pixels = try PixelMeasurements(sets, seed: cohort.seed) { item in
      try item.image.map { try readPNG(at: workspace.path($0)) }
    } progress: { done, total in
      try context.checkInterrupted()
      context.report(
        StageProgress(
          stage: "comparing arms", done: Double(done), total: Double(total), unit: "base cases"))
    }
    let identity = IdentityGates(pixels: pixels, seed: cohort.seed)
    for attribute in sets.attributes {
      gates.append(identity.partners(of: attribute))
      gates.append(identity.distance(of: attribute))
      gates.append(identity.wording(against: attribute))
      gates.append(AcquisitionGate(pixels: pixels).judge(attribute))
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
  private func readings(_ sets: ArmSets, outputs: [AttributePrediction]) throws -> [GateResult] {
    var gates: [GateResult] = []
    for predictor in workspace.specification.attributePredictors.map(\.name) {
      var read: [(output: AttributePrediction, scores: [Int64: Double])] = []
      for output in outputs {
        let scores = try workspace.store.scores(
          classifier: predictor, finding: output.outputName, cohort: .synthetic
        ).compactMapValues { $0 }
        if !scores.isEmpty { read.append((output, scores)) }
      }
      for attribute in sets.attributes {
        let own = read.filter { $0.output.attribute == attribute }
        if let first = own.first {
          var scores: [Int64: [Double]] = [:]
          for id in first.scores.keys {
            let values = own.compactMap { $0.scores[id] }
            if values.count == own.count { scores[id] = values }
          }
          gates.append(
            EffectGate(
              predictor: predictor, attribute: attribute, outputs: own.map(\.output),
              scores: scores, sets: sets
            ).judge())
        }
        let shifts = ShiftGates(sets: sets)
        gates += read.filter { $0.output.attribute != attribute }.map {
          shifts.offTarget(
            of: attribute, output: $0.output, predictor: predictor, scores: $0.scores)
        }
      }
    }
    return gates
  }

  /// What the reference panel reads of the findings.
  private func findings(_ sets: ArmSets) throws -> [GateResult] {
    var gates: [GateResult] = []
    for member in workspace.specification.referencePanel.map(\.name) {
      for finding in workspace.specification.auditedFindings {
        let scores = try workspace.store.scores(
          classifier: member, finding: finding, cohort: .synthetic
        ).compactMapValues { $0 }
        guard !scores.isEmpty else { continue }
        let areProbabilities = scores.values.allSatisfy { (0...1).contains($0) }
        let readings = scores.mapValues { areProbabilities ? Calibration.logit($0) : $0 }
        gates += sets.attributes.map {
          ShiftGates(sets: sets).finding(finding, by: $0, member: member, scores: readings)
        }
      }
    }
    return gates
  }
}
