import AuditModel
import Fairness
import Foundation
import Randomness
import Statistics
import Testing
import Vocabulary

/// A counterfactual cohort with known truth: every base case in every sex × age arm.
struct SimulatedCohort {
  var seed: UInt64
  /// Per label.
  var baseCases = 60
  /// Standard deviation of the noise of one image on the logit scale.
  var noise = 0.5
  /// Added to the logits of women.
  var shift = 0.0
  /// Weight of the signal for women; below 1 their AUC is lower.
  var signal = 1.0
  var hasPlacebo = true

  func table() -> EvaluationTable {
    var stream = RandomStream(seed: seed, path: ["cohort"])
    let sexes = ["Male", "Female"]
    let ages = ["30", "75"]
    var scores: [Double] = []
    var labels: [Bool] = []
    var clusters: [Int32] = []
    var arms: [Int32] = []
    var sexValues: [String?] = []
    var ageValues: [String?] = []
    var placebo = Pairing.Placebo(
      kind: "seed", originalScores: [], placeboScores: [], labels: [], clusters: [])
    func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
    for base in 0..<(2 * baseCases) {
      let isPositive = base % 2 == 0
      let content = stream.normal()
      for (s, sex) in sexes.enumerated() {
        for (a, age) in ages.enumerated() {
          let weight = sex == "Female" ? signal : 1
          let logit =
            weight * (isPositive ? 2.0 : 0) + content + noise * stream.normal()
            + (sex == "Female" ? shift : 0)
          scores.append(probability(logit))
          labels.append(isPositive)
          clusters.append(Int32(base))
          arms.append(Int32(2 * s + a))
          sexValues.append(sex)
          ageValues.append(age)
          if s == 0, a == 0 {
            let again = (isPositive ? 2.0 : 0) + content + noise * stream.normal()
            placebo.originalScores.append(probability(logit))
            placebo.placeboScores.append(probability(again))
            placebo.labels.append(isPositive)
            placebo.clusters.append(Int32(base))
          }
        }
      }
    }
    let sex = (try? Grouping(.named("sex"), rule: .values(["M", "F"])).column(of: sexValues))
    let age = (try? Grouping(.named("age"), rule: nil, values: ageValues).column(of: ageValues))
    let columns = [sex, age].compactMap { $0 }
    return EvaluationTable(
      classifier: "model", cohort: "synthetic", finding: "Effusion", scores: scores,
      labels: labels, clusters: clusters, clusterCount: 2 * baseCases,
      attributes: columns + [.intersection(of: columns)],
      pairing: Pairing(
        arms: sexes.flatMap { sex in
          ages.map { Pairing.Arm(id: "\(sex)-\($0)", values: ["sex": sex, "age": $0]) }
        }, armOfRow: arms, placebos: hasPlacebo ? [placebo] : []))
  }
}

func outcome(
  _ tables: [EvaluationTable], _ change: (inout AnalysisSpecification) -> Void = { _ in }
) throws -> AnalysisOutcome {
  var specification = AnalysisSpecification()
  specification.replicates = 499
  change(&specification)
  return try FairnessAnalysis(specification: specification).run(tables)
}
