import Basics

extension AuditStore {
  /// All cases of a cohort with their labels, in order of insertion.
  ///
  /// They are kept until a case changes: one run asks for them a dozen times, and hundreds of thousands
  /// take a second each time.
  package func cases(of cohort: StoredCase.Cohort) throws -> [StoredCase] {
    let version = try database.version()
    if let known = kept[cohort], known.version == version { return known.cases }
    let cases = try readCases(of: cohort)
    kept[cohort] = (version, cases)
    return cases
  }

  private func readCases(of cohort: StoredCase.Cohort) throws -> [StoredCase] {
    let findings = try findingNames()
    var attributes = AttributeUnpacking(try attributeValues())
    let query = try database.prepare(
      """
      SELECT id, name, cluster, finding, base_case, arm, placebo, prompt, seed, noise, image, sha256,
        control, condition, condition_source, condition_sha256, anchor, labels, attributes
      FROM cases NOT INDEXED WHERE cohort = ? ORDER BY id
      """)
    query.bind(cohort.rawValue, at: 1)
    var result: [StoredCase] = []
    while try query.step() {
      var item = StoredCase(cohort: cohort, name: query.text(1) ?? "", cluster: query.text(2) ?? "")
      item.id = query.integer(0)
      item.finding = query.text(3)
      item.baseCase = query.text(4)
      item.arm = query.text(5)
      item.placebo = query.text(6)
      item.prompt = query.text(7)
      item.seed = query.text(8).flatMap { UInt64($0) }
      item.noise = query.text(9)
      item.image = query.text(10)
      item.sha256 = query.text(11)
      item.usesControlNetwork = query.integer(12) == 1
      item.condition = query.text(13)
      item.conditionSource = query.text(14)
      item.conditionHash = query.text(15)
      item.anchor = query.text(16)
      if let signs = query.text(17) {
        item.labels = CaseLabels(findings: findings, signs: Array(signs.utf8))
      }
      if let numbers = query.text(18) {
        guard let values = attributes.values(in: numbers) else {
          throw AuditFailure(
            "the audit store '\(database.path)' is damaged: the case '\(visible(item.name.shortened(to: 60)))' "
              + "has attributes that it does not name", hint: "remove it to start this audit again")
        }
        item.attributes = values
      }
      result.append(item)
    }
    return result
  }
}
