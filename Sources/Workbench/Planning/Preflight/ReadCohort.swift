import AuditModel
import Basics
import Cohorts

/// The real cohort as the preflight read it, so that the import need not read the table again.
struct ReadCohort {
  let cohort: RealCohort
  private let defaultFindings: [String]
  private let stamps: [String?]

  /// - Parameter stamps: Of the files before they were read.
  init(cohort: RealCohort, defaultFindings: [String], stamps: [String?]) {
    self.cohort = cohort
    self.defaultFindings = defaultFindings
    self.stamps = stamps
  }

  /// Whether reading the files now, for these findings, would read the same.
  ///
  /// Images' headers take part in no stamp; who asks for them reads again.
  func isCurrent(
    for real: RealCohortSpecification, resolve: (String) -> String, defaultFindings: [String]
  ) -> Bool {
    // Findings by default are those of labels that list none.
    var listsNone = false
    if case .list(_, _, let listed) = real.labels { listsNone = listed.isEmpty }
    return real.imageOptions.headers.isEmpty
      && (!listsNone || self.defaultFindings == defaultFindings)
      && !stamps.contains(nil) && Self.stamps(of: real, resolve: resolve) == stamps
  }

  /// One stamp for each table of the cohort; nil for one that is not there.
  static func stamps(of real: RealCohortSpecification, resolve: (String) -> String) -> [String?] {
    ([real.table] + real.joins.map(\.table)).map { fileStamp(of: resolve($0)) }
  }
}
