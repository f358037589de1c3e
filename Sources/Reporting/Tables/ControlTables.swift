import AuditModel
import Vocabulary

/// Columns of the tables that set a gap against something: the panel, chance, noise, or reality.
enum ControlTables {
  static let rateGaps: [ColumnOf<RateGap>] = [
    ColumnOf(.file("classifier")) { .text($0.classifier) },
    ColumnOf(.file("cohort")) { .text($0.cohort) },
    ColumnOf(.file("finding")) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute", header: true)) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.words("Metric", "metric")) {
      .name(Words.metric($0.metric.rawValue), raw: $0.metric.rawValue)
    },
    ColumnOf(
      .init(title: "threshold", fields: ["threshold"], isNumeric: true, place: .filesOnly)
    ) { .number($0.threshold, .general) },
    ColumnOf(.init(title: "Groups", fields: ["group_a", "group_b"])) {
      $0.groups.count == 2 ? .pair($0.groups[0], $0.groups[1]) : .pair("", "")
    },
    ColumnOf(.number("Higher value", "rate_a")) { .number($0.rates.first, .share) },
    ColumnOf(.number("Lower value", "rate_b")) { .number($0.rates.last, .share) },
    ColumnOf(
      .init(
        title: "Difference (simultaneous limits)", fields: ["difference", "lower", "upper"],
        isNumeric: true)
    ) { .interval($0.difference, $0.lower, $0.upper, .difference) },
    ColumnOf(.number("p, all pairs", "p_all_pairs")) { .number($0.pAllPairs, .probability) },
    ColumnOf(.number("p, whole family", "p_adjusted")) { .number($0.pAdjusted, .probability) },
    ColumnOf(.words("Detected", "detected")) { .text($0.isDetected ? "yes" : "no") },
  ]

  static let panel: [ColumnOf<PanelComparison>] = [
    ColumnOf(.file("classifier")) { .text($0.classifier) },
    ColumnOf(.file("cohort")) { .text($0.cohort) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.init(title: "Groups", fields: ["group_a", "group_b"], isHeader: true)) {
      .pair($0.groupA, $0.groupB)
    },
    ColumnOf(.number("Gap", "gap")) { .number($0.gap, .difference) },
    ColumnOf(.number("Panel's mean gap", "panel_gap")) { .number($0.panelGap, .difference) },
    ColumnOf(
      .init(
        title: "What is left (simultaneous limits)", fields: ["difference", "lower", "upper"],
        isNumeric: true)
    ) { .interval($0.difference, $0.lower, $0.upper, .difference) },
    ColumnOf(.number("Standard error", "standard_error")) { .number($0.standardError, .share) },
    ColumnOf(.number("p, all pairs", "p")) { .number($0.p, .probability) },
    ColumnOf(.words("Survives", "survives")) {
      $0.difference == nil
        ? .status("not compared", reason: nil) : .text($0.survives ? "yes" : "no")
    },
    ColumnOf(.file("panel")) { .text($0.panel.joined(separator: " ")) },
    ColumnOf(.file("reason")) { .optional($0.reason) },
  ]

  static let agreement: [ColumnOf<ArmAgreement>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.classifier) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.number("Groups", "arms")) { .count($0.arms) },
    ColumnOf(.number("Sets of images", "sets")) { .count($0.sets) },
    ColumnOf(.number("Base cases", "clusters")) { .count($0.clusters) },
    ColumnOf(.number("Cochran's Q", "cochran_q")) { .number($0.cochranQ, .statistic) },
    ColumnOf(.number("p", "cochran_p")) { .number($0.cochranP, .probability) },
    ColumnOf(.interval("Spread per base case, mean (interval)", "spread")) {
      .interval($0.spread, .share)
    },
    ColumnOf(.number("95th percentile", "spread_95")) { .number($0.spread95, .share) },
    ColumnOf(.number("Worst", "spread_largest")) { .number($0.spreadLargest, .share) },
    ColumnOf(.number("Same number of other seeds", "spread_of_seeds")) {
      .number($0.spreadOfSeeds, .share)
    },
    ColumnOf(.file("sentence")) { .text($0.sentence) },
  ]

  static let components: [ColumnOf<VarianceComponents>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.classifier) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Base cases", "label")) { .name(Words.label($0.label), raw: $0.label) },
    ColumnOf(.number("Number", "base_cases")) { .count($0.baseCases) },
    ColumnOf(.number("Arms", "arms")) { .count($0.arms) },
    ColumnOf(.number("Between base cases", "base_case")) { .number($0.baseCase, .share) },
    ColumnOf(.number("Between seeds", "seed")) { .number($0.seed, .share) },
    ColumnOf(.number("Between arms", "arm")) { .number($0.arm, .share) },
    ColumnOf(.number("Arms within a base case", "base_case_by_arm")) {
      .number($0.baseCaseByArm, .share)
    },
    ColumnOf(.file("sentence")) { .text($0.sentence) },
  ]
}

/// Columns that set synthetic twins beside their real cases.
enum ReplicaTables {
  static let agreements: [ColumnOf<ReplicaAgreement>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.classifier) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Groups of", "attribute")) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.words("Metric", "metric")) { .name(Words.metric($0.metric), raw: $0.metric) },
    ColumnOf(.number("Groups", "groups")) { .count($0.groups) },
    ColumnOf(.interval("Pearson's r", "pearson")) { .interval($0.pearson, .difference) },
    ColumnOf(.interval("Lin's concordance", "concordance")) {
      .interval($0.concordance, .difference)
    },
    ColumnOf(.interval("Bias, synthetic − real (interval)", "bias")) {
      .interval($0.bias, .difference)
    },
    ColumnOf(.number("Limits of agreement, lower", "agreement_lower")) {
      .number($0.agreementLower, .difference)
    },
    ColumnOf(.number("upper", "agreement_upper")) { .number($0.agreementUpper, .difference) },
    ColumnOf(.interval("Gaps of the same sign", "sign_agreement")) {
      .interval($0.signAgreement, .share)
    },
    ColumnOf(.number("Gaps", "gaps")) { .count($0.gaps) },
    ColumnOf(.file("sentence")) { .text($0.sentence) },
  ]

  static let groups: [ColumnOf<ReplicaGroup>] = [
    ColumnOf(.file("classifier")) { .text($0.classifier) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.words("Group", "group", header: true)) {
      .name(Words.group($0.group), raw: $0.group)
    },
    ColumnOf(.words("Metric", "metric")) { .name(Words.metric($0.metric), raw: $0.metric) },
    ColumnOf(.number("Real", "real")) { .number($0.real, .share) },
    ColumnOf(.number("Synthetic", "synthetic")) { .number($0.synthetic, .share) },
    ColumnOf(.interval("Synthetic − real (interval)", "difference")) {
      .interval($0.difference, .difference)
    },
  ]

  static let gaps: [ColumnOf<ReplicaGap>] = [
    ColumnOf(.file("classifier")) { .text($0.classifier) },
    ColumnOf(.words("Finding", "finding")) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.init(title: "Groups", fields: ["group_a", "group_b"], isHeader: true)) {
      .pair($0.groupA, $0.groupB)
    },
    ColumnOf(.words("Metric", "metric")) { .name(Words.metric($0.metric), raw: $0.metric) },
    ColumnOf(.interval("Real gap (interval)", "real")) { .interval($0.real, .difference) },
    ColumnOf(.interval("Synthetic gap (interval)", "synthetic")) {
      .interval($0.synthetic, .difference)
    },
    ColumnOf(.interval("Synthetic − real (interval)", "difference")) {
      .interval($0.difference, .difference)
    },
    ColumnOf(.words("Same sign", "same_sign")) { .text($0.sameSign ? "yes" : "no") },
  ]
}

extension Words {
  /// A metric of the contract in plain words.
  static func metric(_ name: String) -> String {
    name == "weightedF1" ? "weighted F1" : Metric(rawValue: name)?.title ?? name
  }
}
