import Basics

/// A document beside a report: its sections are numbered by hand, and it is written on its own.
extension Section {
  init(_ number: Int, _ title: String, _ anchor: String, _ blocks: [Block]) {
    self.init(number: number, title: title, anchor: Anchor(anchor), blocks: blocks)
  }
}

extension ReportDocument {
  /// Writes the page with what it links to, Markdown and JSON, all of one name.
  ///
  /// - Returns: The paths written below `folder`, the page first.
  /// - Throws: ``AuditFailure`` when a file cannot be written.
  func write(as name: String, json: String, to folder: String) throws -> [String] {
    var document = self
    document.page = name + ".html"
    let pages = HTMLRenderer(document: document, images: { _ in nil }).pages()
    let files =
      pages + [
        (name + ".md", MarkdownRenderer(document: document).text()), (name + ".json", json),
      ]
    try createFolder(at: folder)
    if pages.count > 1 { try createFolder(at: folder + "/" + ReportFiles.detailPages) }
    return try files.map { file, content in
      let path = folder + "/" + file
      try writeAtomically(content, to: path)
      return path
    }
  }
}
