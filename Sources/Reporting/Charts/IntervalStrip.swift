/// A column of intervals beside the rows of a table, on one scale: a forest plot whose words are a
/// table's, so that no label is cut and each number is read once.
struct StripColumn: Sendable, Equatable {
  struct Strip: Sendable, Equatable {
    var estimate: Double?
    var lower: Double?
    var upper: Double?
    /// Filled where the limits exclude no difference.
    var isFilled: Bool
    /// A shaded range around no difference, where one was declared for this measure.
    var band: ClosedRange<Double>?
  }

  /// The table's column, by position, before which it stands.
  var place: Int
  var title: String
  var scale: AxisScale
  /// One for each row of the table.
  var strips: [Strip]
}

extension StripColumn {
  static let width = 120.0
  private static let inset = 12.0
  private static let rowHeight = 26.0
  private static let axisHeight = 20.0

  private func x(_ value: Double) -> Double {
    Self.inset + scale.fraction(value) * (Self.width - 2 * Self.inset)
  }

  /// One row's interval. Its numbers stand in the row, so it has no words of its own.
  func drawing(of strip: Strip) -> Markup {
    let middle = Self.rowHeight / 2
    var all = Markup.empty
    if let band = strip.band {
      let (left, right) = (
        x(max(band.lowerBound, scale.lower)), x(min(band.upperBound, scale.upper))
      )
      all += SVG.rectangle(
        x: left, y: 0, width: right - left, height: Self.rowHeight, class: "band")
    }
    if scale.contains(0) { all += SVG.line(x(0), 0, x(0), Self.rowHeight, class: "reference") }
    if let lower = strip.lower, let upper = strip.upper {
      all += SVG.line(x(lower), middle, x(upper), middle, class: "interval")
    }
    if let estimate = strip.estimate {
      all += SVG.rectangle(
        x: x(estimate) - 4, y: middle - 4, width: 8, height: 8,
        class: strip.isFilled ? "mark" : "mark hollow")
    }
    return picture(height: Self.rowHeight, all)
  }

  /// The scale under the last row.
  var axis: Markup {
    var all = SVG.line(Self.inset, 0.5, Self.width - Self.inset, 0.5, class: "axis")
    for tick in scale.ticks {
      all += SVG.line(x(tick), 0, x(tick), 4, class: "axis")
      all += SVG.text(scale.label(tick), x: x(tick), y: 16, class: "tick", anchor: "middle")
    }
    return picture(height: Self.axisHeight, all)
  }

  private func picture(height: Double, _ content: Markup) -> Markup {
    .element(
      "svg", Attribute("viewBox", "0 0 \(Coordinate.text(Self.width)) \(Coordinate.text(height))"),
      .number("width", Self.width), .number("height", height), Attribute("aria-hidden", "true")
    ) { content }
  }
}
