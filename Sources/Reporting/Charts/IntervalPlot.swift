/// Estimates with their intervals in one column: a forest plot.
struct IntervalPlot: Sendable, Equatable {
  struct Row: Sendable, Equatable {
    enum Mark: Sendable, Equatable {
      /// Evaluated as planned, nothing particular.
      case filled
      /// To be read with care: a small cell, or an interval that holds the reference.
      case hollow
      /// A pseudo-group that shows the generator's own noise.
      case placebo
    }
    var label: String
    var estimate: Double?
    var lower: Double?
    var upper: Double?
    var mark = Mark.filled
    /// The words in place of a number.
    var absence: String?
  }

  var rows: [Row]
  var scale: AxisScale
  var axisTitle: String
  var style: NumberStyle
  /// A vertical line, such as no difference.
  var reference: Double?
  /// A shaded range, such as −δ...δ.
  var band: ClosedRange<Double>?
}

extension IntervalPlot {
  static let width = 380.0
  private static let inset = 20.0
  private static let rowHeight = 33.0
  private static let axisHeight = 40.0

  var height: Double { Double(rows.count) * Self.rowHeight + Self.axisHeight + 6 }

  /// The drawing without its frame; names and description belong to the figure around it.
  func drawing() -> Markup {
    let bottom = Double(rows.count) * Self.rowHeight + 4
    func x(_ value: Double) -> Double {
      Self.inset + scale.fraction(value) * (Self.width - 2 * Self.inset)
    }
    var all = Markup.empty
    for (index, row) in rows.enumerated() {
      let top = Double(index) * Self.rowHeight
      let isLast = index == rows.count - 1
      all += lane(from: top + 18, to: isLast ? bottom : top + Self.rowHeight, x: x)
      all += drawing(of: row, top: top, x: x)
    }
    return all
      + SVG.horizontalAxis(
        scale, from: Self.inset, to: Self.width - Self.inset, y: bottom, title: axisTitle, x: x)
  }

  /// The ground under one interval. Grid and band stop above it, so that no line crosses a number.
  private func lane(from top: Double, to bottom: Double, x: (Double) -> Double) -> Markup {
    var all = Markup.empty
    if let band, band.upperBound > scale.lower, band.lowerBound < scale.upper {
      let (left, right) = (x(band.lowerBound), x(band.upperBound))
      all += SVG.rectangle(
        x: left, y: top, width: right - left, height: bottom - top, class: "band")
      for (edge, value) in [(left, band.lowerBound), (right, band.upperBound)]
      where scale.contains(value) {
        all += SVG.line(edge, top, edge, bottom, class: "band-edge")
      }
    }
    for tick in scale.ticks { all += SVG.line(x(tick), top, x(tick), bottom, class: "grid") }
    if let reference, scale.contains(reference) {
      all += SVG.line(x(reference), top, x(reference), bottom, class: "reference")
    }
    return all
  }

  private func drawing(of row: Row, top: Double, x: (Double) -> Double) -> Markup {
    let middle = top + 25
    let value =
      NumberText.interval(row.estimate, row.lower, row.upper, style)
      ?? row.absence ?? "not estimable"
    // Label and numbers share a line: what is left after the numbers is for the label.
    let room = Self.width - 2 * Self.inset - SVG.textWidth(value, size: 11.5) - 12
    var all =
      SVG.text(
        SVG.shortened(row.label, to: room, size: 11.5), x: Self.inset, y: top + 14, class: "label")
      + SVG.text(
        value, x: Self.width - Self.inset, y: top + 14,
        class: row.estimate == nil ? "value absent" : "value", anchor: "end")
    guard let estimate = row.estimate, estimate.isFinite else {
      return all
        + SVG.line(Self.inset, middle, Self.width - Self.inset, middle, class: "missing")
    }
    if let lower = row.lower, let upper = row.upper {
      all += SVG.line(x(lower), middle, x(upper), middle, class: "interval")
      all += limit(at: lower, x: x, middle: middle, outward: -1)
      all += limit(at: upper, x: x, middle: middle, outward: 1)
    }
    switch row.mark {
    case .filled:
      all += SVG.rectangle(
        x: x(estimate) - 4, y: middle - 4, width: 8, height: 8, class: "mark")
    case .hollow:
      all += SVG.rectangle(
        x: x(estimate) - 3.75, y: middle - 3.75, width: 7.5, height: 7.5, class: "mark hollow")
    case .placebo:
      all += SVG.circle(x: x(estimate), y: middle, radius: 4, class: "mark hollow")
    }
    return all
  }

  /// A bar at a limit, or an arrow where the limit lies outside the scale.
  private func limit(
    at value: Double, x: (Double) -> Double, middle: Double, outward: Double
  ) -> Markup {
    if scale.contains(value) {
      return SVG.line(x(value), middle - 4, x(value), middle + 4, class: "interval")
    }
    let tip = x(value) + outward * 3
    return SVG.polyline(
      [(tip - outward * 6, middle - 4), (tip, middle), (tip - outward * 6, middle + 4)],
      class: "interval")
  }
}
