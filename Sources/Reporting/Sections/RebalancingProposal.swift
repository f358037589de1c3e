import AuditModel

/// Section 12: the proposal for the training set, what was drawn for it and what was rejected.
extension SectionWriter {
  var rebalancing: [Block] {
    guard let plan = report.rebalancing else {
      return [.empty("The audit's specification asks for no rebalancing of the training set.")]
    }
    var all: [Block] = [
      .facts([
        Fact("Strategy", "\(plan.strategy)"),
        Fact("Budget", "\(Words.counted(plan.budget, "image", "images"))"),
      ]),
      .paragraph(
        """
        A proposal for retraining, not a proof that it helps: keep synthetic images apart in \
        training, retrain, and repeat this audit under the same plan. The proposed images come \
        from other base cases and seeds than the audit's.
        """),
    ]
    var table = Table(
      Anchor("table-rebalancing"), "Images to add, by cell", of: plan.cells,
      columns: ResultTables.used(RecordTables.rebalancing(plan.cells), in: plan.cells))
    table.isDetail = true
    all.append(
      plan.cells.isEmpty
        ? .empty("The strategy proposes no additional images.") : .table(table))
    all += subgroups(of: plan) + quality(of: plan)
    if !plan.exports.isEmpty {
      all.append(.heading(Heading(level: 3, text: "Exported cohort")))
      all.append(
        .facts(
          plan.exports.sorted { $0.key < $1.key }.map { Fact($0.key, "\(code: $0.value)") }))
    }
    if !plan.notes.isEmpty { all.append(.list(plan.notes.map { Prose($0) })) }
    return all
  }

  private func subgroups(of plan: RebalancingRecord) -> [Block] {
    guard let subgroups = plan.subgroups, !subgroups.isEmpty else { return [] }
    var table = Table(
      Anchor("table-rebalancing-subgroups"), "Training images by finding and group",
      of: subgroups, columns: RecordTables.rebalancingSubgroups,
      note: """
        An image is counted under the finding it was drawn for. Look at every group: balancing one \
        attribute can unbalance another.
        """)
    table.isDetail = true
    return [
      .heading(Heading(level: 3, text: "The training set before and after")), .table(table),
    ]
  }

  private func quality(of plan: RebalancingRecord) -> [Block] {
    guard let quality = plan.quality else { return [] }
    var all: [Block] = [
      .heading(Heading(level: 3, text: "Quality gates")),
      .facts([
        Fact("Drawn", "\(Words.counted(quality.drawn, "image", "images")), every attempt counted"),
        Fact("Accepted", "\(Words.counted(quality.accepted, "image", "images"))"),
        Fact(
          "Not filled",
          "\(Words.counted(quality.unfilled, "planned image", "planned images")) after \(quality.attempts) attempts"
        ),
      ]),
      .list(quality.rules.map { Prose($0) }),
    ]
    guard !quality.rejections.isEmpty else { return all + [.empty("No image was rejected.")] }
    var table = Table(
      Anchor("table-rebalancing-rejections"), "Rejected images, by cell and gate",
      of: quality.rejections,
      columns: ResultTables.used(
        RecordTables.rebalancingRejections(quality.rejections), in: quality.rejections),
      note: """
        A rejected image was drawn again from other noise. All of them stay in \
        rebalancing/manifest.csv with their reason.
        """)
    table.isDetail = true
    all.append(.table(table))
    return all
  }
}
