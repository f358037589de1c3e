/// Drawing elements in one style; colours and strokes come from the style sheet's classes.
enum SVG {
  /// A picture with a name and a description for those who cannot see it.
  static func picture(
    _ anchor: Anchor, width: Double, height: Double, title: String, description: String,
    content: Markup
  ) -> Markup {
    let titleID = Anchor(anchor.id, "name")
    let descriptionID = Anchor(anchor.id, "description")
    return .element(
      "svg", Attribute("viewBox", "0 0 \(Coordinate.text(width)) \(Coordinate.text(height))"),
      .number("width", width), .number("height", height), Attribute("role", "img"),
      Attribute("aria-labelledby", "\(titleID.id) \(descriptionID.id)"),
      Attribute("xmlns", "http://www.w3.org/2000/svg")
    ) {
      Markup.element("title", .id(titleID)) { title }
      Markup.element("desc", .id(descriptionID)) { description }
      content
    }
  }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String
  ) -> Markup {
    .closed(
      "line", .number("x1", x1), .number("y1", y1), .number("x2", x2), .number("y2", y2),
      .class(name))
  }

  static func rectangle(
    x: Double, y: Double, width: Double, height: Double, class name: String,
    _ more: Attribute? = nil
  ) -> Markup {
    .closed(
      "rect", .number("x", x), .number("y", y), .number("width", max(width, 0)),
      .number("height", max(height, 0)), .class(name), more)
  }

  static func circle(x: Double, y: Double, radius: Double, class name: String) -> Markup {
    .closed("circle", .number("cx", x), .number("cy", y), .number("r", radius), .class(name))
  }

  static func polyline(_ points: [(Double, Double)], class name: String) -> Markup {
    let list = points.map { "\(Coordinate.text($0.0)),\(Coordinate.text($0.1))" }
    return .closed("polyline", Attribute("points", list.joined(separator: " ")), .class(name))
  }

  static func text(
    _ words: String, x: Double, y: Double, class name: String, anchor: String? = nil
  ) -> Markup {
    .element(
      "text", .number("x", x), .number("y", y), .class(name),
      anchor.map { Attribute("text-anchor", $0) }
    ) { words }
  }

  /// Axis line, ticks, tick labels and the axis title below a plot.
  static func horizontalAxis(
    _ scale: AxisScale, from left: Double, to right: Double, y: Double, title: String,
    x: (Double) -> Double
  ) -> Markup {
    var all = line(left, y, right, y, class: "axis")
    for tick in scale.ticks {
      all += line(x(tick), y, x(tick), y + 4, class: "axis")
      all += text(scale.label(tick), x: x(tick), y: y + 16, class: "tick", anchor: "middle")
    }
    return all
      + text(
        shortened(title, to: right - left, size: 11), x: (left + right) / 2, y: y + 33,
        class: "axis-title", anchor: "middle")
  }

  /// About how wide text comes out; a little generous, so that labels do not meet.
  static func textWidth(_ text: String, size: Double) -> Double {
    text.reduce(0) { sum, character in
      switch character {
      case "i", "l", "j", "t", "f", ".", ",", ":", "'", "|", "(", ")", " ", "\u{00A0}":
        sum + 0.36
      case "m", "w", "M", "W", "@", "—": sum + 0.95
      case "A"..."Z", "−", "+", "<", "×": sum + 0.74
      default: character.isASCII ? sum + 0.6 : sum + 0.9
      }
    } * size
  }

  /// The text in lines that fit, broken between words where there are any.
  static func wrapped(_ text: String, to width: Double, size: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    func fits(_ text: String) -> Bool { textWidth(text, size: size) <= width }
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if fits(longer) {
        line = longer
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = ""
      for character in word {
        if !line.isEmpty, !fits(line + String(character)) {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    return lines + [line]
  }

  /// The text, cut with an ellipsis where it is wider than its place.
  static func shortened(_ text: String, to width: Double, size: Double) -> String {
    guard textWidth(text, size: size) > width else { return text }
    var cut = text
    while !cut.isEmpty, textWidth(cut + "…", size: size) > width { cut.removeLast() }
    return cut + "…"
  }
}
