import AuditModel
import Tables

/// The tables as CSV files (UTF-8, a header line, line feeds), numbers digit for digit as on the page.
enum CSVTables {
  /// File name below `tables/` and content; every file is written, even with a header alone.
  static func all(_ report: AuditReport) throws -> [(name: String, content: String)] {
    let demographics = report.cohorts.flatMap { cohort in
      cohort.demographics.map { (cohort: cohort.cohort, row: $0) }
    }
    let thresholds = report.plan.thresholds.sorted { $0.key < $1.key }.map {
      (finding: $0.key, record: $0.value)
    }
    let rocPoints = report.rocCurves.flatMap { curve in
      (0..<min(curve.falsePositiveRates.count, curve.truePositiveRates.count)).map {
        (curve: curve, index: $0)
      }
    }
    let bins = report.calibration.flatMap { curve in
      curve.bins.map { (curve: curve, bin: $0) }
    }
    let cells = report.rebalancing?.cells ?? []
    let rejections = report.rebalancing?.quality?.rejections ?? []
    return try [
      ("overall", csv(report.overall, SubgroupTables.all)),
      ("subgroups", csv(report.subgroups, SubgroupTables.all)),
      ("comparisons", csv(report.comparisons, ResultTables.comparisons)),
      ("verdicts", csv(report.verdicts, ResultTables.verdicts)),
      ("absences", csv(report.absences, AccountingTables.absences)),
      ("accounting", csv(AccountingTables.rows(report), AccountingTables.accounting)),
      ("roll-ups", csv(FamilyTables.rows(report.rollUps), FamilyTables.rollUps)),
      ("families", csv(report.families, FamilyTables.families)),
      ("counterfactual", csv(report.counterfactual, ResultTables.counterfactual)),
      ("placebos", csv(report.placebos, ResultTables.placebos)),
      ("rate-gaps", csv(report.rateGaps, ControlTables.rateGaps)),
      ("metric-gaps", csv(report.metricGaps, ControlTables.rateGaps)),
      ("adjusted-gaps", csv(report.adjustedGaps, FamilyTables.adjusted)),
      ("equalized-odds", csv(report.equalizedOdds, FamilyTables.odds)),
      ("panel-comparisons", csv(report.panelComparisons ?? [], ControlTables.panel)),
      ("arm-agreement", csv(report.armAgreement, ControlTables.agreement)),
      ("variance-components", csv(report.varianceComponents, ControlTables.components)),
      ("replica-agreement", csv(report.replica?.agreements ?? [], ReplicaTables.agreements)),
      ("replica-groups", csv(report.replica?.groups ?? [], ReplicaTables.groups)),
      ("replica-gaps", csv(report.replica?.gaps ?? [], ReplicaTables.gaps)),
      ("gates", csv(report.gates, RecordTables.gates)),
      ("rebalancing", csv(cells, RecordTables.rebalancing(cells))),
      (
        "rebalancing-subgroups",
        csv(report.rebalancing?.subgroups ?? [], RecordTables.rebalancingSubgroups)
      ),
      ("rebalancing-rejections", csv(rejections, RecordTables.rebalancingRejections(rejections))),
      ("cohorts", csv(report.cohorts, RecordTables.cohorts)),
      ("demographics", csv(demographics, RecordTables.demographics)),
      ("classifiers", csv(report.classifiers, RecordTables.classifiers)),
      ("thresholds", csv(thresholds, RecordTables.thresholds)),
      ("roc", csv(rocPoints, RecordTables.rocPoints)),
      ("calibration", csv(bins, RecordTables.calibrationBins)),
      ("policy", csv(report.policy?.checks ?? [], RecordTables.policyChecks)),
      ("stages", csv(report.provenance.stages, RecordTables.stages)),
    ].map { ("\($0.0).csv", $0.1) }
  }

  /// What each file holds, and how its columns are to be read.
  static func readMe(_ tables: [(name: String, content: String)]) -> String {
    var lines = [
      "# Tables of this report", "",
      "UTF-8, a header line, commas, line feeds. Numbers are those of the page, digit for digit; "
        + "`report.json` has them in full precision. An empty cell is a number that is not defined. A "
        + "cell that a spreadsheet would take for a formula begins with `'`.", "",
      "| file | one row for | rows |", "| --- | --- | ---: |",
    ]
    for table in tables {
      let name = String(table.name.dropLast(4))
      let rows = table.content.split(separator: "\n").count - 1
      // How often a folder was run says nothing of what it found: the file is the same after every run.
      let count = name == "stages" ? "" : NumberText.count(rows)
      lines.append("| `\(table.name)` | \(contents[name] ?? name) | \(count) |")
    }
    lines += [
      "",
      "`scores-real.csv` and `scores-synthetic.csv`, where they are, hold every score and label.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static let contents = [
    "overall": "classifier, cohort and finding, over all cases",
    "subgroups": "group of a question: counts, AUC, error rates and calibration with limits",
    "comparisons": "pair of groups of a question: difference in AUC, simultaneous limits, p values",
    "verdicts": "question: the verdict with its numbers, its sentence and its reasons",
    "absences": "declared question that could not be asked, with the reason",
    "accounting": "group of a question: images in the table, left out by reason, analysed",
    "roll-ups": "flag that is told together with others of its group",
    "families": "kind of statement: how many of it are false by chance",
    "adjusted-gaps": "pair of groups: the gap as observed and within strata",
    "equalized-odds": "question: the largest difference of both error rates together",
    "counterfactual": "pair of arms: score shifts and decisions that flip",
    "placebos": "classifier, finding and placebo",
    "rate-gaps": "question and error rate: the pair of groups with the strongest difference",
    "metric-gaps": "question and other metric: the pair of groups with the strongest difference",
    "panel-comparisons": "pair of groups: the gap less that of the reference panel",
    "arm-agreement": "classifier, finding and attribute: decisions and scores over all arms",
    "variance-components": "classifier, finding and label: where scores vary",
    "replica-agreement": "classifier, finding and attribute: how twins repeat real cases",
    "replica-groups": "group: a measure on real cases and on their twins",
    "replica-gaps": "pair of groups: a gap on real cases and on their twins",
    "gates": "check of the generated images",
    "rebalancing": "cell of the training table: images to add",
    "rebalancing-subgroups": "finding and group of the training table, before and after",
    "rebalancing-rejections": "cell and quality gate: rejected images",
    "cohorts": "cohort", "demographics": "group of a cohort",
    "classifiers": "classifier, those that only check included",
    "thresholds": "finding: the operating threshold and where it comes from",
    "roc": "point of a group's ROC curve", "calibration": "bin of a group's calibration curve",
    "policy": "limit of the owner's gate, held against one question", "stages": "stage of the run",
  ]

  private static func csv<Result>(_ results: [Result], _ columns: [ColumnOf<Result>]) throws
    -> String
  {
    let kept = columns.filter { $0.column.place != .pagesOnly }
    let rows = results.map { result in
      kept.flatMap { column in
        column.cell(result).fields(
          count: column.column.fields.count, isNumeric: column.column.isNumeric)
      }
    }
    return String(
      decoding: try encodeCSV(
        header: kept.flatMap(\.column.fields), rows: rows),
      as: UTF8.self)
  }
}
