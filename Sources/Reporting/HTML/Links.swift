/// Where the parts of a report stand, seen from one of its pages.
struct Links: Sendable {
  /// The page's own file, relative to the report's folder.
  let page: String
  /// Anchor to the file in which it stands; empty where one file holds all.
  let files: [String: String]

  /// The way from this page to the report's folder.
  var root: String { page.contains("/") ? "../" : "./" }

  func href(_ anchor: Anchor) -> Attribute {
    guard let file = files[anchor.id], file != page else { return .href(anchor) }
    return Attribute("href", root + RelativePath.percentEncoded(file) + "#" + anchor.id)
  }

  /// A link to a file below the report's folder; the root keeps a name from being taken for a scheme.
  func href(file path: String) -> Attribute {
    Attribute("href", root + RelativePath.percentEncoded(path))
  }
}

extension ReportDocument {
  /// The file of every anchor, where each detail page is a file of its own.
  var files: [String: String] {
    var files: [String: String] = [:]
    for section in sections {
      files[section.anchor.id] = page
      for block in section.blocks {
        for anchor in block.anchors { files[anchor.id] = page }
      }
      for detail in section.details {
        files[detail.anchor.id] = detail.file
        for anchor in detail.blocks.flatMap(\.anchors) { files[anchor.id] = detail.file }
      }
    }
    return files
  }
}

extension Block {
  /// The places in it that links can lead to.
  var anchors: [Anchor] {
    switch self {
    case .heading(let heading): heading.anchor.map { [$0] } ?? []
    case .table(let table): [table.anchor]
    case .figures(let figures): figures.map(\.anchor)
    default: []
    }
  }
}
