extension AuditSpecification {
  /// The findings this audit judges: the synthetic cohort's in file order, then other labels.
  package var auditedFindings: [String] {
    var findings = cohort?.findings.map(\.name) ?? []
    let real: [String] =
      switch self.real?.labels {
      case .columns(let columns): columns.keys.sorted()
      case .list(_, _, let listed): listed
      case nil: []
      }
    findings += real.filter { !findings.contains($0) }
    return findings
  }
}
