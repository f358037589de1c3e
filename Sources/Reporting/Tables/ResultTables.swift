import AuditModel

/// Columns of the gap, verdict, counterfactual and placebo tables.
enum ResultTables {
  static let comparisons: [ColumnOf<ComparisonResult>] = [
    ColumnOf(.file("classifier")) { .text($0.classifier) },
    ColumnOf(.file("cohort")) { .text($0.cohort) },
    ColumnOf(.file("finding")) { .text($0.finding) },
    ColumnOf(.file("attribute")) { .text($0.attribute) },
    ColumnOf(.init(title: "Groups", fields: ["group_a", "group_b"], isHeader: true)) {
      .pair($0.groupA, $0.groupB)
    },
    ColumnOf(
      .init(
        title: "Difference in AUC (simultaneous limits)",
        fields: ["difference", "lower", "upper"], isNumeric: true)
    ) { .interval($0.difference, $0.lower, $0.upper, .difference) },
    ColumnOf(.number("Standard error", "standard_error")) { .number($0.standardError, .share) },
    ColumnOf(.number("z", "z")) { .number($0.z, .statistic) },
    ColumnOf(.number("p, alone", "p")) { .number($0.p, .probability) },
    ColumnOf(.number("p, all pairs", "p_max_t")) { .number($0.pMaxT, .probability) },
    ColumnOf(.number("p, whole family", "p_adjusted")) { .number($0.pAdjusted, .probability) },
    ColumnOf(.words("Within δ", "within_delta")) {
      $0.difference == nil
        ? .status("not tested", reason: nil) : .text($0.withinDelta ? "yes" : "no")
    },
    ColumnOf(.init(title: "reason", fields: ["reason"], place: .filesOnly)) {
      .optional($0.reason)
    },
    ColumnOf(.file("metric")) { .text($0.metric.rawValue) },
  ]

  static let verdicts: [ColumnOf<Verdict>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.classifier) },
    ColumnOf(.words("Cohort", "cohort")) { .text($0.cohort) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(
        Words.attribute($0.attribute) + ($0.metric == .auc ? "" : ", \($0.metric.title)"),
        raw: $0.attribute)
    },
    ColumnOf(.words("Verdict", "verdict")) { .verdict($0.verdict) },
    ColumnOf(.init(title: "Strongest pair", fields: ["worst_pair_a", "worst_pair_b"])) {
      $0.worstPair.count == 2 ? .pair($0.worstPair[0], $0.worstPair[1]) : .pair("", "")
    },
    ColumnOf(.number("Its difference", "worst_difference")) {
      .number($0.worstDifference, .difference)
    },
    ColumnOf(.init(title: "z", fields: ["worst_z"], isNumeric: true, place: .filesOnly)) {
      .number($0.worstZ, .statistic)
    },
    ColumnOf(
      .init(title: "p, all pairs", fields: ["p_max_t"], isNumeric: true, place: .filesOnly)
    ) { .number($0.pMaxT, .probability) },
    ColumnOf(.file("p_max_t_method")) { .optional($0.pMaxTMethod) },
    ColumnOf(.number("p, whole family", "p_adjusted")) { .number($0.pAdjusted, .probability) },
    ColumnOf(
      .init(
        title: "Range of AUCs (limits)", fields: ["range", "range_lower", "range_upper"],
        isNumeric: true)
    ) { .interval($0.range, $0.rangeLower, $0.rangeUpper, .share) },
    ColumnOf(
      .init(
        title: "range_null_mean", fields: ["range_null_mean"], isNumeric: true, place: .filesOnly)
    ) { .number($0.rangeNullMean, .share) },
    ColumnOf(.number("by chance up to", "range_null_95")) { .number($0.rangeNull95, .share) },
    ColumnOf(
      .init(
        title: "between_group_variance", fields: ["between_group_variance"], isNumeric: true,
        place: .filesOnly)
    ) { .number($0.betweenGroupVariance, .general) },
    ColumnOf(
      .init(
        title: "critical_value", fields: ["critical_value"], isNumeric: true, place: .filesOnly)
    ) { .number($0.criticalValue, .statistic) },
    ColumnOf(
      .init(
        title: "required_clusters", fields: ["required_clusters"], isNumeric: true,
        place: .filesOnly)
    ) { $0.requiredClusters.map(Cell.count) ?? .number(nil, .general) },
    ColumnOf(.file("placebo")) { .optional($0.placebo) },
    ColumnOf(
      .init(title: "placebo_gap", fields: ["placebo_gap"], isNumeric: true, place: .filesOnly)
    ) { .number($0.placeboGap, .share) },
    ColumnOf(
      .init(
        title: "beyond_placebo", fields: ["beyond_placebo"], isNumeric: true, place: .filesOnly)
    ) { .number($0.beyondPlacebo, .difference) },
    ColumnOf(
      .init(
        title: "beyond_placebo_lower", fields: ["beyond_placebo_lower"], isNumeric: true,
        place: .filesOnly)
    ) { .number($0.beyondPlaceboLower, .difference) },
    ColumnOf(.file("sentence")) { .text($0.sentence) },
    ColumnOf(.file("reasons")) { .text($0.reasons.joined(separator: " ")) },
    ColumnOf(.file("metric")) { .text($0.metric.rawValue) },
  ]

  static let counterfactual: [ColumnOf<CounterfactualResult>] = [
    ColumnOf(.file("classifier")) { .text($0.classifier) },
    ColumnOf(.file("finding")) { .text($0.finding) },
    ColumnOf(.file("attribute")) { .text($0.attribute) },
    ColumnOf(.init(title: "Groups", fields: ["group_a", "group_b"], isHeader: true)) {
      .pair($0.groupA, $0.groupB)
    },
    ColumnOf(.words("Base cases", "label")) { .name(Words.label($0.label), raw: $0.label) },
    ColumnOf(.number("Pairs", "pairs")) { .count($0.pairs) },
    ColumnOf(.number("Clusters", "clusters")) { .count($0.clusters) },
    ColumnOf(.interval("Score shift, logit (interval)", "score_shift")) {
      .interval($0.scoreShift, .difference)
    },
    ColumnOf(.number("p", "score_shift_p")) { .number($0.scoreShiftP, .probability) },
    ColumnOf(.number("Hodges–Lehmann", "hodges_lehmann")) {
      .number($0.hodgesLehmann, .difference)
    },
    ColumnOf(.number("Wilcoxon p", "wilcoxon_p")) { .number($0.wilcoxonP, .probability) },
    ColumnOf(.interval("Decisions that flip", "flip_rate")) { .interval($0.flipRate, .share) },
    ColumnOf(.interval("Net flips", "net_flip")) { .interval($0.netFlip, .difference) },
    ColumnOf(.number("McNemar p", "mcnemar_p")) { .number($0.mcnemarP, .probability) },
  ]

  static let placebos: [ColumnOf<PlaceboResult>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.classifier) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Placebo", "placebo")) { .name(Words.placebo($0.placebo), raw: $0.placebo) },
    ColumnOf(
      .init(
        title: "Difference in AUC (interval)", fields: ["difference", "lower", "upper"],
        isNumeric: true)
    ) { .interval($0.difference, $0.lower, $0.upper, .difference) },
    ColumnOf(.number("Standard error", "standard_error")) { .number($0.standardError, .share) },
    ColumnOf(.number("Mean absolute score shift, logit", "mean_absolute_score_shift")) {
      .number($0.meanAbsoluteScoreShift, .share)
    },
    ColumnOf(.interval("Score shift, logit (interval)", "score_shift")) {
      .interval($0.scoreShift, .difference)
    },
    ColumnOf(.interval("Decisions that flip", "flip_rate")) { .interval($0.flipRate, .share) },
  ]

  /// Titles that hold for every metric, where others than the AUC are judged.
  static func named<Result>(
    _ columns: [ColumnOf<Result>], for plan: PlanRecord
  ) -> [ColumnOf<Result>] {
    guard plan.metrics != nil else { return columns }
    return columns.map { column in
      var column = column
      column.column.title = column.column.title
        .replacing("Difference in AUC", with: "Difference")
        .replacing("Range of AUCs", with: "Range")
      return column
    }
  }

  /// The columns in which at least one row has a number or word.
  static func used<Result>(_ columns: [ColumnOf<Result>], in rows: [Result]) -> [ColumnOf<Result>] {
    columns.filter { column in
      rows.contains { row in
        switch column.cell(row) {
        case .number(let value, _): value != nil
        case .interval(let value, _, _, _): value != nil
        case .blank: false
        default: true
        }
      }
    }
  }
}
