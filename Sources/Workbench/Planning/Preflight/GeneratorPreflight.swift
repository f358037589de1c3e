import AuditModel
import Basics
import Cohorts

/// The generator opens, and masks or boxes fit it.
///
/// What it cannot express (a race it never saw, say) is no fault: the report says "not evaluable",
/// and `audit plan` lists it beforehand.
struct GeneratorPreflight {
  let preflight: Preflight

  func faults() -> [AuditFailure] {
    guard let cohort = preflight.specification.cohort else { return [] }
    return caught {
      let generator = try preflight.makeGenerator(cohort)
      try generator.card.check(
        drawn: cohort.attributes.entries.map(\.attribute.name), by: generator.name)
      let conditions = try CohortConditions(cohort, resolve: preflight.specification.resolve)
      guard !conditions.isEmpty else { return }
      try conditions.check(size: try generator.conditionSize()) { _, _ in }
    }
  }
}
