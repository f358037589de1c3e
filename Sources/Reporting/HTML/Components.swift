import AuditModel
import Foundation

/// A state as word, shape and colour, so that none of them is needed alone.
enum Badge {
  static func className(_ verdict: Verdict.Kind) -> String {
    switch verdict {
    case .flagged: "is-flagged"
    case .withinDelta: "is-within"
    case .inconclusive: "is-open"
    case .notEvaluable: "is-none"
    }
  }

  static func markup(_ verdict: Verdict.Kind) -> Markup {
    badge(verdict.word, class: className(verdict), shape: shape(className(verdict)))
  }

  private static func className(_ answer: QuestionState) -> String {
    switch answer {
    case .flagged: "is-flagged"
    case .decisionsDiffer: "is-differing"
    case .withinDelta: "is-within"
    case .inconclusive: "is-open"
    case .notEvaluable: "is-none"
    }
  }

  static func markup(_ answer: QuestionState) -> Markup {
    badge(answer.word, class: className(answer), shape: shape(className(answer)))
  }

  /// The answer with its number, as a link to where it is explained.
  static func markup(_ answer: QuestionState, _ value: Double?, _ link: Attribute) -> Markup {
    .element("a", .class("glance", className(answer)), link) {
      // The shape and the word's beginning stay on one line.
      Markup.element("span", .class("glance-word")) {
        picture(className(answer))
        answer.word.prefix { $0 != " " }.description
      }
      answer.word.drop { $0 != " " }.description
      if let number = NumberText.shown(value, .share) {
        Markup(text: " ") + .element("span", .class("glance-number")) { number }
      }
    }
  }

  private static func picture(_ name: String) -> Markup {
    .element(
      "svg", Attribute("viewBox", "0 0 12 12"), .number("width", 12), .number("height", 12),
      Attribute("aria-hidden", "true")
    ) { shape(name) }
  }

  static func markup(_ status: GateResult.Status) -> Markup {
    let name =
      switch status {
      case .pass: "is-within"
      case .fail: "is-flagged"
      case .warn: "is-open"
      case .notRun: "is-none"
      }
    return badge(status.word, class: name, shape: shape(name))
  }

  private static func badge(_ word: String, class name: String, shape: Markup) -> Markup {
    .element("span", .class("badge", name)) {
      Markup.element(
        "svg", Attribute("viewBox", "0 0 12 12"), .number("width", 12), .number("height", 12),
        Attribute("aria-hidden", "true")
      ) { shape }
      word
    }
  }

  private static func shape(_ name: String) -> Markup {
    switch name {
    case "is-flagged":
      .closed("path", Attribute("d", "M6 1 11.5 11H.5z"), Attribute("fill", "currentColor"))
    case "is-differing":
      .closed(
        "rect", .number("x", 1), .number("y", 1), .number("width", 10), .number("height", 10),
        Attribute("fill", "currentColor"))
    case "is-within":
      .closed(
        "circle", .number("cx", 6), .number("cy", 6), .number("r", 4.75),
        Attribute("fill", "currentColor"))
    case "is-open":
      .closed(
        "path", Attribute("d", "M6 1.2 10.8 6 6 10.8 1.2 6z"), Attribute("fill", "none"),
        Attribute("stroke", "currentColor"), .number("stroke-width", 1.6))
        + .closed(
          "path", Attribute("d", "M6 1.2 6 10.8 1.2 6z"), Attribute("fill", "currentColor"))
    default:
      .closed(
        "circle", .number("cx", 6), .number("cy", 6), .number("r", 4.4), Attribute("fill", "none"),
        Attribute("stroke", "currentColor"), .number("stroke-width", 1.5),
        Attribute("stroke-dasharray", "2.2 1.6"))
    }
  }
}

/// A picture with its name above and its key below.
struct FigureMarkup {
  let figure: Figure
  let links: Links
  init(_ figure: Figure, _ links: Links) {
    self.figure = figure
    self.links = links
  }

  var markup: Markup {
    let width: Double
    let height: Double
    let content: Markup
    switch figure.chart {
    case .intervals(let plot):
      (width, height, content) = (IntervalPlot.width, plot.height, plot.drawing())
    case .heatMap(let map): (width, height, content) = (map.width, map.height, map.drawing())
    case .curves(let plot):
      (width, height, content) = (CurvePlot.width, plot.height, plot.drawing())
    }
    let isWide = width > IntervalPlot.width + 1
    let picture = SVG.picture(
      figure.anchor, width: width, height: height, title: figure.title,
      description: figure.description, content: content)
    return .element("figure", .id(figure.anchor), .class(isWide ? "wide" : nil)) {
      Markup.element("figcaption") { figure.title }
      if isWide {
        Scroll.around(picture, named: figure.title)
      } else {
        picture
      }
      Markup.element("p", .class("legend")) { Markup(prose: figure.legend, links) }
    }
  }
}

/// Content that may be wider than a phone scrolls in its own frame, by keyboard as well.
enum Scroll {
  static func around(_ content: Markup, named name: String) -> Markup {
    .element(
      "div", .class("scroll"), Attribute("tabindex", "0"), Attribute("role", "group"),
      Attribute("aria-label", name)
    ) { content }
  }
}

/// A table with caption, scopes and bands.
struct TableMarkup {
  /// Rows up to which a table is printed on one page.
  private static let shortTable = 8
  /// Characters from which a cell counts as running text.
  private static let longText = 40
  /// Characters beyond which a word may be broken; the terms of the field are shorter.
  private static let longestWord = 18
  /// Columns of numbers from which limits stand under their estimate, so that all fit on a page.
  private static let manyNumbers = 5
  /// Columns of any kind from which a table is set tighter.
  private static let manyColumns = 7
  let table: Table
  let links: Links
  init(_ table: Table, _ links: Links) {
    self.table = table
    self.links = links
  }

  var markup: Markup {
    let columns = table.pageColumns
    let content = Markup.element(
      "table", .id(table.anchor),
      .class(
        table.rows.count <= Self.shortTable ? "short" : nil, isDense ? "dense" : nil,
        table.strips == nil ? nil : "forest")
    ) {
      Markup.element("caption") {
        // Stays in sight while a wide table scrolls sideways.
        Markup.element("span", .class("caption-text")) { Markup(prose: table.caption, links) }
      }
      Markup.element("thead") {
        Markup.element("tr") {
          for index in columns {
            if let strips = table.strips, strips.place == index {
              Markup.element("th", Attribute("scope", "col"), .class("plot")) { strips.title }
            }
            Markup.element(
              "th", Attribute("scope", "col"),
              .class(table.columns[index].isNumeric ? "numeric" : nil)
            ) { table.columns[index].title }
          }
        }
      }
      for (band, rows, start) in bands {
        Markup.element("tbody") {
          if let band {
            Markup.element("tr", .class("band-row")) {
              Markup.element(
                "th", Attribute("scope", "rowgroup"), Attribute("colspan", String(width))
              ) { band }
            }
          }
          for (offset, row) in rows.enumerated() { rendered(row, columns, start + offset) }
        }
      }
      if let strips = table.strips { axis(of: strips, columns) }
    }
    return Scroll.around(content, named: table.caption.plain)
      + (table.note.map { note in .element("p", .class("table-note")) { Markup(prose: note, links) }
      }
        ?? .empty)
  }

  /// Neighbouring rows with the same band.
  private var bands: [(String?, [Table.Row], start: Int)] {
    var parts: [(String?, [Table.Row], start: Int)] = []
    for (index, row) in table.rows.enumerated() {
      if let last = parts.indices.last, parts[last].0 == row.band {
        parts[last].1.append(row)
      } else {
        parts.append((row.band, [row], index))
      }
    }
    return parts
  }

  private var width: Int { table.pageColumns.count + (table.strips == nil ? 0 : 1) }

  private var isDense: Bool {
    table.pageColumns.count >= Self.manyColumns
      || table.pageColumns.count { table.columns[$0].isNumeric } >= Self.manyNumbers
  }

  /// The scale of a forest plot, under its column.
  private func axis(of strips: StripColumn, _ columns: [Int]) -> Markup {
    .element("tfoot") {
      Markup.element("tr", Attribute("aria-hidden", "true")) {
        for index in columns {
          if strips.place == index {
            Markup.element("td", .class("plot")) { strips.axis }
          }
          Markup.element("td", .class("plot")) {}
        }
      }
    }
  }

  private func rendered(_ row: Table.Row, _ columns: [Int], _ number: Int) -> Markup {
    .element("tr") {
      for index in columns {
        if let strips = table.strips, strips.place == index, number < strips.strips.count {
          Markup.element("td", .class("plot")) { strips.drawing(of: strips.strips[number]) }
        }
        let column = table.columns[index]
        if column.isHeader {
          let isUnbroken = Self.isUnbroken(row.cells[index])
          Markup.element(
            "th", Attribute("scope", "row"), .class(isUnbroken ? "unbroken" : nil)
          ) { content(row.cells[index]) }
        } else {
          Markup.element("td", .class(className(column, row.cells[index]))) {
            content(row.cells[index])
          }
        }
      }
    }
  }

  private func className(_ column: Table.Column, _ cell: Cell) -> String? {
    if case .blank = cell { return "blank" }
    if column.isNumeric { return "numeric" }
    if Self.isUnbroken(cell) { return "unbroken" }
    // Running text in a narrow column would make rows taller than a phone.
    return cell.text.count > Self.longText ? "long" : nil
  }

  /// A name so long that it may be broken anywhere, lest it push the other columns off the page.
  private static func isUnbroken(_ cell: Cell) -> Bool {
    cell.text.split(separator: " ").contains { $0.count > longestWord }
  }

  private func content(_ cell: Cell) -> Markup {
    switch cell {
    case .prose(let prose): return Markup(prose: prose, links)
    case .code(let text): return .element("code") { text }
    case .verdict(let verdict): return Badge.markup(verdict)
    case .answer(let answer, let value, let anchor):
      return Badge.markup(answer, value, links.href(anchor))
    case .gate(let status): return Badge.markup(status)
    case .status(let word, let reason, _):
      return .element("span", .class(word == "ok" ? nil : "absent")) {
        reason.map { "\(word): \($0)" } ?? word
      }
    case .interval(let estimate, let lower, let upper, let style):
      guard let value = NumberText.shown(estimate, style) else { return absent }
      guard let lower = NumberText.shown(lower, style), let upper = NumberText.shown(upper, style)
      else { return Markup(text: value) }
      return Markup(text: value + " ")
        + .element("span", .class("limits")) { "(\(lower) to \(upper))" }
    case .number(let value, let style):
      return NumberText.shown(value, style).map(Markup.init(text:)) ?? absent
    default: return Markup(text: cell.text)
    }
  }

  private var absent: Markup { .element("span", .class("absent")) { Cell.absentWord } }
}

/// One base case across arms: the picture, the scores and the prompt of each.
struct GalleryMarkup {
  let row: GalleryRow
  let images: (String) -> [UInt8]?
  let links: Links

  var markup: Markup {
    .element("div", .class("gallery-row")) {
      Markup.element("h4") {
        "\(row.finding), \(Words.label(row.label)), base case \(row.baseCase)"
      }
      Markup.element("ul", .class("gallery")) {
        for image in row.images { Markup.element("li") { card(image) } }
      }
    }
  }

  private func card(_ image: GalleryImage) -> Markup {
    let name = "Generated radiograph, \(row.finding) \(Words.label(row.label)), \(image.arm)"
    return .element("figure", .class("card")) {
      picture(image.path, name: name)
      if let difference = image.difference {
        picture(difference, name: "What \(image.arm) changes of the anchor")
      }
      Markup.element("figcaption") {
        Markup.element("span", .class("arm")) { image.arm }
        Markup.element("dl", .class("scores")) {
          for (classifier, score) in image.scores.sorted(by: { $0.key < $1.key }) {
            Markup.element("dt") { classifier }
            Markup.element("dd") { NumberText.shown(score, .share) ?? Cell.absentWord }
          }
          for (reading, value) in (image.predicted ?? [:]).sorted(by: { $0.key < $1.key }) {
            Markup.element("dt") { reading }
            Markup.element("dd") { NumberText.shown(value, .share) ?? Cell.absentWord }
          }
        }
        Markup.element("span", .class("prompt")) { image.prompt }
      }
    }
  }

  private func picture(_ path: String, name: String) -> Markup {
    guard RelativePath.isContained(path), let bytes = images(path) else {
      return .element("p", .class("no-image")) { "Image not available" }
    }
    let picture = Markup.void(
      "img",
      Attribute("src", "data:image/png;base64," + Data(bytes).base64EncodedString()),
      Attribute("alt", name))
    return .element("a", links.href(file: path)) { picture }
  }
}
