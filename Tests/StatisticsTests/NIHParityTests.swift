import Foundation
import Statistics
import ScoreTestSupport
import TestSupport
import Testing

/// Numbers that pROC, scikit-learn, statsmodels and an independent NumPy computation gave on real scores.
@Suite(.needs("data/scores"))
struct NIHParityTests {
  static let findings = [
    "Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule", "Pneumonia",
    "Pneumothorax", "Consolidation", "Edema", "Emphysema", "Fibrosis", "Pleural_Thickening",
    "Hernia",
  ]

  /// 1e-9: the author's table has 16 digits, the scores 8; ranks do not depend on rounding.
  @Test(arguments: findings) func areaEqualsTheAuthorsOwn(_ finding: String) throws {
    let nih = try NIHScores.shared.get()
    let table = try SharedScores.table("scores/nih-chexnet-zech/aucs.csv")
    let row = try #require(table["label"]?.firstIndex(of: finding))
    let expected = try #require(Double(table["auc"]?[row] ?? ""))
    let auc = areaUnderROC(scores: try nih.scores(finding), labels: try nih.labels(finding))
    expectClose(auc, expected, absolute: 1e-9)
  }

  /// 1e-10 relative: pROC prints 15 digits.
  @Test(arguments: findings) func deLongVarianceEqualsPROC(_ finding: String) throws {
    let nih = try NIHScores.shared.get()
    let reference = try SharedScores.json("scores/reference-values/proc_delong.json")
    let all = try #require(reference["nih_chexnet_zech"] as? [String: Any])
    let cells = try #require(all[finding] as? [String: Any])
    let scores = try nih.scores(finding)
    let labels = try nih.labels(finding)
    var parts: [String: DeLong] = [:]
    for (name, value) in cells {
      guard let cell = value as? [String: Any], let variance = cell["var"] as? Double else {
        continue
      }
      let keep = scores.indices.filter { row in
        if name == "all" { return true }
        if name.hasPrefix("sex_") { return "sex_\(nih.sex[row])" == name }
        if name.hasPrefix("view_") { return "view_\(nih.view[row])" == name }
        return "age_\(nih.ageBin[row])" == name
      }
      let delong = try DeLong(scores: keep.map { scores[$0] }, labels: keep.map { labels[$0] })
      expectClose(delong.auc, try #require(cell["auc"] as? Double), absolute: 1e-12)
      expectClose(delong.variance, variance, relative: 1e-10)
      parts[name] = delong
    }
    let test = try #require(cells["unpaired_M_vs_F"] as? [String: Any])
    let ours = try AUCDifferenceTest.disjoint(
      try #require(parts["sex_M"]), try #require(parts["sex_F"]))
    expectClose(ours.statistic, try #require(test["statistic"] as? Double), relative: 1e-9)
    expectClose(ours.pValue, try #require(test["p"] as? Double), relative: 1e-9)
    expectClose(ours.degreesOfFreedom, try #require(test["df"] as? Double), relative: 1e-9)
  }

  /// 1e-9 relative: the same formula in other order of summation.
  @Test(arguments: findings) func clusteredVarianceEqualsObuchowski(_ finding: String) throws {
    let nih = try NIHScores.shared.get()
    let reference = try SharedScores.json("scores/reference-values/cluster_auc_reference.json")
    let all = try #require(reference["nih_chexnet_zech"] as? [String: Any])
    let cells = try #require(all[finding] as? [String: [String: Double]])
    let cases = try nih.sorted(finding)
    let whole = GroupedAUC(
      cases, membership: [Int32](repeating: 0, count: cases.count), groupCount: 1)
    let bySex = GroupedAUC(
      cases, membership: nih.membership("sex", ["M", "F"]), groupCount: 2)
    for (name, grouped, group) in [("all", whole, 0), ("sex_M", bySex, 0), ("sex_F", bySex, 1)] {
      let cell = try #require(cells[name])
      expectClose(grouped.auc[group], try #require(cell["auc"]), absolute: 1e-12)
      expectClose(grouped.variance[group], try #require(cell["var_cluster"]), relative: 1e-9)
      #expect(grouped.positives[group] == Int(try #require(cell["n_pos"])))
    }
  }

  static let maxTCases = ["Cardiomegaly", "Effusion", "Atelectasis", "Pneumothorax", "Pneumonia"]
    .flatMap { ["\($0)|age_bin", "\($0)|sex"] }

  @Test(arguments: maxTCases) func maxTEqualsTheReference(_ key: String) throws {
    let nih = try NIHScores.shared.get()
    let reference = try SharedScores.json("scores/reference-values/maxT_demo.json")
    let cell = try #require(reference[key] as? [String: Any])
    let names = key.split(separator: "|").map(String.init)
    let levels = try #require(cell["levels"] as? [String])
    let cases = try nih.sorted(names[0])
    let membership = nih.membership(names[1], levels)
    let grouped = GroupedAUC(cases, membership: membership, groupCount: levels.count)
    let joint = grouped.jointCovariance(of: Array(levels.indices))
    let errors = try #require(cell["se"] as? [Double])
    for (group, error) in errors.enumerated() {
      expectClose(joint.covariance[group, group].squareRoot(), error, relative: 1e-9)
    }
    let contrasts = GroupContrast.allPairs(auc: grouped.auc, covariance: joint.covariance)
    let largest = contrasts.compactMap { $0.z }.map { abs($0) }.max() ?? 0
    expectClose(largest, try #require(cell["max_z"] as? Double), relative: 1e-9)
    let (normal, null) = MaxT.normal(
      contrasts, covariance: joint.covariance, level: 0.95, seed: 1, path: [key])
    // Both simulate; 100,000 draws there and 200,000 here leave 0.004 on a p of one half.
    let p = normal.pValues.compactMap { $0 }.min()
    expectClose(p, try #require(cell["p_maxT_mvn"] as? Double), absolute: 0.006)
    expectClose(normal.criticalValue, try #require(cell["crit95"] as? Double), absolute: 0.02)
    expectClose(
      null.mean, try #require(cell["range_null_mean_mvn"] as? Double), absolute: 0.0004)
    expectClose(
      null.percentile95, try #require(cell["range_null_p95_mvn"] as? Double), relative: 0.02)
    let permuted = ResampledMaxT(
      cases, membership: membership, groupCount: levels.count, contrasts: contrasts
    ).run(.betweenClusters, level: 0.95, replicates: 1000, seed: 1, path: [key])
    // The reference drew 400: a standard error of at most 0.025, ours adds 0.016.
    let expected = try #require(cell["p_maxT_perm"] as? Double)
    let allowed = 4 * (expected * (1 - expected) * (1.0 / 400 + 1.0 / 1000)).squareRoot() + 0.005
    print(
      key, "permutation p", permuted.pValues.compactMap { $0 }.min() ?? -1, "reference", expected,
      "critical", permuted.criticalValue, "failed", permuted.failedReplicates)
    expectClose(permuted.pValues.compactMap { $0 }.min(), expected, absolute: allowed)
  }

  @Test func calibrationEqualsStatsmodelsAndScikitLearn() throws {
    let nih = try NIHScores.shared.get()
    let reference = try SharedScores.json("scores/reference-values/python_reference.json")
    let cells = try #require(
      reference["nih_chexnet_zech_calibration"] as? [String: [String: Double]])
    #expect(cells.count == 15)
    for (key, cell) in cells {
      let names = key.split(separator: "|").map(String.init)
      let allScores = try nih.scores(names[0])
      let allLabels = try nih.labels(names[0])
      let keep = allScores.indices.filter { names[1] == "all" || nih.sex[$0] == names[1] }
      let scores = keep.map { allScores[$0] }
      let labels = keep.map { allLabels[$0] }
      // Direct formulas: only the order of summation differs.
      expectClose(
        averagePrecision(scores: scores, labels: labels), try #require(cell["ap"]), relative: 1e-10)
      let errors = zip(scores, labels).map { ($0 - ($1 ? 1 : 0)) * ($0 - ($1 ? 1 : 0)) }
      let brier = ClusteredMean(
        values: errors, clusters: errors.indices.map { Int32($0) }, clusterCount: errors.count)
      expectClose(brier?.mean, try #require(cell["brier"]), relative: 1e-10)
      // Ours iterates to convergence, theirs stops at a step of about 1e-6 and takes its standard
      // errors from there.
      let fit = try Calibration.fit(scores: scores, labels: labels)
      expectClose(fit.intercept, try #require(cell["cal_intercept_joint"]), absolute: 1e-6)
      expectClose(fit.slope, try #require(cell["cal_slope"]), absolute: 1e-6)
      expectClose(fit.slopeStandardError, try #require(cell["cal_slope_se"]), relative: 1e-5)
      let large = try Calibration.inTheLarge(scores: scores, labels: labels)
      expectClose(large.intercept, try #require(cell["cal_in_the_large"]), absolute: 1e-6)
      expectClose(large.standardError, try #require(cell["cal_in_the_large_se"]), relative: 1e-5)
      expectClose(
        Calibration.expectedError(scores: scores, labels: labels, binning: .equalWidth),
        try #require(cell["ece10_width"]), absolute: 1e-9)
      expectClose(
        Calibration.expectedError(scores: scores, labels: labels, binning: .equalCount),
        try #require(cell["ece10_mass"]), absolute: 1e-9)
    }
  }
}
