/// How one classifier read the image of one case.
package struct StoredImageReading: Sendable, Equatable {
  package var caseID: Int64
  /// Codes of image facts, in ascending order.
  package var facts: [String]
  /// Why it could not be read; nil where it could.
  package var problem: String?

  package init(caseID: Int64, facts: [String], problem: String? = nil) {
    self.caseID = caseID
    self.facts = facts
    self.problem = problem
  }
}

extension AuditStore {
  /// Keeps how a classifier read images; a later reading of a case replaces the former.
  package func insertImageReadings(classifier: String, _ readings: [StoredImageReading]) throws {
    guard !readings.isEmpty else { return }
    try database.transaction {
      let statement = try database.prepare(
        "INSERT OR REPLACE INTO image_readings (case_id, classifier, facts, problem) "
          + "VALUES (?, ?, ?, ?)")
      for reading in readings {
        statement.bind(reading.caseID, at: 1)
        statement.bind(classifier, at: 2)
        statement.bind(reading.facts.joined(separator: " "), at: 3)
        statement.bind(reading.problem, at: 4)
        try statement.run()
      }
    }
  }

  /// Classifier to what it read of a cohort, in order of the cases.
  package func imageReadings(of cohort: StoredCase.Cohort) throws
    -> [String: [StoredImageReading]]
  {
    let query = try database.prepare(
      "SELECT case_id, classifier, facts, problem FROM image_readings "
        + "CROSS JOIN cases ON cases.id = case_id WHERE cohort = ? ORDER BY case_id")
    query.bind(cohort.rawValue, at: 1)
    var result: [String: [StoredImageReading]] = [:]
    while try query.step() {
      result[query.text(1) ?? "", default: []].append(
        StoredImageReading(
          caseID: query.integer(0),
          facts: (query.text(2) ?? "").split(separator: " ").map(String.init),
          problem: query.text(3)))
    }
    return result
  }
}
