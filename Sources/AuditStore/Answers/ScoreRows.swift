import Basics

/// The former table of scores, a row for each.
enum ScoreRows {
  /// Moves its rows to ``AnswerBytes``. SQL alone cannot make such bytes.
  static func move(in database: Database) throws {
    let query = try database.prepare(
      """
      SELECT s.case_id, c.id, o.place, s.value FROM scores s
        JOIN classifiers c ON c.name = s.classifier
        JOIN outputs o ON o.classifier = c.id AND o.finding = s.finding
      ORDER BY s.case_id, c.id, o.place
      """)
    let insert = try database.prepare(
      "INSERT INTO answers (case_id, classifier, scores) VALUES (?, ?, ?)")
    var open: (caseID: Int64, classifier: Int64)?
    var bytes: [UInt8] = []
    func close() throws {
      guard let open else { return }
      insert.bind(open.caseID, at: 1)
      insert.bind(open.classifier, at: 2)
      insert.bind(bytes: bytes, at: 3)
      try insert.run()
      bytes.removeAll(keepingCapacity: true)
    }
    while try query.step() {
      let next = (caseID: query.integer(0), classifier: query.integer(1))
      if open?.caseID != next.caseID || open?.classifier != next.classifier {
        try close()
        open = next
      }
      AnswerBytes.set(query.double(3), at: Int(query.integer(2)), in: &bytes)
    }
    try close()
  }
}
