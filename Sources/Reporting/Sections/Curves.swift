import AuditModel

/// ROC, DET and calibration curves by group.
extension SectionWriter {
  func curveFigures(of block: ResultBlock, title: String) -> [Figure] {
    let roc = report.rocCurves.filter { ResultBlock.Key($0) == block.key }
    let calibration = report.calibration.filter { ResultBlock.Key($0) == block.key }
    return roc.grouped(by: \.attribute).enumerated().flatMap { index, group in
      let (attribute, curves) = group
      return curveParts(
        lines(of: curves) { CurvePlot.Point(x: $0, y: $1) },
        title: "\(Words.title(ofAttribute: attribute)): ROC curves",
        prefix: "figure-roc-\(block.anchor.id)-\(index + 1)-\(attribute)",
        description: """
          Receiver operating characteristic. \(title). One line per group. The ROC table below \
          says where each line stands; every point is in tables/roc.csv.
          """,
        legend: "Dashed diagonal: chance. Points in \(code: "tables/roc.csv").",
        axes: ("False positive rate", "True positive rate"))
        + curveParts(
          lines(of: curves) { CurvePlot.Point(x: $0, y: 1 - $1) },
          title: "\(Words.title(ofAttribute: attribute)): detection error trade-off",
          prefix: "figure-det-\(block.anchor.id)-\(index + 1)-\(attribute)",
          description: """
            Detection error trade-off (DET). \(title). One line per group: the share missed against the \
            share of false alarms, both by normal deviates, so that differences at small rates are \
            seen. Every point is in tables/roc.csv.
            """,
          legend: """
            Lower is better; dashed: chance. Both axes by normal deviates, from 1 to 99 %; what lies \
            beyond stands at the edge.
            """,
          axes: ("False positive rate", "False negative rate"), hasNormalDeviates: true)
    }
      + calibration.grouped(by: \.attribute).enumerated().flatMap { index, group in
        let (attribute, curves) = group
        return curveParts(
          curves.map { curve in
            CurvePlot.Line(
              label: Words.group(curve.group),
              points: curve.bins.compactMap { bin in
                guard let score = bin.meanScore, let observed = bin.observed.estimate else {
                  return nil
                }
                return CurvePlot.Point(
                  x: score, y: observed, lower: bin.observed.lower, upper: bin.observed.upper)
              }, hasMarks: true)
          }, title: "\(Words.title(ofAttribute: attribute)): calibration",
          prefix: "figure-calibration-\(block.anchor.id)-\(index + 1)-\(attribute)",
          description: """
            Calibration. \(title). Share of images with the finding against the mean score, one \
            line per group. The numbers are in tables/calibration.csv.
            """,
          legend: """
            Dashed diagonal: scores that are right on average. Bars: intervals. Numbers in \
            \(code: "tables/calibration.csv").
            """,
          axes: ("Mean score", "Share with the finding"))
      }
  }

  private func lines(
    of curves: [ROCCurve], _ point: (_ alarms: Double, _ hits: Double) -> CurvePlot.Point
  ) -> [CurvePlot.Line] {
    curves.map { curve in
      CurvePlot.Line(
        label: Words.group(curve.group),
        points: zip(curve.falsePositiveRates, curve.truePositiveRates).map(point))
    }
  }

  /// Where the drawn curves stand at a few false positive rates, for those who cannot see them.
  func rocTables(of block: ResultBlock, title: String) -> [Block] {
    let curves = report.rocCurves.filter { ResultBlock.Key($0) == block.key }
    guard !curves.isEmpty else { return [] }
    let group = [
      ColumnOf<ROCCurve>(.words("Group", "group", header: true)) {
        .name(Words.group($0.group), raw: $0.group)
      }
    ]
    let rates = [0.05, 0.1, 0.2, 0.3, 0.5].map { rate in
      ColumnOf<ROCCurve>(.number("at \(NumberText.percent(rate))", "at_\(rate)")) { curve in
        // The highest point of the curve that costs no more false alarms than that.
        let points = zip(curve.falsePositiveRates, curve.truePositiveRates)
        return .number(points.filter { $0.0 <= rate }.map { $0.1 }.max(), .share)
      }
    }
    return [
      .table(
        Table(
          Anchor("table-roc", block.anchor.id), "\(title): ROC curves by group", of: curves,
          columns: group + rates,
          note: """
            True positive rate that each curve reaches with at most that false positive rate; \
            every point is in \(code: "tables/roc.csv").
            """, band: { Words.title(ofAttribute: $0.attribute) }))
    ]
  }

  private func curveParts(
    _ lines: [CurvePlot.Line], title: String, prefix: String, description: String, legend: Prose,
    axes: (x: String, y: String), hasNormalDeviates: Bool = false
  ) -> [Figure] {
    let limit = CurvePlot.lineLimit
    let partCount = (lines.count + limit - 1) / limit
    return stride(from: 0, to: lines.count, by: limit).enumerated().map { index, start in
      let suffix = partCount > 1 ? ", part \(index + 1) of \(partCount)" : ""
      return Figure(
        anchor: Anchor(prefix, "\(index + 1)"), title: title + suffix, description: description,
        legend: legend,
        chart: .curves(
          CurvePlot(
            lines: Array(lines[start..<min(start + limit, lines.count)]), xTitle: axes.x,
            yTitle: axes.y, hasNormalDeviates: hasNormalDeviates)))
    }
  }
}

extension ResultBlock.Key {
  init(_ curve: ROCCurve) {
    self.init(classifier: curve.classifier, cohort: curve.cohort, finding: curve.finding)
  }
  init(_ curve: CalibrationCurve) {
    self.init(classifier: curve.classifier, cohort: curve.cohort, finding: curve.finding)
  }
}
