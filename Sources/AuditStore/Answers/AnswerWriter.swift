import Basics

/// Writes what one classifier answered about the same findings of many cases, within a transaction of
/// the caller's.
struct AnswerWriter {
  private let classifier: Int64
  /// By finding, in the caller's order: place of the output.
  private let places: [Int]
  private let insert: Statement
  /// What is kept of a case; nil where nothing of the classifier was kept at the beginning.
  private let find: Statement?
  private var bytes: [UInt8] = []

  init(_ store: AuditStore, classifier: String, findings: [String]) throws {
    let database = store.database
    self.classifier = try store.number(ofClassifier: classifier)
    var outputs = try store.outputs(of: self.classifier)
    let hadScores = try !outputs.isEmpty && store.hasScores(ofClassifier: classifier)
    var places: [Int] = []
    for finding in findings {
      if let known = outputs.firstIndex(of: finding) {
        places.append(known)
        continue
      }
      let statement = try database.prepare(
        "INSERT INTO outputs (classifier, place, finding) VALUES (?, ?, ?)")
      statement.bind(self.classifier, at: 1)
      statement.bind(Int64(outputs.count), at: 2)
      statement.bind(finding, at: 3)
      try statement.run()
      places.append(outputs.count)
      outputs.append(finding)
    }
    self.places = places
    insert = try database.prepare(
      "INSERT OR REPLACE INTO answers (case_id, classifier, scores) VALUES (?, ?, ?)")
    find =
      hadScores
      ? try database.prepare("SELECT scores FROM answers WHERE case_id = ? AND classifier = ?")
      : nil
  }

  /// Keeps the scores of one case, beside those of other findings that it has.
  /// - Parameter scores: Parallel to the findings; nil is "not scored".
  mutating func write(_ scores: some Sequence<Double?>, ofCase id: Int64) throws {
    bytes.removeAll(keepingCapacity: true)
    if let find {
      find.bind(id, at: 1)
      find.bind(classifier, at: 2)
      if try find.step() { find.withBytes(0) { bytes.append(contentsOf: $0) } }
      find.reset()
    }
    for (place, score) in zip(places, scores) { AnswerBytes.set(score, at: place, in: &bytes) }
    insert.bind(id, at: 1)
    insert.bind(classifier, at: 2)
    insert.bind(bytes: bytes, at: 3)
    try insert.run()
  }
}
