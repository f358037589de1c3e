import AuditModel
import Fairness
import Foundation
import Randomness
import ScoreTestSupport
import Testing
import Vocabulary

/// Real cases and their twins with known truth.
struct ReplicaTests {
  /// Patients in three age groups of different prevalence; twins share labels, not noise.
  private struct Scene {
    var seed: UInt64
    var patients = 600
    /// Of the twins, per group.
    var signal = [1.5, 1.5, 1.5]
    var shift = 0.0
    var copiesScores = false
    var prevalence = [0.2, 0.4, 0.7]

    func tables() -> [EvaluationTable] {
      var stream = RandomStream(seed: seed, path: ["replica"])
      var (real, twins): ([Double], [Double]) = ([], [])
      var (labels, members): ([Bool], [Int32]) = ([], [])
      func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
      for patient in 0..<patients {
        let group = patient % 3
        let label = stream.uniform() < prevalence[group]
        labels.append(label)
        members.append(Int32(group))
        let score = (label ? 1.5 : 0) - 0.7 + stream.normal()
        let twin = (label ? signal[group] : 0) - 0.7 + shift + stream.normal()
        real.append(probability(score))
        twins.append(probability(copiesScores ? score + shift : twin))
      }
      return [("real", real), ("synthetic", twins)].map { cohort, scores in
        EvaluationTable(
          classifier: "model", cohort: cohort, finding: "Effusion", scores: scores,
          labels: labels, clusters: labels.indices.map { Int32($0) }, clusterCount: patients,
          attributes: [
            AttributeColumn(name: "age", groups: ["0-39", "40-59", "60+"], membership: members)
          ])
      }
    }

    func analysis() throws -> ReplicaAnalysis {
      var specification = AnalysisSpecification()
      specification.replicates = 400
      return try ReplicaAnalysis(
        tables(), thresholds: ["Effusion": ThresholdRecord(value: 0.5, origin: "test")],
        specification: specification)
    }
  }

  private func agreement(_ found: ReplicaAnalysis, _ metric: String) throws -> ReplicaAgreement {
    try #require(found.record.agreements.first { $0.metric == metric })
  }

  @Test func twinsWithTheSameScoresAgreeInEverything() throws {
    let found = try Scene(seed: 1, copiesScores: true).analysis()
    for metric in ["auc", "sensitivity", "falsePositiveRate", "weightedF1"] {
      let row = try agreement(found, metric)
      expectClose(row.pearson?.estimate, 1, absolute: 1e-9)
      expectClose(row.concordance?.estimate, 1, absolute: 1e-9)
      expectClose(row.bias?.estimate, 0, absolute: 1e-12)
      // Of noisy groups no bootstrap knows the limits of a correlation.
      #expect(row.pearson?.lower == nil && row.concordance?.upper == nil)
      #expect(row.signAgreement?.estimate == 1 && row.gaps == 3 && row.groups == 3)
    }
    #expect(found.record.gaps.allSatisfy { $0.sameSign && $0.difference.estimate == 0 })
    #expect(found.gates.map(\.status) == [.pass])
  }

  /// Scores shifted by a constant keep the AUC and correlate, but the decisions do not agree.
  @Test func aShiftIsSeenByBiasAndNotByTheCorrelation() throws {
    let found = try Scene(seed: 2, shift: 1, copiesScores: true).analysis()
    #expect(try agreement(found, "auc").concordance?.estimate == 1)
    let rates = try agreement(found, "falsePositiveRate")
    #expect(try #require(rates.bias?.lower) > 0.1)
    #expect(try #require(rates.concordance?.estimate) < 0.5)
  }

  @Test func twinsThatLoseAGroupAreNotTransferable() throws {
    let found = try Scene(seed: 3, patients: 1500, signal: [1.5, 1.5, 0.2]).analysis()
    #expect(found.gates.map(\.status) == [.warn])
    let gap = try #require(
      found.record.gaps.first { $0.metric == "auc" && $0.groupA == "0-39" && $0.groupB == "60+" })
    #expect(try #require(gap.difference.lower) > 0.05)
    #expect(gap.sameSign == (try #require(gap.real.estimate) > 0))
  }

  /// No group differs in its ROC, yet weighted F1 correlates because twins share the labels.
  ///
  /// The mean over 20 cohorts; a correlation of three points has a standard deviation near 0.7, its
  /// mean one of 0.16.
  @Test func correlationOfWeightedF1IsHighWithoutAnyGroupEffect() throws {
    var (f1, auc): ([Double], [Double]) = ([], [])
    for seed in 1...20 {
      let found = try Scene(seed: UInt64(seed), patients: 6000, prevalence: [0.1, 0.3, 0.5])
        .analysis()
      f1.append(try #require(agreement(found, "weightedF1").pearson?.estimate))
      auc.append(try #require(agreement(found, "auc").pearson?.estimate))
    }
    #expect(f1.reduce(0, +) / 20 > 0.6)
    #expect(abs(auc.reduce(0, +) / 20) < 0.5)
    #expect(try Scene(seed: 1).analysis().record.caution.contains("r alone misleads"))
  }
}
