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
    let rocPoints = (report.rocCurves ?? []).flatMap { curve in
      (0..<min(curve.falsePositiveRates.count, curve.truePositiveRates.count)).map {
        (curve: curve, index: $0)
      }
    }
    let bins = (report.calibration ?? []).flatMap { curve in
      curve.bins.map { (curve: curve, bin: $0) }
    }
    let cells = report.rebalancing?.cells ?? []
    let rejections = report.rebalancing?.quality?.rejections ?? []
    return try [
      ("overall", csv(report.overall, SubgroupTables.all)),
      ("subgroups", csv(report.subgroups, SubgroupTables.all)),
      ("comparisons", csv(report.comparisons, ResultTables.comparisons)),
      ("verdicts", csv(report.verdicts, ResultTables.verdicts)),
      ("absences", csv(report.absences ?? [], AccountingTables.absences)),
      ("accounting", csv(AccountingTables.rows(report), AccountingTables.accounting)),
      ("counterfactual", csv(report.counterfactual, ResultTables.counterfactual)),
      ("placebos", csv(report.placebos, ResultTables.placebos)),
      ("rate-gaps", csv(report.rateGaps ?? [], ControlTables.rateGaps)),
      ("metric-gaps", csv(report.metricGaps ?? [], ControlTables.rateGaps)),
      ("panel-comparisons", csv(report.panelComparisons ?? [], ControlTables.panel)),
      ("arm-agreement", csv(report.armAgreement ?? [], ControlTables.agreement)),
      ("variance-components", csv(report.varianceComponents ?? [], ControlTables.components)),
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
