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
  static let width = 340.0
  private static let inset = 20.0
  private static let rowHeight = 33.0
  private static let axisHeight = 40.0

  private static let lineHeight = 15.0

  var height: Double { rows.reduce(0) { $0 + height(of: $1) } + Self.axisHeight + 6 }

  private func height(of row: Row) -> Double {
    let lines = labelLines(of: row)
    return Self.rowHeight + Double(lines.isBeside ? 0 : lines.label.count) * Self.lineHeight
  }

  private func value(of row: Row) -> String {
    NumberText.interval(row.estimate, row.lower, row.upper, style)
      ?? row.absence ?? "not estimable"
  }

  /// The label in lines, and whether its one line stands beside the numbers. No label is cut, because
  /// two that were cut may look alike.
  private func labelLines(of row: Row) -> (label: [String], isBeside: Bool) {
    let width = Self.width - 2 * Self.inset
    let room = width - SVG.textWidth(value(of: row), size: 11.5) - 12
    return SVG.textWidth(row.label, size: 11.5) <= room
      ? ([row.label], true) : (SVG.wrapped(row.label, to: width, size: 11.5), false)
  }

  /// The drawing without its frame; names and description belong to the figure around it.
  func drawing() -> Markup {
    func x(_ value: Double) -> Double {
      Self.inset + scale.fraction(value) * (Self.width - 2 * Self.inset)
    }
    let bottom = rows.reduce(4) { $0 + height(of: $1) }
    var all = Markup.empty
    var top = 0.0
    for (index, row) in rows.enumerated() {
      let lines = labelLines(of: row)
      let next = top + height(of: row)
      // Above the interval: the label, and the numbers beside or below it.
      for (line, text) in lines.label.enumerated() {
        all += SVG.text(
          text, x: Self.inset, y: top + 14 + Double(line) * Self.lineHeight, class: "label")
      }
      let numbers = next - Self.rowHeight
      all += SVG.text(
        value(of: row), x: Self.width - Self.inset, y: numbers + 14,
        class: row.estimate == nil ? "value absent" : "value", anchor: "end")
      all += lane(from: numbers + 18, to: index == rows.count - 1 ? bottom : next, x: x)
      all += interval(of: row, middle: numbers + 25, x: x)
      top = next
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

  private func interval(of row: Row, middle: Double, x: (Double) -> Double) -> Markup {
    var all = Markup.empty
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
