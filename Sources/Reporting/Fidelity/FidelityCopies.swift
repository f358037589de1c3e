import AuditModel

/// The section about copies of training images.
struct FidelityCopies {
  let report: FidelityReport

  var blocks: [Block] {
    guard !report.memorisation.isEmpty else {
      return [
        .empty(
          """
          Copies were not looked for: the generator's training images were not given ("training").
          """)
      ]
    }
    return [
      .paragraph(
        """
        Every synthetic image is compared with every training image, by pixels (blurred, shifted, \
        mirrored and re-windowed copies included) and in the space of every encoder. What is near by \
        chance is told by images that were held out of training: an image is called a copy where, by \
        their tail, one false alarm among all synthetic images has a chance of 5 %.
        """),
      .table(
        Table(
          Anchor("table-copies"), "Nearest training images", of: report.memorisation,
          columns: [
            ColumnOf(.words("By", "by", header: true)) { .text($0.by) },
            ColumnOf(.number("Training images", "training")) { .count($0.trainingImages) },
            ColumnOf(.number("Held out", "held_out")) { .count($0.heldOutImages) },
            ColumnOf(.number("Limit", "limit")) { .number($0.limit, .share) },
            ColumnOf(.number("Copies", "copies")) { row in
              row.limit == nil ? .status("not known", reason: row.reason) : .count(row.copies)
            },
            ColumnOf(.interval("Nearer than held out", "closeness")) {
              .interval($0.closeness?.estimate, $0.closeness?.lower, $0.closeness?.upper, .share)
            },
            ColumnOf(.number("Nearer than all held out", "beyond")) { .count($0.beyondAllHeldOut) },
            ColumnOf(.number("p", "beyond_p")) { .number($0.beyondAllP, .probability) },
          ],
          note: """
            "Nearer than held out": the chance that a synthetic image is nearer to the training images \
            than a held-out one, 0.5 where the generator remembers nothing.
            """)),
    ] + groups + pairs
  }

  private struct Group {
    var by: String
    var count: FidelityReport.MemorisationRow.GroupCount
  }

  private var groups: [Block] {
    let rows = report.memorisation.filter { $0.limit != nil }.flatMap { row in
      row.copiesByGroup.map { Group(by: row.by, count: $0) }
    }
    guard !rows.isEmpty else { return [] }
    return [
      .table(
        Table(
          Anchor("table-copies-groups"), "Copies by group", of: rows,
          columns: [
            ColumnOf(.words("By", "by", header: true)) { .text($0.by) },
            ColumnOf(.words("Attribute", "attribute")) {
              .name(Words.attribute($0.count.attribute), raw: $0.count.attribute)
            },
            ColumnOf(.words("Group", "group")) {
              .name(Words.group($0.count.group), raw: $0.count.group)
            },
            ColumnOf(.number("Images", "images")) { .count($0.count.images) },
            ColumnOf(.number("Copies", "copies")) { .count($0.count.copies) },
          ]))
    ]
  }

  private var pairs: [Block] {
    report.memorisation.filter { !$0.pairs.isEmpty }.map { row in
      .table(
        Table(
          Anchor("table-pairs", row.by), "The most alike pairs, by \(row.by)", of: row.pairs,
          columns: [
            ColumnOf(.words("Synthetic image", "image", header: true)) { .code($0.image) },
            ColumnOf(.words("Training image", "training_image")) { .code($0.trainingImage) },
            ColumnOf(.number("Likeness", "likeness")) { .number($0.likeness, .share) },
            ColumnOf(.words("Copy", "copy")) { .text($0.isCopy ? "yes" : "no") },
          ]))
    }
  }
}
