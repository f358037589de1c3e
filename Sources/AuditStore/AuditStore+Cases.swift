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
        noise, image, sha256, control, condition, condition_source, condition_sha256, anchor, labels)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (cohort, name) DO NOTHING
      """)
    let attribute = try database.prepare(
      "INSERT OR REPLACE INTO attributes (case_id, attribute, value) VALUES (?, ?, ?)")
    var packing = LabelPacking(findings: try findingNames())
    for item in cases {
      let labels = packing.text(of: item.labels)
      for finding in packing.takeNew() { try insertFinding(finding) }
      Self.bind(item, labels: labels, to: insert)
      try insert.run()
      let id =
        database.changedRows > 0
        ? database.lastInsertedRow : try relabel(item, labels: labels)
      for entry in item.attributes.entries {
        attribute.bind(id, at: 1)
        attribute.bind(entry.attribute, at: 2)
        attribute.bind(entry.value, at: 3)
        try attribute.run()
      }
    }
  }

  private static func bind(_ item: StoredCase, labels: String?, to insert: Statement) {
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
  }

  /// Brings the labels of a case that is there up to date.
  /// - Returns: Its row.
  private func relabel(_ item: StoredCase, labels: String?) throws -> Int64 {
    let find = try database.prepare("SELECT id FROM cases WHERE cohort = ? AND name = ?")
    find.bind(item.cohort.rawValue, at: 1)
    find.bind(item.name, at: 2)
    guard try find.step() else { throw database.failure() }
    let id = find.integer(0)
    find.reset()
    let update = try database.prepare("UPDATE cases SET labels = ? WHERE id = ?")
    update.bind(labels, at: 1)
    update.bind(id, at: 2)
    try update.run()
    return id
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

  /// All cases of a cohort with their labels, in order of insertion.
  package func cases(of cohort: StoredCase.Cohort) throws -> [StoredCase] {
    let findings = try findingNames()
    let query = try database.prepare(
      """
      SELECT id, name, cluster, finding, base_case, arm, placebo, prompt, seed, noise, image, sha256,
        control, condition, condition_source, condition_sha256, anchor, labels
      FROM cases WHERE cohort = ? ORDER BY id
      """)
    query.bind(cohort.rawValue, at: 1)
    var result: [StoredCase] = []
    var position: [Int64: Int] = [:]
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
      position[item.id] = result.count
      result.append(item)
    }
    let attributes = try database.prepare(
      "SELECT case_id, attribute, value FROM attributes JOIN cases ON cases.id = case_id WHERE cohort = ?"
    )
    attributes.bind(cohort.rawValue, at: 1)
    while try attributes.step() {
      guard let index = position[attributes.integer(0)], let name = attributes.text(1) else {
        continue
      }
      result[index].attributes[name] = attributes.text(2)
    }
    return result
  }

  /// The rows of a cohort, in order of insertion.
  func caseIDs(of cohort: StoredCase.Cohort) throws -> [Int64] {
    let query = try database.prepare("SELECT id FROM cases WHERE cohort = ? ORDER BY id")
    query.bind(cohort.rawValue, at: 1)
    var ids: [Int64] = []
    while try query.step() { ids.append(query.integer(0)) }
    return ids
  }
}

/// Writes labels as one sign per finding of the store; findings that it lacks are added to it.
private struct LabelPacking {
  private var place: [String: Int]
  private var new: [String] = []
  /// The findings of the last case and their places: cases of one table share them.
  private var known: (findings: [String], places: [Int]) = ([], [])

  init(findings: [String]) {
    place = Dictionary(
      findings.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func text(of labels: CaseLabels) -> String? {
    guard !labels.isEmpty else { return nil }
    if labels.findings != known.findings {
      known = (labels.findings, labels.findings.map { number(of: $0) })
    }
    var signs = [UInt8](repeating: CaseLabels.unknown, count: place.count)
    for (number, sign) in zip(known.places, labels.signs) { signs[number] = sign }
    return String(decoding: signs, as: UTF8.self)
  }

  private mutating func number(of finding: String) -> Int {
    if let known = place[finding] { return known }
    place[finding] = place.count
    new.append(finding)
    return place.count - 1
  }

  mutating func takeNew() -> [String] {
    defer { new = [] }
    return new
  }
}
