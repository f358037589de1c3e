import AuditStore

/// Where a case stands among its cohort's, by its row in the store.
struct CasePlaces {
  private let first: Int64
  private let count: Int
  /// Empty where rows are numbered without a hole, as they mostly are.
  private let places: [Int64: Int]

  /// - Parameter cases: In the order of their rows.
  init(_ cases: [StoredCase]) {
    count = cases.count
    first = cases.first?.id ?? 0
    let isDense = (cases.last?.id ?? 0) - first == Int64(count - 1)
    places =
      isDense
      ? [:] : Dictionary(uniqueKeysWithValues: cases.indices.lazy.map { (cases[$0].id, $0) })
  }

  /// The scores of a classifier by finding and case; nil where it gave none.
  ///
  /// - Returns: Without the findings about which it has not answered a single case.
  func scores(
    _ store: AuditStore, classifier: String, findings: [String], cohort: StoredCase.Cohort
  ) throws -> [String: [Double?]] {
    var found: [[Double?]] = Array(repeating: [], count: findings.count)
    try store.forEachScore(classifier: classifier, findings: findings, cohort: cohort) {
      id, finding, score in
      if found[finding].isEmpty { found[finding] = Array(repeating: nil, count: count) }
      let place = places.isEmpty ? Int(id - first) : places[id] ?? -1
      if place >= 0, place < count { found[finding][place] = score }
    }
    var result: [String: [Double?]] = [:]
    for (finding, scores) in zip(findings, found) where !scores.isEmpty { result[finding] = scores }
    return result
  }
}
