import AuditModel

/// Single sections of a report, by the names that pages link to.
package enum ReportSections {
  /// `bottom-line`, `identity`, …, in the order of the report.
  package static let names = SectionKind.allCases.map(\.anchor.id)

  /// One section with all its details as Markdown.
  ///
  /// - Returns: nil where no section has this name.
  package static func markdown(_ name: String, of report: AuditReport) -> String? {
    let document = SectionWriter(report).document
    return document.sections.first { $0.anchor.id == name }.map {
      MarkdownRenderer(document: document).text(of: $0)
    }
  }
}
