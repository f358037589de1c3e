import AuditModel

/// The pictures of sections 6 to 8.
extension SectionWriter {
  /// Forest plots of AUCs, as many as the rows need.
  func accuracyFigures(
    _ rows: [SubgroupResult], title: String, prefix: String, scale: AxisScale, context: String,
    reference: Double? = nil, label: (SubgroupResult) -> String
  ) -> [Figure] {
    let marks = rows.map { row in
      IntervalPlot.Row(
        label: label(row), estimate: row.auc, lower: row.lower, upper: row.upper,
        mark: row.status == .ok ? .filled : .hollow, absence: row.status.word)
    }
    let overallText = NumberText.shown(reference, .share)
    return figures(
      marks, title: title, prefix: "figure-auc-\(prefix)",
      description: """
        Forest plot. \(context). \(title) with \(level) intervals for \
        \(Words.counted(rows.count, "row", "rows")). The table that follows has the same numbers.
        """,
      legend: Prose(
        "■ AUC with \(level) interval. □ small cell, read with care."
          + (overallText.map { " Dashed line: all cases, \($0)." } ?? "")),
      plot: { part in
        IntervalPlot(
          rows: part, scale: scale, axisTitle: "AUC", style: .share, reference: reference)
      })
  }

  /// Forest plots of pairwise differences with the δ band.
  ///
  /// - Parameter rows: Of one attribute and metric.
  func gapFigures(
    _ rows: [ComparisonResult], prefix: String, scale: AxisScale, context: String
  ) -> [Figure] {
    guard let question = rows.first?.question else { return [] }
    let name = question.metric.title
    let own = report.plan.metrics?.first { $0.metric == question.metric }?.delta
    let delta = own ?? report.plan.delta
    let deltaText = NumberText.setting(delta)
    let marks = rows.map { row in
      IntervalPlot.Row(
        label: "\(Words.group(row.groupA)) − \(Words.group(row.groupB))",
        estimate: row.difference, lower: row.lower, upper: row.upper,
        mark: holdsZero(row.lower, row.upper) ? .hollow : .filled, absence: "not tested")
    }
    let title = "\(Words.title(ofAttribute: question.attribute)): difference in \(name)"
    return figures(
      marks, title: title, prefix: "figure-\(prefix)",
      description: """
        Forest plot. \(context). \(title) with simultaneous \(level) limits for \
        \(Words.counted(rows.count, "pair", "pairs")) of groups, and the range of plus or minus \
        \(deltaText) within which differences count as equivalent. The table that follows has the \
        same numbers.
        """,
      legend: """
        ■ limits exclude no difference. □ limits include it. Shaded: within ±δ = \(deltaText). Dashed \
        line: no difference.
        """,
      plot: { part in
        IntervalPlot(
          rows: part, scale: scale, axisTitle: "Difference in \(name), first minus second",
          style: .difference, reference: 0, band: -delta...delta)
      })
  }

  /// Score shifts between arms that share their base cases.
  func shiftFigures(
    _ rows: [CounterfactualResult], attribute: String, prefix: String, scale: AxisScale,
    context: String
  ) -> [Figure] {
    let marks = rows.map { row in
      IntervalPlot.Row(
        label:
          "\(Words.group(row.groupA)) − \(Words.group(row.groupB)), \(Words.label(row.label))",
        estimate: row.scoreShift.estimate, lower: row.scoreShift.lower,
        upper: row.scoreShift.upper,
        mark: holdsZero(row.scoreShift.lower, row.scoreShift.upper) ? .hollow : .filled)
    }
    let title = "\(Words.title(ofAttribute: attribute)): score shift"
    return figures(
      marks, title: title, prefix: "figure-shift-\(prefix)",
      description: """
        \(context). Mean difference of the classifier's log-odds between two arms of the same \
        base cases, with \(level) intervals. The table that follows has the same numbers.
        """,
      legend: "■ interval excludes no shift. □ interval includes it. Dashed line: no shift.",
      plot: { part in
        IntervalPlot(
          rows: part, scale: scale, axisTitle: "Shift of the score, log-odds", style: .difference,
          reference: 0)
      })
  }

  /// A heat map where the attribute crosses exactly two others.
  func intersectionMap(
    _ rows: [SubgroupResult], attribute: String, prefix: String, title: String
  ) -> Figure? {
    let names = attribute.split(separator: "*").map(String.init)
    let places = rows.map { $0.group.split(separator: "*").map(String.init) }
    guard names.count == 2, places.allSatisfy({ $0.count == 2 }) else { return nil }
    let rowNames = places.map { $0[0] }.grouped { $0 }.map(\.key)
    let columnNames = places.map { $0[1] }.grouped { $0 }.map(\.key)
    guard columnNames.count <= 12 else { return nil }
    var squares = [[HeatMap.Square]](
      repeating: [HeatMap.Square](repeating: .absent, count: columnNames.count),
      count: rowNames.count)
    for (row, place) in zip(rows, places) {
      guard let i = rowNames.firstIndex(of: place[0]), let j = columnNames.firstIndex(of: place[1])
      else { continue }
      if row.status == .ok, let auc = row.auc {
        squares[i][j] = .value(auc)
      } else {
        squares[i][j] = .unreliable(row.auc)
      }
    }
    let anchor = Anchor("figure-map", prefix)
    let map = HeatMap(
      rows: rowNames, columns: columnNames, squares: squares,
      scale: AxisScale(covering: rows.compactMap(\.auc), limits: 0...1), style: .share,
      anchor: anchor)
    guard map.fits else { return nil }
    let name = "\(Words.title(ofAttribute: attribute)): AUC of each combination"
    return Figure(
      anchor: anchor, title: name,
      description: """
        Heat map. \(title). AUC for \(rowNames.count) groups of \(names[0]) by \
        \(columnNames.count) groups of \(names[1]); darker means a higher AUC. The table that \
        follows has the same numbers.
        """,
      legend: "Darker: higher AUC. Hatched: small cell, read with care. –: no such cases.",
      chart: .heatMap(map))
  }

  private func figures(
    _ rows: [IntervalPlot.Row], title: String, prefix: String, description: String, legend: Prose,
    plot: ([IntervalPlot.Row]) -> IntervalPlot
  ) -> [Figure] {
    let starts = stride(from: 0, to: rows.count, by: Self.rowsPerFigure)
    let partCount = (rows.count + Self.rowsPerFigure - 1) / Self.rowsPerFigure
    return starts.enumerated().map { index, start in
      let part = Array(rows[start..<min(start + Self.rowsPerFigure, rows.count)])
      let suffix = partCount > 1 ? ", part \(index + 1) of \(partCount)" : ""
      return Figure(
        anchor: Anchor(prefix, "\(index + 1)"), title: title + suffix, description: description,
        legend: legend, chart: .intervals(plot(part)))
    }
  }

  private func holdsZero(_ lower: Double?, _ upper: Double?) -> Bool {
    guard let lower, let upper else { return true }
    return lower <= 0 && upper >= 0
  }
}
