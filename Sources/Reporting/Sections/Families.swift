import AuditModel

/// Flags told together, and the level at which everything is said.
extension SectionWriter {
  /// By group that does worse; an attribute whose flags point at several groups is told by itself.
  var rollUpsTold: [RollUp] {
    let all = report.rollUps
    let groups = all.filter { $0.group != nil }
    return groups.isEmpty ? all : groups
  }

  /// Nothing where no two findings are flagged for one attribute.
  var rollUps: [Block] {
    let told = rollUpsTold
    guard !told.isEmpty else { return [] }
    let rest = told.dropFirst(Self.mostRollUps)
    return [
      .heading(Heading(level: 3, text: "Flags told together"))
    ] + (rest.isEmpty ? [] : [.list(rest.map { Prose($0.sentence) })]) + [
      .table(
        Table(
          Anchor("table-roll-ups"), "The flags of each group that does worse",
          of: FamilyTables.rows(told), columns: FamilyTables.rollUps,
          note: """
            p, whole family: adjusted over all pairs of groups of all declared questions by closed \
            testing, so that every selection of these rows holds at \
            \(NumberText.setting(report.plan.alpha)) together.
            """, band: { $0.rollUp.group.map { Words.group($0) } }))
    ]
  }

  /// What is said, by kind, with how many of it are false by chance.
  var familyTable: [Block] {
    let families = report.families
    guard !families.isEmpty else { return [] }
    return [
      .heading(Heading(level: 3, text: "How many statements are false by chance")),
      .table(
        Table(
          Anchor("table-families"), "Everything that is said, by kind", of: families,
          columns: FamilyTables.families,
          note: """
            Together: the chance that any of the kind is false is at most α = \
            \(NumberText.setting(report.plan.alpha)). Each: every one is false with that chance by \
            itself; the last column is how many would be if nothing were there.
            """)),
    ]
  }

  /// Gaps raw and within strata; nothing where the plan names no strata.
  var adjustedGapTable: [Block] {
    let rows = report.adjustedGaps
    guard !rows.isEmpty else { return [] }
    let strata = Words.listed(rows[0].strata.map { Words.attribute($0) }, none: "")
    return [
      .table(
        Table(
          Anchor("table-adjusted-gaps"), "Gaps as observed and within strata of \(strata)",
          of: rows,
          columns: FamilyTables.adjusted,
          note: """
            Within strata: every group with everybody's case mix, by the strata's share of the images. \
            Limits and p hold over the pairs of one finding, attribute and metric together, each such set \
            by itself. Covered: images in strata where every group has cases enough.
            """))
    ]
  }

  /// How far apart decisions can be, both error rates together.
  var equalizedOddsTable: [Block] {
    let rows = report.equalizedOdds
    guard !rows.isEmpty else { return [] }
    return [
      .table(
        Table(
          Anchor("table-equalized-odds"), "Equalised odds: both error rates together", of: rows,
          columns: FamilyTables.odds,
          note: """
            The largest difference of sensitivity or false-positive rate between two groups, and the \
            limit below which all differences of both rates lie together. Odds are equal at 0.
            """))
    ]
  }
}
