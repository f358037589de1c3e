import AuditModel
import Fairness
import Foundation
import Randomness
import Statistics
import Vocabulary

/// A world with known truth: groups of patients, their images, scores of several findings.
struct Scene: Sendable {
  enum Images: Sendable {
    case one
    /// Log-normal, most patients few, some dozens, as in public archives.
    case archive
    /// One to 40 in the first group, one elsewhere.
    case heavyFirstGroup
  }

  /// What is wrong to say in this world.
  enum Truth: Sendable {
    case noDifference
    /// Every pair with the first group differs by exactly the harm margin.
    case gapIsHarm(Double)
    /// Likewise by exactly δ.
    case gapIsDelta(Double)
  }

  var name: String
  /// Patients with and without the findings, by group.
  var positives: [Int]
  var negatives: [Int]
  var images = Images.one
  var findings = 1
  var auc = 0.85
  var truth = Truth.noDifference
  /// Spread of the first group's positives relative to the others'.
  var firstSpread = 1.0
  /// Scores are rounded to so many levels; 0 leaves them.
  var levels = 0
  /// Share of the negatives below the threshold; sensitivity follows from the AUC.
  var specificity = 0.9
  /// True for arms of the same base cases.
  var isPaired = false
  /// Findings share this part of the patient's content.
  var commonContent = 0.5

  var groupCount: Int { positives.count }

  func specification() -> AnalysisSpecification {
    var specification = AnalysisSpecification()
    specification.minimumClusters = 10
    switch truth {
    case .noDifference: break
    case .gapIsHarm(let gap): specification.harm = gap
    case .gapIsDelta(let gap): specification.delta = gap
    }
    let threshold = Self.probability(Normal.quantile(specificity))
    for finding in names { specification.thresholds[finding] = .value(threshold) }
    return specification
  }

  var names: [String] { (0..<findings).map { "finding \($0)" } }

  private static func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }

  /// The tables of one draw of this world.
  func tables(seed: UInt64, classifiers: [String] = ["model"]) -> [EvaluationTable] {
    var stream = RandomStream(seed: seed, path: ["scene", name])
    var clusters: [Int32] = []
    var groups: [Int32] = []
    var labels: [Bool] = []
    var contents: [[Double]] = []
    var common: [Double] = []
    var cluster: Int32 = 0
    let layout = isPaired ? [0] : Array(0..<groupCount)
    for group in layout {
      for (count, isPositive) in [(positives[group], true), (negatives[group], false)] {
        for _ in 0..<count {
          let shared = stream.normal()
          let own = (0..<findings).map { _ in stream.normal() }
          let arms = isPaired ? Array(0..<groupCount) : [group]
          for arm in arms {
            for image in 0..<imageCount(group, &stream) {
              clusters.append(cluster)
              groups.append(Int32(arm))
              // Labels vary within patients: a finding comes and goes.
              labels.append(isPositive && (image == 0 || stream.uniform() < 0.7))
              contents.append(own)
              common.append(shared)
            }
          }
          cluster += 1
        }
      }
    }
    let column = AttributeColumn(
      name: "group", groups: (0..<groupCount).map { "g\($0)" }, membership: groups)
    return classifiers.flatMap { classifier in
      names.indices.map { finding in
        let scores = labels.indices.map { row -> Double in
          let part = commonContent * 0.6
          let noise =
            part.squareRoot() * common[row] + (0.6 - part).squareRoot() * contents[row][finding]
            + 0.4.squareRoot() * stream.normal()
          return score(noise, isPositive: labels[row], group: Int(groups[row]))
        }
        return EvaluationTable(
          classifier: classifier, cohort: "real", finding: names[finding], scores: scores,
          labels: labels, clusters: clusters, clusterCount: Int(cluster), attributes: [column])
      }
    }
  }

  private func imageCount(_ group: Int, _ stream: inout RandomStream) -> Int {
    switch images {
    case .one: 1
    case .archive: min(60, Int(exp(0.5 + stream.normal())) + 1)
    case .heavyFirstGroup: group == 0 ? 1 + stream.integer(below: 40) : 1
    }
  }

  private func score(_ noise: Double, isPositive: Bool, group: Int) -> Double {
    var area = auc
    switch truth {
    case .noDifference: break
    case .gapIsHarm(let gap), .gapIsDelta(let gap): if group == 0 { area -= gap }
    }
    var value = noise
    if isPositive {
      let spread = group == 0 ? firstSpread : 1
      value = spread * noise + Normal.quantile(area) * (1 + spread * spread).squareRoot()
    }
    var result = Self.probability(value)
    if levels > 0 { result = (result * Double(levels)).rounded() / Double(levels) }
    return result
  }
}
