import AuditModel

@testable import Reporting

/// The report as one self-contained HTML page, with all its details.
///
/// - Parameter images: PNG bytes by path relative to the report's folder, or nil where missing.
func renderHTML(_ report: AuditReport, images: (String) -> [UInt8]?) -> String {
  withoutActuallyEscaping(images) { images in
    HTMLRenderer(document: SectionWriter(report).document, images: images).page()
  }
}

/// The report as Markdown, with the same sections and numbers as the page.
func renderMarkdown(_ report: AuditReport) -> String {
  MarkdownRenderer(document: SectionWriter(report).document).text()
}
