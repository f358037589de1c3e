import Basics
import Vocabulary

extension SpecificationReader {
  func readPolicy(_ object: ObjectReader, of specification: AuditSpecification)
    -> PolicySpecification
  {
    object.allowOnly(["failOn", "limits", "whenNotEvaluable"])
    var policy = PolicySpecification()
    policy.failOn = object.choices("failOn", Verdict.Kind.self) ?? []
    policy.whenNotEvaluable =
      object.choice("whenNotEvaluable", GapLimit.Unknown.self) ?? .fail
    policy.limits = (object.list("limits") ?? []).compactMap { element in
      ObjectReader(element.value, keyPath: element.keyPath, faults: faults).flatMap {
        readLimit($0, of: specification)
      }
    }
    return policy
  }

  private func readLimit(_ object: ObjectReader, of specification: AuditSpecification) -> GapLimit?
  {
    object.allowOnly([
      "atMost", "judgedBy", "whenNotEvaluable", "classifier", "cohort", "finding", "attribute",
      "metric",
    ])
    object.require("atMost", example: "0.05")
    let atMost = object.number("atMost", "from 0 to below 1") { $0 >= 0 && $0 < 1 }
    // No default: with few cases one choice lets everything pass and another nothing.
    if !object.has("judgedBy") {
      faults.add(
        "\(object.path("judgedBy")) is missing; add \"lowerLimit\" (fail once a larger gap is"
          + " shown), \"estimate\", or \"upperLimit\" (fail until a larger gap is ruled out)",
        at: object.position)
    }
    let judgedBy = object.choice("judgedBy", GapLimit.Basis.self)
    let unknown = object.choice("whenNotEvaluable", GapLimit.Unknown.self)
    // An unreadable block has its own fault; what it would name is not known to be wrong.
    let classifier = name(
      "classifier", object, among: specification.classifiers.map(\.name),
      "is not a classifier under audit")
    let finding = name(
      "finding", object, among: specification.auditedFindings, "is not a finding of this audit")
    let attribute = name(
      "attribute", object, among: comparedAttributes(specification),
      "is not an attribute that this audit compares")
    let cohorts =
      (specification.cohort == nil ? [] : ["synthetic"])
      + (specification.real == nil ? [] : ["real"])
    let cohort = name("cohort", object, among: cohorts, "is not a cohort of this audit")
    let metric = object.choice("metric", among: specification.analysis.metrics.map(\.metric))
    guard let atMost, let judgedBy else { return nil }
    var limit = GapLimit(atMost: atMost, judgedBy: judgedBy)
    limit.whenNotEvaluable = unknown ?? .fail
    limit.questions.classifier = classifier
    limit.questions.cohort = cohort
    limit.questions.finding = finding
    limit.questions.attribute = attribute
    limit.questions.metric = metric
    return limit
  }

  /// A name that the audit knows; a misspelt one would make a rule that never fails.
  private func name(
    _ key: String, _ object: ObjectReader, among known: [String], _ problem: String
  ) -> String? {
    guard let text = object.string(key) else { return nil }
    guard !known.isEmpty, !known.contains(text) else { return text }
    let advice =
      nearestName(to: text, in: known).map { "did you mean \"\($0)\"?" }
      ?? "known: \(known.prefix(20).joined(separator: ", "))"
    object.fault(key, "\"\(text.shortened(to: 40))\" \(problem); \(advice)")
    return text
  }

  /// Attributes that a column or a cohort gives, and the declared intersections as `sex*age`.
  private func comparedAttributes(_ specification: AuditSpecification) -> [String] {
    specification.attributes.map(\.name)
      + specification.analysis.intersections.map(Grouping.crossed)
  }
}
