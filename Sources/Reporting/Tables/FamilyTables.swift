import AuditModel

/// Columns of the tables that gather flags, and that say at which level things are said.
enum FamilyTables {
  /// One flag of one roll-up.
  struct Row: Sendable {
    var rollUp: RollUp
    var flag: RollUp.Flag
  }

  static func rows(_ rollUps: [RollUp]) -> [Row] {
    rollUps.flatMap { rollUp in rollUp.flags.map { Row(rollUp: rollUp, flag: $0) } }
  }

  static let rollUps: [ColumnOf<Row>] = [
    ColumnOf(.words("Classifier", "classifier")) { .text($0.rollUp.classifier) },
    ColumnOf(.words("Cohort", "cohort")) { .text($0.rollUp.cohort) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.rollUp.attribute), raw: $0.rollUp.attribute)
    },
    ColumnOf(.file("group")) { .text($0.rollUp.group ?? "") },
    ColumnOf(.words("Finding", "finding", header: true)) { .text($0.flag.finding) },
    ColumnOf(.words("Worse for", "worse_group")) {
      .name(Words.group($0.flag.worseGroup), raw: $0.flag.worseGroup)
    },
    ColumnOf(.words("Better for", "better_group")) {
      .name(Words.group($0.flag.betterGroup), raw: $0.flag.betterGroup)
    },
    ColumnOf(.file("metric")) { .text($0.rollUp.metric.rawValue) },
    ColumnOf(.number("Difference", "difference")) {
      .number($0.flag.difference, .difference)
    },
    ColumnOf(.number("p, whole family", "p_adjusted")) {
      .number($0.flag.pAdjusted, .probability)
    },
  ]

  static let families: [ColumnOf<StatementFamily>] = [
    ColumnOf(.file("kind")) { .text($0.kind) },
    ColumnOf(.words("What is said", "title", header: true)) { .text($0.title) },
    ColumnOf(.number("How many", "statements")) { .count($0.statements) },
    ColumnOf(.words("Level", "control")) { .name(words($0.control), raw: $0.control.rawValue) },
    ColumnOf(.words("By", "method")) { .text($0.method) },
    ColumnOf(.number("False by chance", "expected_false")) { .number($0.expectedFalse, .general) },
  ]

  static let adjusted: [ColumnOf<AdjustedGap>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.classifier) },
    ColumnOf(.words("Cohort", "cohort")) { .text($0.cohort) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.words("Metric", "metric")) {
      .name(Words.metric($0.metric.rawValue), raw: $0.metric.rawValue)
    },
    ColumnOf(.file("strata")) { .text($0.strata.joined(separator: " ")) },
    ColumnOf(.init(title: "Groups", fields: ["group_a", "group_b"])) {
      .pair($0.groupA, $0.groupB)
    },
    ColumnOf(.number("As observed", "raw")) { .number($0.raw, .difference) },
    ColumnOf(.interval("Within strata (limits)", "adjusted")) {
      .interval($0.adjusted, $0.lower, $0.upper, .difference)
    },
    ColumnOf(.number("p, all pairs", "p")) { .number($0.p, .probability) },
    ColumnOf(.number("Strata", "strata_used")) { .count($0.strataUsed) },
    ColumnOf(.number("Covered", "coverage")) { .number($0.coverage, .share) },
    ColumnOf(.file("reason")) { .optional($0.reason) },
  ]

  static let odds: [ColumnOf<EqualizedOdds>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.classifier) },
    ColumnOf(.words("Cohort", "cohort")) { .text($0.cohort) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.number("Largest difference", "difference")) { .number($0.difference, .share) },
    ColumnOf(.words("In", "metric")) {
      .name(Words.metric($0.metric.rawValue), raw: $0.metric.rawValue)
    },
    ColumnOf(.init(title: "Groups", fields: ["group_a", "group_b"])) {
      $0.groups.count == 2 ? .pair($0.groups[0], $0.groups[1]) : .pair("", "")
    },
    ColumnOf(.number("At most", "upper")) { .number($0.upper, .share) },
  ]

  private static func words(_ control: StatementFamily.Control) -> String {
    switch control {
    case .familyWise: "together"
    case .falseDiscovery: "share of false ones"
    case .each: "each"
    }
  }
}
