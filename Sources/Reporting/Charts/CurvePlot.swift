/// Lines in a unit square: ROC curves, error rates against each other, or observed shares over scores.
struct CurvePlot: Sendable, Equatable {
  struct Line: Sendable, Equatable {
    var label: String
    /// Both in 0...1.
    var points: [Point]
    /// Draw a mark and interval at each point.
    var hasMarks = false
  }
  struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
    var lower: Double?
    var upper: Double?
  }

  var lines: [Line]
  var xTitle: String
  var yTitle: String
  /// Both axes by normal deviates; what chance gives then falls from left to right.
  var hasNormalDeviates = false

  /// More lines could not be told apart where they cross.
  static let lineLimit = 4
}

extension CurvePlot {
  private static let left = 50.0
  private static let side = 262.0
  private static let top = 10.0
  static let width = 340.0
  private static let legendRow = 18.0

  var height: Double {
    Self.top + Self.side + 46 + Double(lines.reduce(0) { $0 + label(of: $1).count })
      * Self.legendRow + 4
  }

  private func label(of line: Line) -> [String] {
    SVG.wrapped(line.label, to: Self.side - 44, size: 11.5)
  }

  /// The drawing without its frame.
  func drawing() -> Markup {
    let scale =
      hasNormalDeviates ? AxisScale.normalDeviates : AxisScale(covering: [0, 1], limits: 0...1)
    func x(_ value: Double) -> Double { Self.left + scale.fraction(value) * Self.side }
    func y(_ value: Double) -> Double { Self.top + (1 - scale.fraction(value)) * Self.side }
    let bottom = Self.top + Self.side
    var all = Markup.empty
    for tick in scale.ticks {
      all += SVG.line(x(tick), Self.top, x(tick), bottom, class: "grid")
      all += SVG.line(Self.left, y(tick), Self.left + Self.side, y(tick), class: "grid")
      all += SVG.text(
        scale.label(tick), x: Self.left - 7, y: y(tick) + 4, class: "tick", anchor: "end")
    }
    let chance = hasNormalDeviates ? (1.0, 0.0) : (0.0, 1.0)
    all += SVG.line(x(0), y(chance.0), x(1), y(chance.1), class: "reference")
    all += .element(
      "text", Attribute("transform", "translate(14 \(Coordinate.text(y(0.5)))) rotate(-90)"),
      .class("axis-title"), Attribute("text-anchor", "middle")
    ) { yTitle }
    all += SVG.horizontalAxis(
      scale, from: Self.left, to: Self.left + Self.side, y: bottom, title: xTitle, x: x)
    var place = 0
    for (index, line) in lines.enumerated() {
      let number = "curve-\(index % Self.lineLimit + 1)"
      let name = "curve " + number
      // Intervals of several groups at one score stand side by side.
      let shift = (Double(index) - Double(lines.count - 1) / 2) * 5
      all += SVG.polyline(
        line.points.map { (x($0.x) + (line.hasMarks ? shift : 0), y($0.y)) }, class: name)
      for point in line.points where line.hasMarks {
        if let lower = point.lower, let upper = point.upper {
          all += SVG.line(
            x(point.x) + shift, y(lower), x(point.x) + shift, y(upper), class: number + " whisker")
        }
        all += SVG.circle(
          x: x(point.x) + shift, y: y(point.y), radius: 3, class: number + " curve-mark")
      }
      let row = bottom + 46 + Double(place) * Self.legendRow + 8
      all += SVG.line(Self.left, row, Self.left + 34, row, class: name)
      for text in label(of: line) {
        all += SVG.text(
          text, x: Self.left + 42, y: bottom + 46 + Double(place) * Self.legendRow + 12,
          class: "label")
        place += 1
      }
    }
    return all
  }
}
