import AuditModel

extension SampleReports {
  /// One classifier × fourteen findings × real patients × sex and five age bins.
  static let fourteenFindings: AuditReport = {
    var report = bare(
      "fourteen-findings", title: "A published classifier on real patients, by sex and age",
      familySize: 28)
    report.cohorts = [
      CohortRecord(
        cohort: "real", description: "Test split of a public set, labels from reports.",
        images: 22_433, clusters: 6_187, clusterUnit: "patients")
    ]
    report.classifiers = [
      ClassifierRecord(
        name: "published", kind: "scores", hash: nil, description: "Scores from its authors.")
    ]
    let findings = [
      "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Effusion", "Emphysema", "Fibrosis",
      "Hernia", "Infiltration", "Mass", "Nodule", "Pleural thickening", "Pneumonia", "Pneumothorax",
    ]
    let drops = [0.073, 0.07, 0.01, 0.03, 0.02, 0.015, 0.04, 0, 0.012, 0.03, 0.02, 0.03, 0.1, 0.06]
    for (index, finding) in findings.enumerated() {
      let base = 0.76 + 0.012 * Double((index * 5) % 13)
      let size = finding == "Hernia" ? 6 : 180 + 160 * ((index * 3) % 7)
      func row(_ attribute: String, _ group: String, _ auc: Double, _ part: Double)
        -> SubgroupResult
      {
        subgroup(
          "published", "real", finding, attribute, group,
          positives: Int(Double(size) * part), negatives: Int(22_433 * part),
          clusters: Int(6_187 * part), auc: auc)
      }
      report.overall.append(row("overall", "overall", base, 1))
      let sex = [row("sex", "F", base + 0.003, 0.43), row("sex", "M", base - 0.002, 0.57)]
      let shares = [
        ("0-19", 0.05, -0.4), ("20-39", 0.25, -0.6), ("40-59", 0.42, 0.0),
        ("60-79", 0.26, 0.4), ("80+", 0.02, 0.2),
      ]
      let age = shares.map { group, part, lean in
        row("age", group, base - drops[index] * lean, part)
      }
      for rows in [sex, age] {
        let pairs = comparisons(rows)
        report.subgroups += rows
        report.comparisons += pairs
        report.verdicts.append(verdict(rows, pairs, needed: 9_400))
      }
    }
    return report
  }()

  /// Three classifiers × fourteen findings × six attributes and pairs: 252 questions.
  static let large: AuditReport = {
    var report = bare(
      "large", title: "Three classifiers, fourteen findings, six attributes", familySize: 252)
    report.intendedUse = "To hold the report to its size budget."
    report.cohorts = [
      CohortRecord(
        cohort: "real", description: "Invented.", images: 22_433, clusters: 6_187,
        clusterUnit: "patients")
    ]
    let sexes = ["F", "M"]
    let ages = ["0-19", "20-39", "40-59", "60-79", "80+"]
    let races = ["Asian", "Black", "White"]
    func crossed(_ one: [String], _ other: [String]) -> [String] {
      one.flatMap { first in other.map { "\(first)*\($0)" } }
    }
    let attributes = [
      ("sex", sexes), ("age", ages), ("race", races), ("sex*age", crossed(sexes, ages)),
      ("sex*race", crossed(sexes, races)), ("age*race", crossed(ages, races)),
    ]
    for (place, classifier) in ["northern", "southern", "vendor-b"].enumerated() {
      report.classifiers.append(
        ClassifierRecord(name: classifier, kind: "scores", hash: nil, description: "Invented."))
      for (index, overall) in fourteenFindings.overall.enumerated() {
        var whole = overall
        whole.question.classifier = classifier
        report.overall.append(whole)
        for (attribute, groups) in attributes {
          let rows = groups.enumerated().map { number, group in
            subgroup(
              classifier, "real", overall.finding, attribute, group,
              positives: 40 + 11 * ((number + index) % 7), negatives: 300 + 17 * number,
              clusters: 120 + number,
              auc: 0.8 + 0.02 * Double((number * 3 + index + place) % 5)
                - (number == 0 && index == place ? 0.3 : 0))
          }
          let pairs = comparisons(rows)
          report.subgroups += rows
          report.comparisons += pairs
          report.verdicts.append(verdict(rows, pairs))
        }
      }
    }
    return report
  }()

  /// One finding cut into many groups.
  static func manyGroups(_ count: Int) -> AuditReport {
    var report = bare("many-groups", title: "One finding, \(count) groups", familySize: 1)
    let rows = (0..<count).map { index in
      subgroup(
        "model", "real", "Effusion", "site", "Hospital \(index + 1)",
        positives: 8 + (index * 37) % 90, negatives: 40 + (index * 53) % 300,
        clusters: 40 + (index * 29) % 200, auc: 0.78 + 0.1 * Double((index * 17) % 23) / 23)
    }
    let pairs = comparisons(rows, critical: 4.1)
    report.subgroups = rows
    report.comparisons = pairs
    report.verdicts = [verdict(rows, pairs)]
    return report
  }
}
