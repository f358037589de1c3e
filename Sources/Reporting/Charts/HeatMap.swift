/// Values over two attributes; cells that are too small are hatched.
struct HeatMap: Sendable, Equatable {
  enum Square: Sendable, Equatable {
    case value(Double)
    /// A number from a cell too small to rely on.
    case unreliable(Double?)
    case absent
  }

  var rows: [String]
  var columns: [String]
  /// By row, then column.
  var squares: [[Square]]
  var scale: AxisScale
  var style: NumberStyle
  /// Makes the hatching's name unique on the page.
  var anchor: Anchor
}

extension HeatMap {
  private static let squareHeight = 34.0
  private static let headerHeight = 26.0

  private var labelWidth: Double {
    let widest = rows.map { SVG.textWidth($0, size: 11.5) }.max() ?? 0
    return min(max(widest + 10, 40), 140)
  }
  /// Whether every name fits, so that none is cut, and the whole fits on a printed page.
  var fits: Bool {
    width <= Self.printedWidth
      && rows.allSatisfy { SVG.textWidth($0, size: 11.5) <= labelWidth - 10 }
      && columns.allSatisfy { SVG.textWidth($0, size: 11.5) <= squareWidth - 4 }
  }
  private static let printedWidth = 660.0

  private var squareWidth: Double {
    max(56, (IntervalPlot.width - labelWidth - 8) / Double(max(columns.count, 1)))
  }
  var width: Double { labelWidth + squareWidth * Double(columns.count) + 8 }
  var height: Double { Self.headerHeight + Self.squareHeight * Double(rows.count) + 6 }

  /// The drawing without its frame.
  func drawing() -> Markup {
    let hatching = Anchor(anchor.id, "hatching")
    var all = Markup.element("defs") {
      Markup.element(
        "pattern", .id(hatching), .number("width", 6), .number("height", 6),
        Attribute("patternUnits", "userSpaceOnUse"), Attribute("patternTransform", "rotate(45)")
      ) { SVG.line(0, 0, 0, 6, class: "hatch") }
    }
    for (index, column) in columns.enumerated() {
      all += SVG.text(
        column,
        x: labelWidth + squareWidth * (Double(index) + 0.5), y: 17, class: "label", anchor: "middle"
      )
    }
    for (rowIndex, row) in rows.enumerated() {
      let top = Self.headerHeight + Self.squareHeight * Double(rowIndex)
      all += SVG.text(
        row, x: labelWidth - 10, y: top + 21,
        class: "label", anchor: "end")
      for columnIndex in columns.indices {
        let left = labelWidth + squareWidth * Double(columnIndex)
        all += drawing(
          of: squares[rowIndex][columnIndex], left: left, top: top, hatching: hatching)
      }
    }
    return all
  }

  private func drawing(of square: Square, left: Double, top: Double, hatching: Anchor) -> Markup {
    let (w, h) = (squareWidth - 2, Self.squareHeight - 2)
    func label(_ words: String) -> Markup {
      SVG.text(
        words, x: left + squareWidth / 2 - 1, y: top + 20.5, class: "square-value",
        anchor: "middle")
    }
    switch square {
    case .value(let value):
      // Pale at the low end, and never so dark that the number on it is hard to read.
      let opacity = Coordinate.text(0.06 + 0.42 * scale.fraction(value))
      return SVG.rectangle(
        x: left, y: top, width: w, height: h, class: "square", Attribute("fill-opacity", opacity))
        + label(NumberText.shown(value, style) ?? "–")
    case .unreliable(let value):
      let words = NumberText.shown(value, style) ?? "small"
      let plate = SVG.textWidth(words, size: 11.5) + 8
      return SVG.rectangle(
        x: left, y: top, width: w, height: h, class: "square-small",
        Attribute("fill", "url(#\(hatching.id))"))
        + SVG.rectangle(
          x: left + (w - plate) / 2, y: top + 7, width: plate, height: h - 14, class: "plate")
        + label(words)
    case .absent:
      return SVG.rectangle(x: left, y: top, width: w, height: h, class: "square-absent")
        + label("–")
    }
  }
}
