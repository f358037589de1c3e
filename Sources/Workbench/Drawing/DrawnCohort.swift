import AuditModel
import Cohorts
import Vocabulary

extension AuditWorkspace {
  /// The synthetic cohort with the attribute values that it draws.
  ///
  /// Twins have those of the real cases, which no spec lists.
  func drawnCohort() throws -> CohortSpecification? {
    guard var cohort = specification.cohort, cohort.design == .replica else {
      return specification.cohort
    }
    let cases = try store.cases(of: .synthetic)
    var grid = AttributeGrid()
    for attribute in specification.attributes {
      let values = cases.map { $0.attributes[attribute.name].map(attribute.written) }
      grid.set(Grouping(attribute, rule: nil, values: values).groups, of: attribute)
    }
    cohort.attributes = grid
    return cohort
  }
}
