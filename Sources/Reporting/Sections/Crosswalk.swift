import AuditModel

extension SectionWriter {
  /// Section 15: where each requirement is answered, and what is left to others.
  var crosswalk: [Block] {
    [
      .paragraph(
        """
        Where the report answers what regulators and reporting guidelines ask, and what it leaves \
        open. Clause numbers follow published summaries; check them against the legal text before \
        citing. The FDA document is a draft of January 2025.
        """),
      .table(
        Table(
          Anchor("table-crosswalk"), "Requirements and where they are answered",
          of: Requirements(report: report).all,
          columns: [
            ColumnOf(.words("Requirement", "requirement", header: true)) { .text($0.source) },
            ColumnOf(.words("Asks for", "asks_for")) { .text($0.asks) },
            ColumnOf(.words("Where", "sections")) { requirement in
              .prose(links(requirement.sections))
            },
            ColumnOf(.words("Extent", "extent")) { .text($0.extent.rawValue) },
            ColumnOf(.words("Not covered here", "missing")) { .text($0.missing) },
          ])),
    ]
  }

  private func links(_ sections: [SectionKind]) -> Prose {
    guard !sections.isEmpty else { return "none" }
    return sections.enumerated().reduce(Prose(runs: [])) { sum, item in
      sum + (item.offset > 0 ? ", " : "")
        + "\(link: "\(item.element.rawValue) \(item.element.title)", to: item.element.anchor)"
    }
  }
}
