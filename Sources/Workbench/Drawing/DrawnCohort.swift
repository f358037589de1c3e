import AuditModel
import Cohorts

extension AuditWorkspace {
  /// The synthetic cohort with the attribute values that it draws.
  ///
  /// Twins have those of the real cases, which no spec lists.
  func drawnCohort() throws -> CohortSpecification? {
    guard var cohort = specification.cohort, cohort.design == .replica else {
      return specification.cohort
    }
    let cases = try store.cases(of: .synthetic)
    cohort.attributes = AttributeGrid(
      sex: Set(cases.compactMap { $0.sex.map(ReplicaDesign.promptedSex) }).sorted(),
      age: Set(cases.compactMap(\.age)).sorted(), race: Set(cases.compactMap(\.race)).sorted())
    return cohort
  }
}
