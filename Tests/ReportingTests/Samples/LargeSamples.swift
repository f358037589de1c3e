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

  /// Every string that anyone could supply is a script element.
  static func hostile(_ text: String) throws -> AuditReport {
    var report = quickstart
    report.name = text
    report.title = text
    report.intendedUse = text
    report.operatorName = text
    report.summary = [text]
    report.cautions = [text]
    report.notes = [text]
    report.plan.hash = text
    report.plan.cluster = text
    report.plan.multiplicity = text
    report.plan.thresholds = [text: ThresholdRecord(value: 0.5, origin: text)]
    report.generator?.name = text
    report.generator?.description = text
    report.generator?.support = [text]
    report.generator?.limits = [text]
    report.generator?.hash = text
    report.policy?.failures = [text]
    report.policy?.limits?[0].finding = text
    report.policy?.checks?[0].classifier = text
    report.policy?.checks?[0].finding = text
    report.policy?.checks?[0].groups = [text, text]
    report.policy?.checks?[0].sentence = text
    for index in report.classifiers.indices {
      report.classifiers[index].name = text
      report.classifiers[index].kind = text
      report.classifiers[index].hash = text
      report.classifiers[index].description = text
    }
    for index in report.cohorts.indices {
      report.cohorts[index].description = text
      report.cohorts[index].clusterUnit = text
      for row in report.cohorts[index].demographics.indices {
        report.cohorts[index].demographics[row].attribute = text
        report.cohorts[index].demographics[row].group = text
      }
    }
    func spoil(_ rows: inout [SubgroupResult]) {
      for index in rows.indices {
        rows[index].classifier = text
        rows[index].finding = text
        rows[index].attribute += "*" + text
        rows[index].group += "*" + text
        rows[index].reason = text
        rows[index].intervalMethod = text
      }
    }
    spoil(&report.overall)
    spoil(&report.subgroups)
    for index in report.comparisons.indices {
      report.comparisons[index].classifier = text
      report.comparisons[index].finding = text
      report.comparisons[index].attribute = text
      report.comparisons[index].groupA = text
      report.comparisons[index].groupB = text
      report.comparisons[index].reason = text
    }
    for index in report.verdicts.indices {
      report.verdicts[index].classifier = text
      report.verdicts[index].finding = text
      report.verdicts[index].attribute += text
      report.verdicts[index].worstPair = [text, text]
      report.verdicts[index].sentence = text
      report.verdicts[index].reasons = [text]
      report.verdicts[index].pMaxTMethod = text
    }
    for index in report.counterfactual.indices {
      report.counterfactual[index].classifier = text
      report.counterfactual[index].attribute = text
      report.counterfactual[index].groupA = text
      report.counterfactual[index].label = text
    }
    for index in report.placebos.indices {
      report.placebos[index].classifier = text
      report.placebos[index].placebo = text
    }
    for index in report.gates.indices {
      report.gates[index].id = text
      report.gates[index].name = text
      report.gates[index].rule = text
      report.gates[index].sentence = text
    }
    report.rebalancing?.strategy = text
    report.rebalancing?.notes = [text]
    report.rebalancing?.exports = [text: text]
    for index in (report.rebalancing?.cells ?? []).indices {
      report.rebalancing?.cells[index].finding = text
      report.rebalancing?.cells[index].groups["age"] = text
      report.rebalancing?.cells[index].reason = text
    }
    for row in report.gallery.indices {
      report.gallery[row].finding = text
      report.gallery[row].baseCase = text
      for image in report.gallery[row].images.indices {
        report.gallery[row].images[image].arm = text
        report.gallery[row].images[image].prompt = text
        report.gallery[row].images[image].path = "javascript:alert(1)//" + text
        report.gallery[row].images[image].scores = [text: 0.5]
      }
    }
    report.provenance.toolVersion = text
    report.provenance.command = text
    report.provenance.specificationHash = text
    report.provenance.hashes = [text: text]
    report.provenance.options = [text: text]
    report.provenance.environment = [text: text]
    report.provenance.stages = [StageRecord(name: text, seconds: 1, finished: text)]
    return report
  }
}
