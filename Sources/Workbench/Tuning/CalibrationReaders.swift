import AuditModel
import AuditStore
import Classifiers
import Cohorts
import Images
import Statistics

/// The models that look at calibration images: attribute predictors and the reference panel.
struct CalibrationReaders {
  private var predictors: [any Classifier] = []
  private var panel: [any Classifier] = []

  init(
    _ specification: AuditSpecification, cohort: CohortSpecification, scoring: ScoreStage
  ) throws {
    let outputs = AttributePrediction.all(of: cohort.attributes).map(\.outputName)
    for reader in specification.attributePredictors {
      let opened = try scoring.open(reader, findings: outputs)
      if outputs.contains(where: opened.findings.contains) { predictors.append(opened) }
    }
    for member in specification.referencePanel {
      let opened = try scoring.open(member, findings: cohort.findings.map(\.name))
      if !opened.findings.isEmpty { panel.append(opened) }
    }
  }

  /// What the gates make of one strength, attribute by attribute.
  func points(
    of cases: [StoredCase], strength: CounterfactualStrength, attributes: [String], seed: UInt64,
    workspace: AuditWorkspace, networkRows: Int?
  ) throws -> [StrengthTuning.Point] {
    let sets = ArmSets(cases)
    let gates = try gates(of: cases, sets: sets, attributes: attributes, workspace: workspace)
    let pixels = try PixelMeasurements(sets, seed: seed) { item in
      try readPNG(at: workspace.path(item.name))
    } progress: { _, _ in
    }
    let identity = IdentityGates(pixels: pixels)
    return attributes.map { attribute in
      let found = gates[attribute] ?? ([], [])
      let distance = identity.distance(of: attribute)
      let least = found.effects.min { ($0.lower ?? 0) < ($1.lower ?? 0) }
      return StrengthTuning.Point(
        attribute: attribute, trunk: strength.trunk[attribute] ?? 0, guidance: strength.guidance,
        frozenFindingTokens: strength.frozenFindingTokens ? true : nil, networkRows: networkRows,
        effect: least.map {
          IntervalEstimate(estimate: $0.value, lower: $0.lower, upper: $0.upper)
        },
        isEffective: !found.effects.isEmpty && found.effects.allSatisfy { $0.status == .pass },
        distance: IntervalEstimate(
          estimate: distance.value, lower: distance.lower, upper: distance.upper),
        failing: found.others.filter { $0.status == .fail }.map { "\($0.id) \($0.name)" }.sorted())
    }
  }

  /// By attribute: does it take effect, and what moves with it?
  private func gates(
    of cases: [StoredCase], sets: ArmSets, attributes: [String], workspace: AuditWorkspace
  ) throws -> [String: (effects: [GateResult], others: [GateResult])] {
    let shifts = ShiftGates(sets: sets)
    var gates: [String: (effects: [GateResult], others: [GateResult])] = [:]
    for predictor in predictors {
      let scores = try scores(of: predictor, cases, workspace)
      let read = predictor.findings.compactMap { name in
        scores[name].map { (output: AttributePrediction(outputName: name), scores: $0) }
      }
      for attribute in attributes {
        let own = read.filter { $0.output.attribute == attribute }
        if let first = own.first {
          let all = first.scores.keys.reduce(into: [Int64: [Double]]()) { result, id in
            let values = own.compactMap { $0.scores[id] }
            if values.count == own.count { result[id] = values }
          }
          gates[attribute, default: ([], [])].effects.append(
            EffectGate(
              predictor: predictor.name, attribute: attribute, outputs: own.map(\.output),
              scores: all, sets: sets
            ).judge())
        }
        for other in read where other.output.attribute != attribute {
          gates[attribute, default: ([], [])].others.append(
            shifts.offTarget(
              of: attribute, output: other.output, predictor: predictor.name, scores: other.scores))
        }
      }
    }
    for member in panel {
      for (finding, scores) in try scores(of: member, cases, workspace) {
        let areProbabilities = scores.values.allSatisfy { (0...1).contains($0) }
        let readings = scores.mapValues { areProbabilities ? Calibration.logit($0) : $0 }
        for attribute in attributes {
          gates[attribute, default: ([], [])].others.append(
            shifts.finding(finding, by: attribute, member: member.name, scores: readings))
        }
      }
    }
    return gates
  }

  /// Output to image to score.
  private func scores(
    of reader: any Classifier, _ cases: [StoredCase], _ workspace: AuditWorkspace
  ) throws -> [String: [Int64: Double]] {
    let ids = Dictionary(cases.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
    var result: [String: [Int64: Double]] = [:]
    let images = try cases.map { ImageCase(id: $0.name, path: try workspace.path($0.name)) }
    try reader.score(images) {
      for answer in $0 {
        guard let id = ids[answer.id] else { continue }
        for (output, score) in answer.scores {
          if let score { result[output, default: [:]][id] = score }
        }
      }
    }
    return result
  }
}
