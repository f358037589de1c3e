import AuditModel

/// The tables as CSV files (RFC 4180, UTF-8, a header line), numbers digit for digit as on the page.
enum CSVTables {
  /// File name below `tables/` and content; every file is written, even with a header alone.
  static func all(_ report: AuditReport) -> [(name: String, content: String)] {
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
    return [
      ("overall", csv(report.overall, SubgroupTables.all)),
      ("subgroups", csv(report.subgroups, SubgroupTables.all)),
      ("comparisons", csv(report.comparisons, ResultTables.comparisons)),
      ("verdicts", csv(report.verdicts, ResultTables.verdicts)),
      ("counterfactual", csv(report.counterfactual, ResultTables.counterfactual)),
      ("placebos", csv(report.placebos, ResultTables.placebos)),
      ("rate-gaps", csv(report.rateGaps ?? [], ControlTables.rateGaps)),
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

  private static func csv<Result>(_ results: [Result], _ columns: [ColumnOf<Result>]) -> String {
    let kept = columns.filter { $0.column.place != .pagesOnly }
    var lines = [line(kept.flatMap(\.column.fields))]
    for result in results {
      lines.append(
        line(
          kept.flatMap { column in
            column.cell(result).fields(
              count: column.column.fields.count, isNumeric: column.column.isNumeric)
          }))
    }
    return lines.joined(separator: "\r\n") + "\r\n"
  }

  private static func line(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",")
  }

  /// Quotes where needed, and puts an apostrophe before words that a spreadsheet would run as a
  /// formula; numbers keep their sign.
  static func quoted(_ field: String) -> String {
    var text = field
    if let first = text.first, "=+-@\t\r".contains(first), Double(text) == nil {
      text = "'" + text
    }
    let needsQuotes = text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
