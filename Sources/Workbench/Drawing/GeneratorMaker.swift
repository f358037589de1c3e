import AuditModel
import Cohorts

/// Opens the generator that a cohort of a spec asks for. A program that brings its own generator hands
/// in its own.
package typealias GeneratorMaker =
  @Sendable (CohortSpecification, AuditSpecification) throws -> any RadiographGenerator

extension ChexGenGenerator {
  /// ChexGen from the files that the spec names.
  @Sendable package static func make(
    _ cohort: CohortSpecification, _ specification: AuditSpecification
  ) throws -> any RadiographGenerator {
    try ChexGenGenerator(cohort.generator, resolve: specification.resolve)
  }
}
