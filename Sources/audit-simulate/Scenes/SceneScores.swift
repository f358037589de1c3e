import Fairness
import Foundation
import Randomness
import Statistics
import Vocabulary

/// One draw of a world: its patients, images, labels and scores.
struct SceneScores {
  private let scene: Scene
  private var stream: RandomStream
  private var clusters: [Int32] = []
  private var groups: [Int32] = []
  private var halves: [Int32] = []
  private var labels: [Bool] = []
  /// By row: of the patient, for all findings and for each.
  private var common: [Double] = []
  private var contents: [[Double]] = []
  private var clusterCount: Int32 = 0

  init(_ scene: Scene, seed: UInt64) {
    self.scene = scene
    stream = RandomStream(seed: seed, path: ["scene", scene.name])
    for group in scene.isPaired ? [0] : Array(0..<scene.groupCount) {
      for (count, isPositive) in [
        (scene.positives[group], true), (scene.negatives[group], false),
      ] {
        for _ in 0..<count { addPatient(of: group, isPositive: isPositive) }
      }
    }
  }

  /// The score below which a share `specificity` of the negatives lies.
  static func probability(of specificity: Double) -> Double {
    probability(Normal.quantile(specificity))
  }

  private static func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }

  private mutating func addPatient(of group: Int, isPositive: Bool) {
    let shared = stream.normal()
    let own = (0..<scene.findings).map { _ in stream.normal() }
    let half = Int32(stream.integer(below: 2))
    for arm in scene.isPaired ? Array(0..<scene.groupCount) : [group] {
      for image in 0..<imageCount(group) {
        clusters.append(clusterCount)
        groups.append(Int32(arm))
        halves.append(half)
        // Labels vary within patients: a finding comes and goes.
        labels.append(isPositive && (image == 0 || stream.uniform() < Scene.laterImages))
        contents.append(own)
        common.append(shared)
      }
    }
    clusterCount += 1
  }

  private mutating func imageCount(_ group: Int) -> Int {
    switch scene.images {
    case .one: 1
    case .archive: min(60, Int(exp(0.5 + stream.normal())) + 1)
    case .heavyFirstGroup: group == 0 ? 1 + stream.integer(below: 40) : 1
    case .heavy: 1 + stream.integer(below: 40)
    }
  }

  /// The tables of these patients: classifiers under audit, then those of the panel.
  mutating func tables(_ classifiers: [String]) -> [EvaluationTable] {
    var tables = classifiers.flatMap { classifier in
      scene.names.indices.map { table(classifier, finding: $0) }
    }
    let shares = if case .panelShares = scene.truth { true } else { false }
    for reference in 0..<scene.references {
      for finding in scene.names.indices {
        var table = table("reference \(reference)", finding: finding, hasGap: shares)
        table.isReference = true
        tables.append(table)
      }
    }
    return tables
  }

  private mutating func table(_ classifier: String, finding: Int, hasGap: Bool = true)
    -> EvaluationTable
  {
    let scores = labels.indices.map {
      score(row: $0, finding: finding, isWorse: hasGap && groups[$0] == 0)
    }
    var table = EvaluationTable(
      classifier: classifier, cohort: scene.isSynthetic ? "synthetic" : "real",
      finding: scene.names[finding], scores: scores, labels: labels, clusters: clusters,
      clusterCount: Int(clusterCount), attributes: columns)
    if scene.isSynthetic { table.pairing = pairing(scores) }
    return table
  }

  private var columns: [AttributeColumn] {
    let first = AttributeColumn(
      name: "group", groups: (0..<scene.groupCount).map { "g\($0)" }, membership: groups)
    guard scene.isCrossed || scene.isStratified else { return [first] }
    let second = AttributeColumn(name: "half", groups: ["h0", "h1"], membership: halves)
    guard scene.isCrossed else { return [first, second] }
    let crossed = AttributeColumn(
      name: "group*half", groups: first.groups.flatMap { name in ["\(name)*h0", "\(name)*h1"] },
      membership: zip(groups, halves).map { 2 * $0 + $1 })
    return [first, second, crossed]
  }

  /// Every base case drawn again with another seed, in the arm of the last group.
  private mutating func pairing(_ scores: [Double]) -> Pairing {
    let arms = (0..<scene.groupCount).map {
      Pairing.Arm(id: "arm \($0)", values: ["group": "g\($0)"])
    }
    var placebo = Pairing.Placebo(
      kind: "seed", originalScores: [], placeboScores: [], labels: [], clusters: [])
    let isNoisy = if case .generatorNoise = scene.truth { true } else { false }
    for row in labels.indices where Int(groups[row]) == scene.groupCount - 1 {
      placebo.originalScores.append(scores[row])
      placebo.labels.append(labels[row])
      placebo.clusters.append(clusters[row])
      // Another seed is another patient.
      let stranger = stream.normal()
      placebo.placeboScores.append(
        value(stranger, isPositive: labels[row], isWorse: isNoisy))
    }
    return Pairing(arms: arms, armOfRow: groups, placebos: [placebo])
  }

  private mutating func score(row: Int, finding: Int, isWorse: Bool) -> Double {
    let patient = Scene.patientCorrelation
    let part = scene.commonContent * patient
    let noise =
      part.squareRoot() * common[row] + (patient - part).squareRoot() * contents[row][finding]
      + (1 - patient).squareRoot() * stream.normal()
    return value(noise, isPositive: labels[row], isWorse: isWorse)
  }

  private func value(_ noise: Double, isPositive: Bool, isWorse: Bool) -> Double {
    var area = scene.auc
    if isWorse { area -= scene.truth.gap }
    var value = noise
    if isPositive {
      let spread = isWorse ? scene.firstSpread : 1
      value = spread * noise + Normal.quantile(area) * (1 + spread * spread).squareRoot()
    }
    var result = Self.probability(value)
    if scene.levels > 0 {
      result = (result * Double(scene.levels)).rounded() / Double(scene.levels)
    }
    return result
  }
}
