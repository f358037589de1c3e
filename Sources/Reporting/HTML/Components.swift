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
  init(_ figure: Figure) { self.figure = figure }

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
      Markup.element("p", .class("legend")) { Markup(prose: figure.legend) }
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
  private static let shortTable = 14
  /// Characters from which a cell counts as running text.
  private static let longText = 40
  let table: Table
  init(_ table: Table) { self.table = table }

  var markup: Markup {
    let columns = table.pageColumns
    let content = Markup.element(
      "table", .id(table.anchor), .class(table.rows.count <= Self.shortTable ? "short" : nil)
    ) {
      Markup.element("caption") {
        // Stays in sight while a wide table scrolls sideways.
        Markup.element("span", .class("caption-text")) { Markup(prose: table.caption) }
      }
      Markup.element("thead") {
        Markup.element("tr") {
          for index in columns {
            Markup.element(
              "th", Attribute("scope", "col"),
              .class(table.columns[index].isNumeric ? "numeric" : nil)
            ) { table.columns[index].title }
          }
        }
      }
      for (band, rows) in bands {
        Markup.element("tbody") {
          if let band {
            Markup.element("tr", .class("band-row")) {
              Markup.element(
                "th", Attribute("scope", "rowgroup"), Attribute("colspan", String(columns.count))
              ) { band }
            }
          }
          for row in rows { rendered(row, columns) }
        }
      }
    }
    return Scroll.around(content, named: table.caption.plain)
      + (table.note.map { note in .element("p", .class("table-note")) { Markup(prose: note) } }
        ?? .empty)
  }

  /// Neighbouring rows with the same band.
  private var bands: [(String?, [Table.Row])] {
    table.rows.reduce(into: []) { parts, row in
      if let last = parts.indices.last, parts[last].0 == row.band {
        parts[last].1.append(row)
      } else {
        parts.append((row.band, [row]))
      }
    }
  }

  private func rendered(_ row: Table.Row, _ columns: [Int]) -> Markup {
    .element("tr") {
      for index in columns {
        let column = table.columns[index]
        if column.isHeader {
          Markup.element("th", Attribute("scope", "row")) { content(row.cells[index]) }
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
    // Running text in a narrow column would make rows taller than a phone.
    return cell.text.count > Self.longText ? "long" : nil
  }

  private func content(_ cell: Cell) -> Markup {
    switch cell {
    case .prose(let prose): return Markup(prose: prose)
    case .code(let text): return .element("code") { text }
    case .verdict(let verdict): return Badge.markup(verdict)
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
    return .element("a", .href(file: path)) { picture }
  }
}
