import AuditModel
import Cohorts

/// Loads the generator once per run, when a stage first needs it.
final class GeneratorCache {
  private let make: (CohortSpecification) throws -> any RadiographGenerator
  private var loaded: (any RadiographGenerator)?

  init(_ make: @escaping (CohortSpecification) throws -> any RadiographGenerator) {
    self.make = make
  }

  func generator(_ cohort: CohortSpecification) throws -> any RadiographGenerator {
    if let loaded { return loaded }
    let generator = try make(cohort)
    loaded = generator
    return generator
  }
}
