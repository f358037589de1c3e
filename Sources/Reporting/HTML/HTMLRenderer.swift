import AuditModel

/// Writes a document as HTML pages that need nothing else: no network, no scripts.
struct HTMLRenderer {
  let document: ReportDocument
  /// Bytes of a picture by its path, or nil where it is missing.
  let images: (String) -> [UInt8]?

  /// The whole document as one page.
  func page() -> String {
    PageRenderer(document: document, images: images, links: Links(page: document.page, files: [:]))
      .whole()
  }

  /// The first page and the pages that it links to, by file relative to the report's folder.
  func pages() -> [(name: String, content: String)] {
    let files = document.files
    func renderer(_ page: String) -> PageRenderer {
      PageRenderer(document: document, images: images, links: Links(page: page, files: files))
    }
    let details = document.sections.flatMap(\.details)
    return [(document.page, renderer(document.page).first())]
      + details.map { ($0.file, renderer($0.file).detail($0)) }
  }
}

/// Renders the pages of one file; links know in which file they stand.
struct PageRenderer {
  let document: ReportDocument
  let images: (String) -> [UInt8]?
  let links: Links

  /// Everything in one file.
  func whole() -> String {
    shell(title: document.title) {
      masthead
      frame {
        for section in document.sections { sectionMarkup(section, withDetails: true) }
      }
    }
  }

  /// The first page; details are links.
  func first() -> String {
    shell(title: document.title) {
      masthead
      frame {
        for section in document.sections { sectionMarkup(section, withDetails: false) }
      }
    }
  }

  /// A page of details.
  func detail(_ page: DetailPage) -> String {
    shell(title: "\(page.title): \(document.title)") {
      Markup.element("header", .class("masthead")) {
        Markup.element("p", .class("kicker")) {
          Markup.element("a", links.href(start)) { document.kicker }
        }
        Markup.element("h1") { document.title }
      }
      Markup.element("div", .class("frame")) {
        contents(on: page)
        Markup.element("main", Attribute("id", "start")) {
          Markup.element("section", .class("section"), Attribute("aria-labelledby", page.anchor.id))
          {
            Markup.element("h2", .id(page.anchor)) {
              Markup(text: page.title) + tag(page.isSynthetic)
            }
            // One level up from where they stand under the section of a whole page.
            for block in page.blocks { rendered(block, lift: 1) }
          }
        }
      }
    }
  }

  private func shell(title: String, @MarkupBuilder _ body: () -> Markup) -> String {
    let style = Stylesheet.all(runningHead: title, kicker: document.kicker)
    // The policy names the one style sheet by hash; nothing else may load, run, frame or submit.
    let policy =
      "default-src 'none'; style-src '\(style.contentSecurityHash)'; img-src data:; "
      + "base-uri 'none'; form-action 'none'"
    let content = body()
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
          Markup.element("title") { title }
          Markup.style(style)
        }
        Markup.newline
        Markup.element("body") {
          Markup.element("a", .class("skip"), Attribute("href", "#start")) {
            "Skip to the results"
          }
          content
          footer
        }
      } + .newline
    return page.source
  }

  private func frame(@MarkupBuilder _ body: () -> Markup) -> Markup {
    let content = body()
    return .element("div", .class("frame")) {
      contents
      Markup.element("main", Attribute("id", "start")) { content }
    }
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
        Markup.element("ul", .class("tally"), Attribute("aria-label", "Answers")) {
          for part in document.tally where part.count > 0 {
            Markup.element("li") {
              Markup.element("span", .class("tally-count")) { NumberText.count(part.count) }
              Badge.markup(part.answer)
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
            Markup.element("a", links.href(section.anchor)) {
              Markup.element("span", .class("number")) { String(section.number) }
              section.title
            }
          }
        }
      }
    }
  }

  /// On a page of details: its own parts, and the way back.
  private func contents(on page: DetailPage) -> Markup {
    let parts = page.blocks.compactMap { block -> Heading? in
      if case .heading(let heading) = block, heading.anchor != nil { return heading }
      return nil
    }
    return .element("nav", .class("contents"), Attribute("aria-labelledby", "contents-title")) {
      Markup.element("h2", Attribute("id", "contents-title")) { "On this page" }
      Markup.element("ol") {
        for part in parts {
          if let anchor = part.anchor {
            Markup.element("li") { Markup.element("a", links.href(anchor)) { part.text } }
          }
        }
        Markup.element("li") {
          Markup.element("a", links.href(start)) { "Back to the report" }
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

  private func sectionMarkup(_ section: Section, withDetails: Bool) -> Markup {
    .newline
      + .element(
        "section", .class("section"), Attribute("aria-labelledby", section.anchor.id)
      ) {
        Markup.element("h2", .id(section.anchor)) {
          Markup.element("span", .class("number")) { String(section.number) }
          " " + section.title
        }
        for block in section.blocks { rendered(block, lift: 0) }
        if withDetails {
          for page in section.details {
            Markup.newline
            Markup.element("h3", .id(page.anchor)) {
              Markup(text: page.title) + tag(page.isSynthetic)
            }
            for block in page.blocks { rendered(block, lift: 0) }
          }
        }
      }
  }

  private func rendered(_ block: Block, lift: Int) -> Markup {
    .newline
      + {
        switch block {
        case .lead(let paragraphs):
          return joined(paragraphs.map { text in .element("p", .class("lead")) { rendered(text) } })
        case .paragraph(let text): return .element("p") { rendered(text) }
        case .empty(let text): return .element("p", .class("empty")) { rendered(text) }
        case .heading(let heading): return rendered(heading, lift: lift)
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
        case .table(let table): return TableMarkup(table, links).markup
        case .figures(let figures): return rendered(figures)
        case .answer(let row): return rendered(row)
        case .endOfPageOne: return .element("div", .class("sheet-end")) {}
        case .callout(let callout): return rendered(callout)
        case .gallery(let row):
          return GalleryMarkup(row: row, images: images, links: links).markup
        }
      }()
  }

  private func tag(_ isSynthetic: Bool) -> Markup {
    isSynthetic
      ? Markup(text: " ")
        + .element("span", .class("synthetic-tag")) { "synthetic: supporting evidence" }
      : .empty
  }

  private func rendered(_ heading: Heading, lift: Int) -> Markup {
    let text = Markup(text: heading.text) + tag(heading.isSynthetic)
    let id = heading.anchor.map(Attribute.id)
    return max(3, heading.level - lift) == 3
      ? .element("h3", id) { text } : .element("h4", id) { text }
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

  private func rendered(_ row: AnswerRow) -> Markup {
    .element("div", .class("answer")) {
      Markup.element("p", .class("answer-word")) {
        Badge.markup(row.answer) + tag(row.isSynthetic)
      }
      Markup.element("p", .class("answer-sentence")) { row.sentence }
      if !row.errorRates.isEmpty || !row.reasons.isEmpty {
        Markup.element("ul", .class("reasons")) {
          for sentence in row.errorRates { Markup.element("li") { sentence } }
          for reason in row.reasons { Markup.element("li") { reason } }
        }
      }
      if !row.numbers.isEmpty {
        Markup.element("dl", .class("answer-numbers")) {
          for fact in row.numbers {
            Markup.element("dt") { fact.name }
            Markup.element("dd") { rendered(fact.value) }
          }
        }
      }
    }
  }

  private func rendered(_ figures: [Figure]) -> Markup {
    guard !figures.isEmpty else { return .empty }
    return .element("div", .class("figures")) {
      for figure in figures { FigureMarkup(figure, links).markup }
    }
  }

  private func joined(_ parts: [Markup]) -> Markup { parts.reduce(.empty, +) }

  private func rendered(_ prose: Prose) -> Markup { Markup(prose: prose, links) }
}

extension Markup {
  init(prose: Prose, _ links: Links) {
    self = prose.runs.reduce(.empty) { sum, run in
      switch run {
      case .text(let words): sum + Markup(text: words)
      case .strong(let words): sum + .element("strong") { words }
      case .code(let words): sum + .element("code") { words }
      case .link(let words, let anchor): sum + .element("a", links.href(anchor)) { words }
      }
    }
  }
}
