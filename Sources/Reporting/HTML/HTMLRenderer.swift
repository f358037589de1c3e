import AuditModel

/// Writes a document as one HTML page that needs nothing else: no network, no scripts.
struct HTMLRenderer {
  let document: ReportDocument
  /// Bytes of a picture by its path, or nil where it is missing.
  let images: (String) -> [UInt8]?

  func page() -> String {
    let style = Stylesheet.all(runningHead: document.title, kicker: document.kicker)
    // The policy names the one style sheet by hash; nothing else may load, run, frame or submit.
    let policy =
      "default-src 'none'; style-src '\(style.contentSecurityHash)'; img-src data:; "
      + "base-uri 'none'; form-action 'none'"
    let page =
      Markup.declaration("<!DOCTYPE html>")
      + .element("html", Attribute("lang", "en")) {
        Markup.newline
        Markup.element("head") {
          Markup.void("meta", Attribute("charset", "utf-8"))
          Markup.void(
            "meta", Attribute("http-equiv", "Content-Security-Policy"),
            Attribute("content", policy))
          Markup.void(
            "meta", Attribute("name", "viewport"),
            Attribute("content", "width=device-width, initial-scale=1"))
          Markup.void(
            "meta", Attribute("name", "color-scheme"), Attribute("content", "light dark"))
          Markup.void("meta", Attribute("name", "referrer"), Attribute("content", "no-referrer"))
          Markup.element("title") { document.title }
          Markup.style(style)
        }
        Markup.newline
        Markup.element("body") {
          Markup.element("a", .class("skip"), .href(start)) {
            "Skip to the results"
          }
          masthead
          Markup.element("div", .class("frame")) {
            contents
            Markup.element("main") {
              for section in document.sections { rendered(section) }
            }
          }
          footer
        }
      } + .newline
    return page.source
  }

  private var start: Anchor { document.sections.first?.anchor ?? SectionKind.bottomLine.anchor }

  private var masthead: Markup {
    .element("header", .class("masthead")) {
      Markup.element("p", .class("kicker")) { document.kicker }
      Markup.element("h1") { document.title }
      Markup.element("ul", .class("facts-line")) {
        for line in document.subtitle { Markup.element("li") { rendered(line) } }
      }
      if document.tally.contains(where: { $0.count > 0 }) {
        Markup.element("ul", .class("tally"), Attribute("aria-label", "Verdicts")) {
          for part in document.tally where part.count > 0 {
            Markup.element("li") {
              Markup.element("span", .class("tally-count")) { NumberText.count(part.count) }
              Badge.markup(part.verdict)
            }
          }
        }
      }
    }
  }

  private var contents: Markup {
    .element("nav", .class("contents"), Attribute("aria-labelledby", "contents-title")) {
      Markup.element("h2", Attribute("id", "contents-title")) { "Contents" }
      Markup.element("ol") {
        for section in document.sections {
          Markup.element("li") {
            Markup.element("a", .href(section.anchor)) {
              Markup.element("span", .class("number")) { String(section.number) }
              section.title
            }
          }
        }
      }
    }
  }

  private var footer: Markup {
    .element("footer") {
      Markup.element("p") {
        document.colophon + " This page runs no script and loads nothing."
      }
    }
  }

  private func rendered(_ section: Section) -> Markup {
    .newline
      + .element(
        "section", .class("section"),
        Attribute("aria-labelledby", section.anchor.id)
      ) {
        Markup.element("h2", .id(section.anchor)) {
          Markup.element("span", .class("number")) { String(section.number) }
          " " + section.title
        }
        for block in section.blocks { rendered(block) }
      }
  }

  private func rendered(_ block: Block) -> Markup {
    .newline
      + {
        switch block {
        case .lead(let paragraphs):
          return joined(paragraphs.map { text in .element("p", .class("lead")) { rendered(text) } })
        case .paragraph(let text): return .element("p") { rendered(text) }
        case .empty(let text): return .element("p", .class("empty")) { rendered(text) }
        case .heading(let heading): return rendered(heading)
        case .list(let items):
          return .element("ul") {
            for item in items { Markup.element("li") { rendered(item) } }
          }
        case .facts(let facts):
          return .element("dl", .class("facts")) {
            for fact in facts {
              Markup.element("dt") { fact.name }
              Markup.element("dd") { rendered(fact.value) }
            }
          }
        case .table(let table): return TableMarkup(table).markup
        case .figures(let figures): return rendered(figures)
        case .verdicts(let group): return rendered(group)
        case .callout(let callout): return rendered(callout)
        case .gallery(let row): return GalleryMarkup(row: row, images: images).markup
        }
      }()
  }

  private func rendered(_ heading: Heading) -> Markup {
    let text = Markup(text: heading.text)
    let tag: Markup =
      heading.isSynthetic
      ? Markup(text: " ")
        + .element("span", .class("synthetic-tag")) { "synthetic: supporting evidence" }
      : .empty
    let id = heading.anchor.map(Attribute.id)
    return heading.level == 3
      ? .element("h3", id) { text + tag } : .element("h4", id) { text + tag }
  }

  private func rendered(_ callout: Callout) -> Markup {
    let name =
      switch callout.kind {
      case .caution: "caution"
      case .supportingEvidence: "supporting"
      case .loud: "loud"
      }
    return .element("div", .class("callout", name), Attribute("role", "note")) {
      Markup.element("p", .class("callout-title")) { callout.title }
      if callout.items.count == 1 {
        Markup.element("p") { rendered(callout.items[0]) }
      } else {
        Markup.element("ul") {
          for item in callout.items { Markup.element("li") { rendered(item) } }
        }
      }
    }
  }

  private func rendered(_ group: VerdictGroup) -> Markup {
    .element("div", .class("verdicts", Badge.className(group.verdict))) {
      Markup.element("h3") {
        Badge.markup(group.verdict)
        Markup.element("span", .class("verdict-count")) {
          " " + Words.counted(group.rows.count, "question", "questions")
        }
      }
      Markup.element("p", .class("meaning")) { rendered(group.meaning) }
      Markup.element("p", .class("not-concluded")) {
        Markup.element("strong") { "Do not conclude:" }
        Markup(text: " ") + rendered(group.mustNotConclude)
      }
      Markup.element("ul", .class("verdict-list")) {
        for row in group.rows { Markup.element("li") { rendered(row) } }
      }
    }
  }

  private func rendered(_ row: VerdictRow) -> Markup {
    let subject = "\(row.finding), by \(row.attribute.lowercasedFirst)"
    var all = Markup.element("p", .class("verdict-subject")) {
      if let detail = row.detail {
        Markup.element("a", .href(detail)) { subject }
      } else {
        Markup(text: subject)
      }
    }
    all += .element("p", .class("verdict-source")) {
      "\(row.classifier), \(row.cohort) cohort "
      if row.cohort == Words.synthetic {
        Markup.element("span", .class("synthetic-tag")) { "supporting evidence" }
      }
    }
    all += .element("p", .class("verdict-sentence")) { row.sentence }
    if !row.reasons.isEmpty {
      all += .element("ul", .class("reasons")) {
        for reason in row.reasons { Markup.element("li") { reason } }
      }
    }
    if !row.numbers.isEmpty {
      all += .element("dl", .class("verdict-numbers")) {
        for fact in row.numbers {
          Markup.element("dt") { fact.name }
          Markup.element("dd") { rendered(fact.value) }
        }
      }
    }
    return all
  }

  private func rendered(_ figures: [Figure]) -> Markup {
    guard !figures.isEmpty else { return .empty }
    return .element("div", .class("figures")) {
      for figure in figures { FigureMarkup(figure).markup }
    }
  }

  private func joined(_ parts: [Markup]) -> Markup { parts.reduce(.empty, +) }

  private func rendered(_ prose: Prose) -> Markup { Markup(prose: prose) }
}

extension Markup {
  init(prose: Prose) {
    self = prose.runs.reduce(.empty) { sum, run in
      switch run {
      case .text(let words): sum + Markup(text: words)
      case .strong(let words): sum + .element("strong") { words }
      case .code(let words): sum + .element("code") { words }
      case .link(let words, let anchor): sum + .element("a", .href(anchor)) { words }
      }
    }
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
