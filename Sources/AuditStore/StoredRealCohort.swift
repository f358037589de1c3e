import AuditModel
import Basics

extension AuditStore {
  /// Puts a newly read real cohort in the place of the former one, in one step.
  ///
  /// Images that are still there keep their recorded hash and the scores of `imageReaders`: those
  /// depend on the image alone. Every other score was made from the former table and goes.
  /// - Parameters:
  ///   - cases: Made one by one, so that they need not all be in memory.
  ///   - scores: Classifier to finding to one value per case; nil is "not scored".
  ///   - key: What the new cohort was made from.
  package func replaceRealCohort(
    by cases: some Sequence<StoredCase>, scores: [String: [String: [Double?]]],
    imageReaders: [String],
    key: String
  ) throws {
    // Names of images come in any order, and their index is larger than SQLite keeps in memory by itself.
    try database.execute("PRAGMA cache_size = -49152")
    defer { try? database.execute("PRAGMA cache_size = -2000") }
    try database.transaction {
      try database.execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS kept_images (name TEXT PRIMARY KEY, sha256 TEXT);
        CREATE TEMP TABLE IF NOT EXISTS kept_answers
          (name TEXT, classifier INTEGER, scores BLOB);
        DELETE FROM kept_images; DELETE FROM kept_answers;
        INSERT INTO kept_images SELECT name, sha256 FROM cases
          WHERE cohort = 'real' AND sha256 IS NOT NULL;
        """)
      let keep = try database.prepare(
        "INSERT INTO kept_answers SELECT name, classifier, scores FROM answers "
          + "CROSS JOIN cases ON cases.id = case_id WHERE cohort = 'real' AND classifier = ?")
      for classifier in imageReaders {
        keep.bind(try number(ofClassifier: classifier), at: 1)
        try keep.run()
      }
      try database.execute("DELETE FROM cases WHERE cohort = 'real'")
      try insertRows(cases)
      // The order of the table is the order of the rows, so a part that stays must not come first.
      try database.execute(
        """
        UPDATE cases SET sha256 = (SELECT sha256 FROM kept_images k WHERE k.name = cases.name)
          WHERE cohort = 'real' AND name IN (SELECT name FROM kept_images);
        INSERT INTO answers (case_id, classifier, scores)
          SELECT cases.id, k.classifier, k.scores FROM kept_answers k
          JOIN cases ON cases.name = k.name AND cases.cohort = 'real';
        DELETE FROM kept_images; DELETE FROM kept_answers;
        """)
      let ids = try caseIDs(of: .real)
      for (classifier, byFinding) in scores.sorted(by: { $0.key < $1.key }) {
        let columns = byFinding.sorted { $0.key < $1.key }
        var writer = try AnswerWriter(self, classifier: classifier, findings: columns.map(\.key))
        for (row, id) in ids.enumerated() {
          try writer.write(columns.lazy.map { $0.value[row] }, ofCase: id)
        }
      }
      try set(key, forKeyOf: .realCohort)
    }
  }

  /// Removes a whole cohort with its labels and scores.
  package func removeCases(of cohort: StoredCase.Cohort) throws {
    let statement = try database.prepare("DELETE FROM cases WHERE cohort = ?")
    statement.bind(cohort.rawValue, at: 1)
    try statement.run()
  }

  /// Notes what the images of a cohort hold now, and removes the scores of those that changed.
  ///
  /// - Parameter images: Case and SHA-256 of its image's file.
  /// - Returns: How many images had another hash when they were scored.
  package func noteImages(
    _ images: [(caseID: Int64, sha256: String)], imageReaders: [String]
  ) throws -> Int {
    try database.transaction {
      let find = try database.prepare("SELECT sha256 FROM cases WHERE id = ?")
      let update = try database.prepare("UPDATE cases SET sha256 = ? WHERE id = ?")
      let remove = try database.prepare(
        "DELETE FROM answers WHERE case_id = ? AND classifier = ?")
      let readers = try imageReaders.map { try number(ofClassifier: $0) }
      var changed = 0
      for (id, hash) in images {
        find.bind(id, at: 1)
        let known = try find.step() ? find.text(0) : nil
        find.reset()
        guard known != hash else { continue }
        // Scores without a recorded hash are of an earlier version: nobody knows of which image.
        for classifier in readers {
          remove.bind(id, at: 1)
          remove.bind(classifier, at: 2)
          try remove.run()
        }
        if known != nil { changed += 1 }
        update.bind(hash, at: 1)
        update.bind(id, at: 2)
        try update.run()
      }
      return changed
    }
  }
}
