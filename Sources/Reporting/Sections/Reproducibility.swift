import AuditModel

extension SectionWriter {
  /// Section 14: hashes, seeds, options, machine, times and the command that repeats the run.
  var reproducibility: [Block] {
    let provenance = report.provenance
    var all: [Block] = [
      .facts([
        Fact("Repeat with", "\(code: provenance.command)"),
        Fact("Tool", "\(provenance.toolVersion)"),
        Fact("Specification, SHA-256", "\(code: provenance.specificationHash)"),
        Fact("Plan, SHA-256", "\(code: provenance.planHash)"),
      ])
    ]
    all += part(
      "Hashes (SHA-256)", provenance.hashes.mapValues { "\(code: $0)" },
      absent: "No further files were hashed.")
    all += part(
      "Seeds", provenance.seeds.mapValues { "\(code: String($0))" }, absent: "No seed was used.")
    all += part(
      "Generator options as used", provenance.options.mapValues { Prose($0) },
      absent: "No generator was used.")
    all += part(
      "Environment", provenance.environment.mapValues { Prose($0) },
      absent: "The machine and its libraries were not recorded.")
    all.append(.heading(Heading(level: 3, text: "Stages")))
    var stages = Table(
      Anchor("table-stages"), "Stages of the run", of: provenance.stages,
      columns: RecordTables.stages)
    // It grows with every run of the folder, and which pages there are must not depend on that.
    stages.isDetail = true
    all.append(
      provenance.stages.isEmpty ? .empty("No stage times were recorded.") : .table(stages))
    all.append(.heading(Heading(level: 3, text: "Files beside this report")))
    all.append(
      .list([
        "\(code: "report.json"): every number in full precision, schema \(code: report.schema)",
        "\(code: "report.md"): this report as Markdown, with the same numbers",
        "\(code: "pages/"): the pages that this one links to, unless all is in one file",
        "\(code: "tables/"): every table as CSV, with the same numbers; \(code: "tables/README.md") names them",
        "\(code: "generator-card.json"): the generator's card, where a cohort was drawn",
        "\(code: "fairness-equity.xml"): the fairness block of a CHAI applied model card",
        "\(code: "junit.xml"): verdicts and checks for a build server",
        "\(code: "provenance.json"): this section, with the SHA-256 of each file of the report",
      ]))
    return all
  }

  private func part(_ title: String, _ entries: [String: Prose], absent: Prose) -> [Block] {
    [
      .heading(Heading(level: 3, text: title)),
      entries.isEmpty
        ? .empty(absent)
        : .facts(entries.sorted { $0.key < $1.key }.map { Fact($0.key, $0.value) }),
    ]
  }
}
