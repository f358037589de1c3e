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
  /// Rows of a table and entries of a list up to which they stay on the report's first page.
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
    var moved: [Block] = []
    var heading: Heading?
    var linksGallery = false
    func move(_ block: Block) {
      if let title = heading {
        moved.append(
          .heading(Heading(level: 3, text: title.text, isSynthetic: title.isSynthetic)))
        heading = nil
      }
      moved.append(block)
    }
    section.blocks = blocks.flatMap { block -> [Block] in
      switch block {
      case .heading(let title):
        heading = title
      case .table(let table)
      where table.isDetail || table.rows.count > Self.longestPart && !table.staysOnPageOne:
        move(block)
        return [
          .paragraph(
            """
            \(link: table.caption.plain, to: table.anchor): \
            \(Words.counted(table.rows.count, "row", "rows")).
            """)
        ]
      case .figures(let figures) where figureCount > Self.mostFigures:
        if !figures.isEmpty { move(block) }
        return []
      case .facts(let facts) where facts.count > Self.longestPart:
        move(block)
        return [.paragraph("\(link: "\(facts.count) entries", to: details).")]
      case .list(let items) where items.count > Self.longestPart:
        move(block)
        return [.paragraph("\(link: "\(items.count) entries", to: details).")]
      case .gallery:
        move(block)
        defer { linksGallery = true }
        return linksGallery
          ? [] : [.paragraph("\(link: "The images, a base case per row", to: details).")]
      default: break
      }
      return [block]
    }
    guard !moved.isEmpty else { return section }
    let two = number < 10 ? "0\(number)" : "\(number)"
    section.details.append(
      DetailPage(
        file: "\(ReportFiles.detailPages)/\(two)-\(anchor.id).html", title: "\(title): details",
        anchor: details, blocks: moved))
    return section
  }
}
