import AuditModel

extension SampleReports {
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
    spoilGenerator(&report, text)
    spoilCohorts(&report, text)
    spoilAnswers(&report, text)
    spoilArms(&report, text)
    spoilImages(&report, text)
    report.provenance.toolVersion = text
    report.provenance.command = text
    report.provenance.specificationHash = text
    report.provenance.hashes = [text: text]
    report.provenance.options = [text: text]
    report.provenance.environment = [text: text]
    report.provenance.stages = [StageRecord(name: text, seconds: 1, finished: text)]
    return report
  }

  private static func spoilGenerator(_ report: inout AuditReport, _ text: String) {
    report.generator?.name = text
    report.generator?.description = text
    report.generator?.support = [text]
    report.generator?.limits = [text]
    report.generator?.hash = text
    report.policy?.failures = [text]
    report.policy?.limits?[0].questions.finding = text
    report.policy?.checks?[0].questions.classifier = text
    report.policy?.checks?[0].questions.finding = text
    report.policy?.checks?[0].groups = [text, text]
    report.policy?.checks?[0].sentence = text
  }

  private static func spoilCohorts(_ report: inout AuditReport, _ text: String) {
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
  }

  private static func spoilAnswers(_ report: inout AuditReport, _ text: String) {
    func spoil(_ rows: inout [SubgroupResult]) {
      for index in rows.indices {
        rows[index].question.classifier = text
        rows[index].question.finding = text
        rows[index].question.attribute += "*" + text
        rows[index].group += "*" + text
        rows[index].reason = text
        rows[index].intervalMethod = text
      }
    }
    spoil(&report.overall)
    spoil(&report.subgroups)
    for index in report.comparisons.indices {
      report.comparisons[index].question.classifier = text
      report.comparisons[index].question.finding = text
      report.comparisons[index].question.attribute = text
      report.comparisons[index].groupA = text
      report.comparisons[index].groupB = text
      report.comparisons[index].reason = text
    }
    for index in report.verdicts.indices {
      report.verdicts[index].question.classifier = text
      report.verdicts[index].question.finding = text
      report.verdicts[index].question.attribute += text
      report.verdicts[index].worstPair = [text, text]
      report.verdicts[index].sentence = text
      report.verdicts[index].reasons = [text]
      report.verdicts[index].pMaxTMethod = text
    }
  }

  private static func spoilArms(_ report: inout AuditReport, _ text: String) {
    for index in report.counterfactual.indices {
      report.counterfactual[index].question.classifier = text
      report.counterfactual[index].question.attribute = text
      report.counterfactual[index].groupA = text
      report.counterfactual[index].label = text
    }
    for index in report.placebos.indices {
      report.placebos[index].question.classifier = text
      report.placebos[index].placebo = text
    }
    for index in report.gates.indices {
      report.gates[index].id = text
      report.gates[index].name = text
      report.gates[index].rule = text
      report.gates[index].sentence = text
    }
  }

  private static func spoilImages(_ report: inout AuditReport, _ text: String) {
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
  }
}
