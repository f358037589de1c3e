import Basics

extension AuditStore {
  /// Removes everything one classifier answered, because the classifier has changed.
  package func removeScores(ofClassifier classifier: String) throws {
    let number = try number(ofClassifier: classifier)
    for table in ["answers", "outputs"] {
      let statement = try database.prepare("DELETE FROM \(table) WHERE classifier = ?")
      statement.bind(number, at: 1)
      try statement.run()
    }
    let readings = try database.prepare("DELETE FROM image_readings WHERE classifier = ?")
    readings.bind(classifier, at: 1)
    try readings.run()
  }

  /// Stores what one classifier answered about cases.
  /// - Parameter answers: Scores parallel to the findings; nil: the classifier gave none.
  package func insertScores(
    classifier: String, findings: [String], _ answers: [(caseID: Int64, scores: [Double?])]
  ) throws {
    try database.transaction {
      var writer = try AnswerWriter(self, classifier: classifier, findings: findings)
      for answer in answers { try writer.write(answer.scores, ofCase: answer.caseID) }
    }
  }

  /// Scores of one classifier for one finding, by case; a stored "not scored" is a nil value.
  package func scores(
    classifier: String, finding: String, cohort: StoredCase.Cohort
  ) throws -> [Int64: Double?] {
    var result: [Int64: Double?] = [:]
    try forEachScore(classifier: classifier, findings: [finding], cohort: cohort) { id, _, score in
      result[id] = .some(score)
    }
    return result
  }

  /// Every score of one classifier for some findings, case by case.
  ///
  /// - Parameter body: Gets the case, the number of the finding among `findings` and the score; nil is
  ///   "not scored".
  package func forEachScore(
    classifier: String, findings: [String], cohort: StoredCase.Cohort,
    _ body: (_ caseID: Int64, _ finding: Int, _ score: Double?) -> Void
  ) throws {
    try forEachAnswer(classifier: classifier, findings: findings, cohort: cohort) { id, answers in
      for (number, answer) in answers.enumerated() {
        if case .answered(let score) = answer { body(id, number, score) }
      }
      return true
    }
  }

  /// Cases of a cohort that a classifier has answered for every one of `findings`.
  package func answeredCases(
    classifier: String, findings: [String], cohort: StoredCase.Cohort
  ) throws -> Set<Int64> {
    var answered: Set<Int64> = []
    guard !findings.isEmpty else { return answered }
    try forEachAnswer(classifier: classifier, findings: findings, cohort: cohort) { id, answers in
      if answers.allSatisfy({ $0 != .unasked }) { answered.insert(id) }
      return true
    }
    return answered
  }

  /// The findings of `findings` about which a classifier has answered for some case of a cohort.
  package func answeredFindings(
    classifier: String, among findings: [String], cohort: StoredCase.Cohort
  ) throws -> Set<String> {
    var answered: Set<String> = []
    try forEachAnswer(classifier: classifier, findings: findings, cohort: cohort) { _, answers in
      for (finding, answer) in zip(findings, answers) where answer != .unasked {
        answered.insert(finding)
      }
      return answered.count < findings.count
    }
    return answered
  }

  /// Whether anything that this classifier answered is kept.
  package func hasScores(ofClassifier classifier: String) throws -> Bool {
    let query = try database.prepare(
      "SELECT 1 FROM answers JOIN classifiers ON classifiers.id = classifier WHERE name = ? LIMIT 1"
    )
    query.bind(classifier, at: 1)
    return try query.step()
  }

  package func hasScores() throws -> Bool {
    try database.prepare("SELECT 1 FROM answers LIMIT 1").step()
  }

  /// - Parameter body: Gets the case and what is kept of each finding; returns whether to go on.
  private func forEachAnswer(
    classifier: String, findings: [String], cohort: StoredCase.Cohort,
    _ body: (_ caseID: Int64, _ answers: [AnswerBytes.Score]) -> Bool
  ) throws {
    guard let number = try knownNumber(ofClassifier: classifier) else { return }
    let outputs = try outputs(of: number)
    let places = findings.map { outputs.firstIndex(of: $0) ?? -1 }
    guard places.contains(where: { $0 >= 0 }) else { return }
    // A cross join keeps the order of the rows. By the index of the cases SQLite would go by their names,
    // all over the file.
    let query = try database.prepare(
      "SELECT case_id, scores FROM answers CROSS JOIN cases ON cases.id = case_id "
        + "WHERE classifier = ? AND cohort = ?")
    query.bind(number, at: 1)
    query.bind(cohort.rawValue, at: 2)
    var answers = Array(repeating: AnswerBytes.Score.unasked, count: findings.count)
    while try query.step() {
      let isWhole = query.withBytes(1) { bytes in
        for (index, place) in places.enumerated() {
          answers[index] = AnswerBytes.score(at: place, in: bytes)
        }
        return AnswerBytes.isWhole(count: bytes.count, outputs: outputs.count)
      }
      guard isWhole else {
        throw AuditFailure(
          "the audit store '\(database.path)' is damaged: a case has scores of outputs that it does not name",
          hint: "remove it to start this audit again")
      }
      guard body(query.integer(0), answers) else { return }
    }
  }

  // MARK: Numbers of classifiers and outputs

  /// The number of a classifier's name, which is given one where it has none.
  func number(ofClassifier name: String) throws -> Int64 {
    if let known = try knownNumber(ofClassifier: name) { return known }
    let statement = try database.prepare("INSERT INTO classifiers (name) VALUES (?)")
    statement.bind(name, at: 1)
    try statement.run()
    return database.lastInsertedRow
  }

  private func knownNumber(ofClassifier name: String) throws -> Int64? {
    let query = try database.prepare("SELECT id FROM classifiers WHERE name = ?")
    query.bind(name, at: 1)
    return try query.step() ? query.integer(0) : nil
  }

  /// The findings of a classifier's outputs, in the order of the places in `answers.scores`.
  func outputs(of classifier: Int64) throws -> [String] {
    let query = try database.prepare(
      "SELECT finding FROM outputs WHERE classifier = ? ORDER BY place")
    query.bind(classifier, at: 1)
    var names: [String] = []
    while try query.step() { names.append(query.text(0) ?? "") }
    return names
  }
}
