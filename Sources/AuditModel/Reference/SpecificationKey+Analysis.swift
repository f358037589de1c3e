import Vocabulary

extension SpecificationKey {
  static let analysis: [SpecificationKey] = [
    SpecificationKey(
      "analysis", .object, default: "{}", example: "{ \"delta\": 0.05 }",
      "How it is judged, fixed before any score is read."),
    SpecificationKey(
      "analysis.groups", .object, default: "the values",
      example: "{ \"age\": { \"edges\": [0, 40, 65] } }",
      "Attribute to its groups: a list, gathered values, or edges."),
    SpecificationKey(
      "analysis.groups.*.edges", .list, default: "required", example: "[0, 20, 40, 60, 80]",
      "Lower ends of bins, the last one open."),
    SpecificationKey(
      "analysis.intersections", .list, default: "[]", example: "[[\"sex\", \"age\"]]",
      "Attributes that are crossed."),
    SpecificationKey(
      "analysis.cluster", .choice(of: AnalysisSpecification.Cluster.self), default: "patient",
      example: "\"image\"",
      "What images depend on each other in."),
    SpecificationKey(
      "analysis.alpha", .number, default: "0.05", example: "0.01",
      "Chance of a false flag in the whole family."),
    SpecificationKey(
      "analysis.delta", .number, default: "0.05", example: "0.03",
      "Difference in AUC below which groups count as alike."),
    SpecificationKey(
      "analysis.harm", .number, default: "0", example: "0.02",
      "A flag needs a lower limit above it."),
    SpecificationKey(
      "analysis.thresholds", .object, default: "{}", example: "{ \"Effusion\": 0.5 }",
      "Operating threshold by finding, by a rule, or by classifier."),
    SpecificationKey(
      "analysis.thresholds.rule", .text, default: "", example: "\"specificity\"",
      "One rule for all findings."),
    SpecificationKey(
      "analysis.thresholds.value", .number, default: "", example: "0.9",
      "What the rule aims at."),
    SpecificationKey(
      "analysis.thresholds.chosenOn", .text, default: "", example: "\"validation.csv\"",
      "Where the threshold was chosen."),
    SpecificationKey(
      "analysis.thresholds.*.classifiers", .object, default: "", example: "{ \"model-a\": 0.41 }",
      "Thresholds of single classifiers."),
    SpecificationKey(
      "analysis.thresholds.*.rule", .text, default: "", example: "\"maximumF1\"",
      "A rule for one finding."),
    SpecificationKey(
      "analysis.thresholds.*.value", .number, default: "", example: "0.9",
      "What the rule aims at."),
    SpecificationKey(
      "analysis.thresholds.*.chosenOn", .text, default: "", example: "\"validation.csv\"",
      "Where the threshold was chosen."),
    SpecificationKey(
      "analysis.minimumCell", .object, default: "10 each", example: "{ \"positives\": 20 }",
      "Cases below which a group is a small cell."),
    SpecificationKey(
      "analysis.minimumCell.positives", .integer, default: "10", example: "20",
      "With the finding."),
    SpecificationKey(
      "analysis.minimumCell.negatives", .integer, default: "10", example: "20",
      "Without it."),
    SpecificationKey(
      "analysis.minimumCell.clusters", .integer, default: "10", example: "20",
      "Patients or base cases."),
    SpecificationKey(
      "analysis.multiplicity", .choice(of: AnalysisSpecification.Multiplicity.self),
      default: "holm", example: "\"none\"",
      "Correction over the family of questions."),
    SpecificationKey(
      "analysis.metrics", .list, default: "[\"auc\"]",
      example: "[\"auc\", { \"metric\": \"brier\", \"delta\": 0.01 }]",
      "What gives verdicts: names, or objects with the keys below."),
    SpecificationKey(
      "analysis.metrics[].metric", .choice(of: Metric.self), default: "required",
      example: "\"sensitivity\"",
      "The metric."),
    SpecificationKey(
      "analysis.metrics[].delta", .number, default: "that of analysis", example: "0.01",
      "Its own margin."),
    SpecificationKey(
      "analysis.metrics[].harm", .number, default: "that of analysis", example: "0.01",
      "Its own limit for harm."),
    SpecificationKey(
      "analysis.replicates", .integer, default: "2000", example: "10000",
      "Draws of permutations and bootstraps."),
    SpecificationKey(
      "analysis.seed", .integer, default: "1", example: "7",
      "Names these draws."),
    SpecificationKey(
      "analysis.missing", .number, default: "0.1", example: "0.05",
      "Largest share of a group without label or score at which \"within δ\" may be said."),
    SpecificationKey(
      "policy", .object, default: "{}", example: "{ \"failOn\": [\"flagged\"] }",
      "When `audit run` exits with 1."),
    SpecificationKey(
      "policy.failOn", .list, default: "[]", example: "[\"flagged\"]",
      "Verdicts that fail: flagged, withinDelta, inconclusive, notEvaluable."),
    SpecificationKey(
      "policy.whenNotEvaluable", .choice(of: GapLimit.Unknown.self), default: "fail",
      example: "\"pass\"",
      "What becomes of declared questions that could not be asked."),
    SpecificationKey(
      "policy.limits", .list, default: "[]",
      example: "[{ \"atMost\": 0.1, \"judgedBy\": \"upperLimit\" }]",
      "Limits of gaps in AUC."),
    SpecificationKey(
      "policy.limits[].atMost", .number, default: "required", example: "0.1",
      "The limit."),
    SpecificationKey(
      "policy.limits[].judgedBy", .choice(of: GapLimit.Basis.self), default: "required",
      example: "\"upperLimit\"",
      "The number that is held against it."),
    SpecificationKey(
      "policy.limits[].whenNotEvaluable", .choice(of: GapLimit.Unknown.self), default: "fail",
      example: "\"pass\"",
      "What becomes of questions without a number."),
    SpecificationKey(
      "policy.limits[].classifier", .text, default: "every", example: "\"densenet\"",
      "Which classifier it concerns."),
    SpecificationKey(
      "policy.limits[].cohort", .text, default: "every", example: "\"real\"",
      "Which cohort."),
    SpecificationKey(
      "policy.limits[].finding", .text, default: "every", example: "\"Effusion\"",
      "Which finding."),
    SpecificationKey(
      "policy.limits[].attribute", .text, default: "every", example: "\"sex*age\"",
      "Which attribute or intersection."),
    SpecificationKey(
      "policy.limits[].metric", .choice(of: Metric.self), default: "every judged",
      example: "\"sensitivity\"",
      "Which metric."),
    SpecificationKey(
      "analysis.strata", .list, default: "[]", example: "[\"view\"]",
      "Attributes within whose strata gaps are shown too."),
    SpecificationKey(
      "analysis.deploymentPrevalence", .object, default: "{}", example: "{ \"Effusion\": 0.05 }",
      "Prevalence at the place of use, by finding."),
    SpecificationKey(
      "analysis.reference", .object, default: "all pairs", example: "{ \"race\": \"White\" }",
      "Group with which the others are compared, by attribute; \"all others\" sets each against the rest together."
    ),
  ]
}
