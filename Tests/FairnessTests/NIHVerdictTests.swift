import AuditModel
import Fairness
import Foundation
import ScoreTestSupport
import TestSupport
import Testing
import Vocabulary

/// The whole analysis on a real classifier's scores of 22,433 radiographs.
@Suite(.needs("data/scores"))
struct NIHVerdictTests {
  static let findings = ["Atelectasis", "Cardiomegaly", "Effusion", "Pneumothorax", "Pneumonia"]

  static let tables = Result { try makeTables() }

  static func makeTables() throws -> [EvaluationTable] {
    let columns = try SharedScores.table("scores/nih-chexnet-zech/nih_chexnet_joined.csv.gz")
    var number: [String: Int32] = [:]
    let clusters = try #require(columns["patient_id"]).map { patient -> Int32 in
      let value = number[patient] ?? Int32(number.count)
      number[patient] = value
      return value
    }
    let sex = try Grouping(.named("sex"), rule: .values(["M", "F"]))
      .column(of: try #require(columns["sex"]))
    let age = try Grouping(.named("age"), rule: .edges([0, 20, 40, 60, 80]))
      .column(of: try #require(columns["age"]))
    let bins = try #require(columns["age_bin"])
    #expect(zip(age.membership, bins).allSatisfy { age.groups[Int($0.0)] == $0.1 })
    return try findings.map { finding in
      EvaluationTable(
        classifier: "published", cohort: "real", finding: finding,
        scores: try #require(columns["prob_\(finding)"]).map { try #require(Double($0)) },
        labels: try #require(columns["y_\(finding)"]).map { $0 == "1" }, clusters: clusters,
        clusterCount: number.count, attributes: [sex, age])
    }
  }

  static func specification(_ multiplicity: AnalysisSpecification.Multiplicity)
    -> AnalysisSpecification
  {
    var specification = AnalysisSpecification()
    specification.multiplicity = multiplicity
    return specification
  }

  @Test func unadjustedVerdictsFollowTheEvidenceAndNotTheRawGap() throws {
    let outcome = try FairnessAnalysis(specification: Self.specification(.none))
      .run(try Self.tables.get())
    for verdict in outcome.verdicts { print(verdict.sentence) }
    let byAge = outcome.verdicts.filter { $0.attribute == "age" }
    #expect(byAge.prefix(2).map(\.finding) == ["Atelectasis", "Cardiomegaly"])
    #expect(byAge.prefix(2).allSatisfy { $0.verdict == .flagged })
    #expect(byAge.dropFirst(2).allSatisfy { $0.verdict == .inconclusive })
    #expect(byAge.max { $0.range ?? 0 < $1.range ?? 0 }?.finding == "Pneumonia")
    #expect(outcome.verdicts.filter { $0.attribute == "sex" }.allSatisfy { $0.verdict != .flagged })
    let reference = try SharedScores.json("scores/reference-values/maxT_demo.json")
    for verdict in byAge {
      let cell = try #require(reference["\(verdict.finding)|age_bin"] as? [String: Any])
      expectClose(verdict.range, try #require(cell["range"] as? Double), relative: 1e-9)
      // Simulated on both sides.
      expectClose(
        verdict.rangeNullMean, try #require(cell["range_null_mean_mvn"] as? Double), relative: 0.01)
      guard verdict.verdict == .flagged else { continue }
      expectClose(verdict.worstZ, try #require(cell["max_z"] as? Double), relative: 1e-9)
      #expect(
        verdict.worstPair
          == (cell["max_pair"] as? [String]).map { pair in
            (cell["max_pair_diff"] as? Double ?? 0) < 0 ? pair.reversed() : pair
          })
      #expect(verdict.pMaxTMethod == "minP")
    }
    #expect(outcome.familySize == 10)
    #expect(outcome.cautions.contains { $0.contains("NO adjustment") })
    #expect(outcome.verdicts[0].sentence.contains("NOT adjusted"))
  }

  /// Atelectasis by age (z = 5.07) is flagged among ten hypotheses, with the bin of those over 80 and
  /// without it: a small group's wide tails are its own.
  @Test func atelectasisByAgeIsFlaggedWithAndWithoutASmallBin() throws {
    var tables = try Self.tables.get()
    let outcome = try FairnessAnalysis(specification: Self.specification(.holm)).run(tables)
    #expect(outcome.verdicts.filter { $0.verdict == .flagged }.first?.finding == "Atelectasis")
    for index in tables.indices {
      tables[index].attributes[1].membership = tables[index].attributes[1].membership.map {
        $0 == 4 ? -1 : $0
      }
      tables[index].attributes[1].groups.removeLast()
    }
    let fewer = try FairnessAnalysis(specification: Self.specification(.holm)).run(tables)
    for found in [outcome, fewer] {
      let verdict = try #require(
        found.verdicts.first { $0.finding == "Atelectasis" && $0.attribute == "age" })
      #expect(verdict.verdict == .flagged)
      #expect(verdict.worstPair == ["20-39", "60-79"])
      #expect(try #require(verdict.pAdjusted) < 0.01)
    }
    for row in outcome.comparisons where row.pMaxT != nil {
      #expect(try #require(row.pAdjusted) >= (try #require(row.pMaxT)))
    }
  }

  /// Rows of the reference: AUC to 1e-9, Obuchowski's standard error to 1e-9.
  @Test func subgroupRowsEqualTheReference() throws {
    let tables = Array(try Self.tables.get().prefix(2))
    let outcome = try FairnessAnalysis(specification: Self.specification(.holm)).run(tables)
    let reference = try SharedScores.json("scores/reference-values/cluster_auc_reference.json")
    let all = try #require(reference["nih_chexnet_zech"] as? [String: [String: [String: Double]]])
    for row in outcome.subgroups where row.attribute == "sex" {
      let cell = try #require(all[row.finding]?["sex_\(row.group)"])
      expectClose(row.auc, try #require(cell["auc"]), absolute: 1e-9)
      expectClose(row.standardError, try #require(cell["var_cluster"]).squareRoot(), relative: 1e-9)
      #expect(Double(row.positives) == cell["n_pos"])
    }
    let tiny = try #require(
      outcome.subgroups.first { $0.finding == "Cardiomegaly" && $0.group == "80+" })
    #expect(tiny.status == .smallCell || tiny.status == .notEstimable)
    #expect(tiny.reason?.contains("positive") == true)
    let missing = outcome.comparisons.filter { $0.finding == "Cardiomegaly" && $0.groupB == "80+" }
    #expect(missing.count == 4)
    #expect(missing.allSatisfy { $0.difference == nil && $0.reason != nil })
  }
}
