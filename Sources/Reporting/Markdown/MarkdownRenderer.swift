import Basics
import AuditModel

/// Writes a document as Markdown that reads well on a code host; the numbers are the page's.
struct MarkdownRenderer {
  let document: ReportDocument

  func text() -> String {
    var parts = ["# " + MarkdownText.escaped(document.title)]
    parts.append(document.subtitle.map { "- " + rendered($0) }.joined(separator: "\n"))
    let tally = document.tally.filter { $0.count > 0 }
    if !tally.isEmpty {
      parts.append(
        "**"
          + tally.map { "\($0.answer.shape) \($0.answer.word): \(NumberText.count($0.count))" }
          .joined(separator: " · ") + "**")
    }
    parts.append("## Contents")
    parts.append(
      document.sections.map {
        "\($0.number). [\($0.title)](#\($0.anchor.id))"
      }.joined(separator: "\n"))
    for section in document.sections { parts += rendered(section) }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// One section with its details.
  func text(of section: Section) -> String {
    rendered(section).filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private func rendered(_ section: Section) -> [String] {
    var parts = [place(section.anchor) + "\n\n## \(section.number). \(section.title)"]
    for block in section.blocks { parts += rendered(block) }
    for page in section.details {
      let heading = Heading(level: 3, text: page.title, isSynthetic: page.isSynthetic)
      parts.append(place(page.anchor))
      parts += rendered(.heading(heading))
      for block in page.blocks { parts += rendered(block) }
    }
    return parts
  }

  private func rendered(_ block: Block) -> [String] {
    switch block {
    case .lead(let paragraphs): return paragraphs.map(rendered)
    case .paragraph(let text): return [rendered(text)]
    case .empty(let text): return ["*\(rendered(text))*"]
    case .heading(let heading):
      let mark = String(repeating: "#", count: heading.level)
      let tag = heading.isSynthetic ? " (synthetic: supporting evidence)" : ""
      let line = "\(mark) \(MarkdownText.escaped(heading.text))\(tag)"
      return heading.anchor.map { [place($0), line] } ?? [line]
    case .list(let items): return [items.map { "- " + rendered($0) }.joined(separator: "\n")]
    case .facts(let facts):
      return [
        facts.map { "- **\(MarkdownText.escaped($0.name)):** \(rendered($0.value))" }
          .joined(separator: "\n")
      ]
    case .table(let table): return rendered(table)
    case .figures(let figures):
      return figures.isEmpty
        ? []
        : [
          "*Drawn in `report.html`: "
            + figures.map { MarkdownText.escaped($0.title) }.joined(separator: "; ")
            + ". The numbers follow.*"
        ]
    case .answer(let row): return [rendered(row)]
    case .endOfPageOne: return []
    case .callout(let callout):
      return [
        (["> **\(MarkdownText.escaped(callout.title)).**"]
          + callout.items.map { "> - " + rendered($0) }).joined(separator: "\n")
      ]
    case .gallery(let row): return rendered(row)
    }
  }

  private func rendered(_ row: AnswerRow) -> String {
    let tag = row.isSynthetic ? " (synthetic: supporting evidence)" : ""
    var lines = [
      "**\(row.answer.shape) \(row.answer.word)**\(tag): " + MarkdownText.escaped(row.sentence), "",
    ]
    lines += (row.errorRates + row.reasons).map { "- " + MarkdownText.escaped($0) }
    lines += row.numbers.map { "- \($0.name): \(rendered($0.value))" }
    return lines.joined(separator: "\n")
  }

  private func rendered(_ table: Table) -> [String] {
    let columns = table.pageColumns
    let hasBands = table.rows.contains { $0.band != nil }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    var lines = [
      line(
        (hasBands ? [""] : []) + columns.map { MarkdownText.escaped(table.columns[$0].title) }),
      line(
        (hasBands ? ["---"] : []) + columns.map { table.columns[$0].isNumeric ? "---:" : "---" }),
    ]
    for row in table.rows {
      lines.append(
        line(
          (hasBands ? [MarkdownText.escaped(row.band ?? "")] : [])
            + columns.map { rendered(row.cells[$0]) }))
    }
    return ["**\(rendered(table.caption))**", lines.joined(separator: "\n")]
      + (table.note.map { [rendered($0)] } ?? [])
  }

  private func rendered(_ cell: Cell) -> String {
    switch cell {
    case .prose(let prose): rendered(prose)
    case .code(let words): MarkdownText.code(words)
    case .answer(_, _, let anchor): "[\(MarkdownText.escaped(cell.text))](#\(anchor.id))"
    default: MarkdownText.escaped(cell.text)
    }
  }

  private func rendered(_ row: GalleryRow) -> [String] {
    let title = "\(row.finding), \(Words.label(row.label)), base case \(row.baseCase)"
    let cards = row.images.map { image in
      let read = image.scores.merging(image.predicted ?? [:]) { score, _ in score }
      let scores = read.sorted { $0.key < $1.key }.map { classifier, score in
        MarkdownText.escaped(
          "\(classifier) \(NumberText.shown(score, .share) ?? Cell.absentWord)")
      }
      let picture =
        RelativePath.isContained(image.path)
        ? "[image](./\(RelativePath.percentEncoded(image.path)))" : "no image"
      return
        "| \(MarkdownText.escaped(image.arm)) | \(picture) | \(scores.joined(separator: ", ")) "
        + "| \(MarkdownText.escaped(image.prompt)) |"
    }
    return [
      "#### " + MarkdownText.escaped(title),
      (["| Arm | Image | Scores | Prompt |", "| --- | --- | --- | --- |"] + cards)
        .joined(separator: "\n"),
    ]
  }

  private func place(_ anchor: Anchor) -> String { "<a id=\"\(anchor.id)\"></a>" }

  private func rendered(_ prose: Prose) -> String {
    prose.runs.map { run in
      switch run {
      case .text(let words): MarkdownText.escaped(words)
      case .strong(let words): "**\(MarkdownText.escaped(words))**"
      case .code(let words): MarkdownText.code(words)
      case .link(let words, let anchor): "[\(MarkdownText.escaped(words))](#\(anchor.id))"
      }
    }.joined()
  }
}

enum MarkdownText {
  /// The text so that Markdown shows it as it is: marks escaped, line breaks made spaces.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in visible(text, keepingLines: true).unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$", "!":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      // Keeps a code host from making links of addresses and mentions of names.
      case "@": result += "&#64;"
      case ":": result += text.contains("://") ? "&#58;" : ":"
      case "\n", "\r", "\t": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A code span; where the text has a backquote, which would end it, plain escaped text.
  static func code(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0 != "`" && $0 != "|" && $0 != "\\" && $0.value >= 0x20 && $0 != "<" && $0 != "&"
    }
    return isPlain && !text.isEmpty && visible(text) == text ? "`\(text)`" : escaped(text)
  }
}
