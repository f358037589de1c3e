import AuditModel
import Basics

extension AuditStore {
  /// Inserts the cases that are not there yet, with their labels; of those that are, labels and attributes
  /// are brought up to date.
  package func insert(_ cases: [StoredCase]) throws {
    try database.transaction { try insertRows(cases) }
  }

  /// ``insert(_:)`` within a transaction of the caller's.
  func insertRows(_ cases: some Sequence<StoredCase>) throws {
    let insert = try database.prepare(
      """
      INSERT INTO cases (cohort, name, cluster, finding, base_case, arm, placebo, prompt, seed,
        noise, image, sha256, control, condition, condition_source, condition_sha256, anchor, labels,
        attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (cohort, name) DO NOTHING
      """)
    var packing = LabelPacking(findings: try findingNames())
    var values = AttributePacking(try attributeValues())
    for item in cases {
      let labels = packing.text(of: item.labels)
      for finding in packing.takeNew() { try insertFinding(finding) }
      let attributes = values.text(of: item.attributes)
      for value in values.takeNew() { try insertAttributeValue(value) }
      Self.bind(item, labels: labels, attributes: attributes, to: insert)
      try insert.run()
      if database.changedRows == 0 {
        try renew(item, labels: labels, attributes: attributes)
      }
    }
  }

  private static func bind(
    _ item: StoredCase, labels: String?, attributes: String?, to insert: Statement
  ) {
    insert.bind(item.cohort.rawValue, at: 1)
    insert.bind(item.name, at: 2)
    insert.bind(item.cluster, at: 3)
    insert.bind(item.finding, at: 4)
    insert.bind(item.baseCase, at: 5)
    insert.bind(item.arm, at: 6)
    insert.bind(item.placebo, at: 7)
    insert.bind(item.prompt, at: 8)
    insert.bind(item.seed.map(String.init), at: 9)
    insert.bind(item.noise, at: 10)
    insert.bind(item.image, at: 11)
    insert.bind(item.sha256, at: 12)
    insert.bind(Int64(item.usesControlNetwork ? 1 : 0), at: 13)
    insert.bind(item.condition, at: 14)
    insert.bind(item.conditionSource, at: 15)
    insert.bind(item.conditionHash, at: 16)
    insert.bind(item.anchor, at: 17)
    insert.bind(labels, at: 18)
    insert.bind(attributes, at: 19)
  }

  /// Brings labels and attributes of a case that is there up to date.
  private func renew(_ item: StoredCase, labels: String?, attributes: String?) throws {
    let update = try database.prepare(
      "UPDATE cases SET labels = ?, attributes = ? WHERE cohort = ? AND name = ?")
    update.bind(labels, at: 1)
    update.bind(attributes, at: 2)
    update.bind(item.cohort.rawValue, at: 3)
    update.bind(item.name, at: 4)
    try update.run()
  }

  private func insertFinding(_ name: String) throws {
    let statement = try database.prepare("INSERT INTO findings (name) VALUES (?)")
    statement.bind(name, at: 1)
    try statement.run()
  }

  /// Every finding that a label was ever stored of, in the order of the signs in `cases.labels`.
  func findingNames() throws -> [String] {
    let query = try database.prepare("SELECT name FROM findings ORDER BY id")
    var names: [String] = []
    while try query.step() { names.append(query.text(0) ?? "") }
    return names
  }

  /// The rows of a cohort, in order of insertion.
  func caseIDs(of cohort: StoredCase.Cohort) throws -> [Int64] {
    let query = try database.prepare(
      "SELECT id FROM cases NOT INDEXED WHERE cohort = ? ORDER BY id")
    query.bind(cohort.rawValue, at: 1)
    var ids: [Int64] = []
    while try query.step() { ids.append(query.integer(0)) }
    return ids
  }
}
