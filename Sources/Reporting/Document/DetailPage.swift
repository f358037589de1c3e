/// A page of its own for a part of the report that would make the first one too long.
struct DetailPage: Sendable, Equatable {
  /// Below the report's folder, such as `pages/07-3-effusion.html`.
  var file: String
  var title: String
  /// Of its heading, in whichever file that stands.
  var anchor: Anchor
  var blocks: [Block]
  /// Marks what rests on generated images.
  var isSynthetic = false
}

extension Section {
  /// Entries of a list up to which they stay on the report's first page, and rows of all tables and
  /// facts of one section that stay there together.
  static let longestPart = 14
  /// Figures of one section up to which they stay there.
  static let mostFigures = 6

  /// The section with its long parts on a page of their own, and a link in the place of each.
  ///
  /// Whatever the size of an audit, the first page then has a bounded number of lines per section.
  func withLongPartsApart() -> Section {
    var section = self
    let details = Anchor(anchor.id, "details")
    let figureCount = blocks.reduce(0) { sum, block in
      if case .figures(let figures) = block { return sum + figures.count }
      return sum
    }
    var parts = MovedParts()
    var kept: [Block] = []
    for block in blocks {
      switch block {
      case .heading(let title):
        parts.heading = title
        kept.append(block)
      case .table(let table)
      where table.isDetail || !table.staysOnPageOne && parts.isTooMuch(table.rows.count):
        parts.move(block)
        kept.append(
          .paragraph(
            """
            \(link: table.caption.plain, to: table.anchor): \
            \(Words.counted(table.rows.count, "row", "rows")).
            """))
      case .figures(let figures) where figureCount > Self.mostFigures:
        if !figures.isEmpty { parts.move(block) }
      case .facts(let facts) where parts.isTooMuch(facts.count):
        let name = parts.heading?.text ?? title
        parts.move(block)
        // The link says what its heading says.
        if case .heading(let last)? = kept.last, last.anchor == nil { kept.removeLast() }
        kept.append(.paragraph("\(link: "\(name): \(facts.count) entries", to: details)."))
      case .list(let items) where items.count > Self.longestPart:
        parts.move(block)
        kept.append(.paragraph("\(link: "\(items.count) entries", to: details)."))
      case .gallery:
        parts.move(block)
        if !parts.hasGallery {
          kept.append(.paragraph("\(link: "The images, a base case per row", to: details)."))
        }
        parts.hasGallery = true
      default: kept.append(block)
      }
    }
    section.blocks = kept
    guard !parts.blocks.isEmpty else { return section }
    let two = number < 10 ? "0\(number)" : "\(number)"
    section.details.append(
      DetailPage(
        file: "\(ReportFiles.detailPages)/\(two)-\(anchor.id).html", title: "\(title): details",
        anchor: details, blocks: parts.blocks))
    return section
  }
}

/// What goes from a section to its page of details.
private struct MovedParts {
  var blocks: [Block] = []
  /// The last one of the section, until a part under it is moved.
  var heading: Heading?
  var hasGallery = false
  private var lines = 0

  /// Whether so many more lines make the section too long; counts them where they do not.
  mutating func isTooMuch(_ count: Int) -> Bool {
    guard lines + count <= Section.longestPart else { return true }
    lines += count
    return false
  }

  mutating func move(_ block: Block) {
    if let title = heading {
      blocks.append(.heading(Heading(level: 3, text: title.text, isSynthetic: title.isSynthetic)))
      heading = nil
    }
    blocks.append(block)
  }
}
