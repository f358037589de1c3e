import Foundation
import Testing

@testable import AuditStore

@Suite struct AnswerStorageTests {
  private func withStorePath(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "audit-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder + "/audit.sqlite")
  }

  /// A store as it was when every score was a row, and readings were by classifier first.
  @Test func casesOfAnOldStoreKeepTheirScoresAndReadings() throws {
    try withStorePath { path in
      let old = try #require(
        Migrations.steps.firstIndex { $0.contains("CREATE TABLE attribute_values") })
      do {
        let database = try Database(path: path)
        for step in Migrations.steps[..<old] { try database.execute(step) }
        try database.execute("PRAGMA user_version = \(old)")
        try database.execute(
          """
          INSERT INTO cases (id, cohort, name, cluster) VALUES
            (1, 'real', 'a', 'p'), (2, 'real', 'b', 'p'), (5, 'synthetic', 'c', 'q');
          INSERT INTO attributes (case_id, attribute, value) VALUES
            (1, 'sex', 'F'), (2, 'sex', 'M'), (2, 'age', '71'), (5, 'sex', 'F');
          INSERT INTO scores (case_id, classifier, finding, value) VALUES
            (1, 'x', 'Mass', 0.1), (1, 'x', 'Edema', 1e-300), (2, 'x', 'Mass', NULL),
            (2, 'y', 'Zoster', -3.25), (5, 'x', 'Mass', 0.7);
          INSERT INTO image_readings (case_id, classifier, facts, problem) VALUES
            (2, 'y', 'a b', NULL), (1, 'x', '', 'broken');
          """)
      }
      let store = try AuditStore(path: path)
      #expect(
        try store.cases(of: .real).map(\.attributes) == [["sex": "F"], ["sex": "M", "age": "71"]])
      func scores(
        _ classifier: String, _ finding: String, _ cohort: StoredCase.Cohort = .real
      ) throws -> [Int64: Double?] {
        try store.scores(classifier: classifier, finding: finding, cohort: cohort)
      }
      #expect(try scores("x", "Mass") == [1: 0.1, 2: nil] as [Int64: Double?])
      #expect(try scores("x", "Edema") == [1: 1e-300] as [Int64: Double?])
      #expect(try scores("y", "Zoster") == [2: -3.25] as [Int64: Double?])
      #expect(try scores("x", "Mass", .synthetic) == [5: 0.7] as [Int64: Double?])
      let readings = try store.imageReadings(of: .real)
      #expect(readings["y"] == [StoredImageReading(caseID: 2, facts: ["a", "b"])])
      #expect(readings["x"]?.first?.problem == "broken")
      // What comes later goes beside what was there.
      try store.insertScores(classifier: "x", findings: ["New", "Mass"], [(2, [0.5, 0.25])])
      #expect(try scores("x", "Mass") == [1: 0.1, 2: 0.25] as [Int64: Double?])
      #expect(try scores("x", "New") == [2: 0.5] as [Int64: Double?])
      #expect(
        try store.answeredFindings(
          classifier: "x", among: ["New", "Mass", "Edema", "Zoster"], cohort: .real)
          == ["New", "Mass", "Edema"])
    }
  }

  /// Every double comes back as it was; one that is no number is "not scored".
  @Test func scoresComeBackAsTheyWere() throws {
    try withStorePath { path in
      let store = try AuditStore(path: path)
      let values: [Double?] = [
        0, -0.0, 0.1, .pi, -1e308, .leastNonzeroMagnitude, .infinity, -.infinity, nil, .nan,
        .signalingNaN, Double(bitPattern: 0x7FF8_0000_0000_0001),
        Double(bitPattern: 0x7FF8_0000_0000_0002),
      ]
      try store.insert(
        values.indices.map { StoredCase(cohort: .real, name: "\($0)", cluster: "p") })
      let ids = try store.cases(of: .real).map(\.id)
      try store.insertScores(
        classifier: "c", findings: ["unused", "F"], zip(ids, values).map { ($0, [nil, $1]) })
      let read = try store.scores(classifier: "c", finding: "F", cohort: .real)
      for (id, value) in zip(ids, values) {
        let kept = try #require(read[id])
        #expect(kept?.bitPattern == (value?.isNaN == false ? value?.bitPattern : nil))
      }
      #expect(try store.answeredCases(classifier: "c", findings: ["F"], cohort: .real) == Set(ids))
      try store.removeScores(ofClassifier: "c")
      #expect(try store.hasScores() == false)
      #expect(try store.answeredFindings(classifier: "c", among: ["F"], cohort: .real).isEmpty)
    }
  }

  /// Cases are kept between calls, and read again after every change, whoever makes it.
  @Test func keptCasesFollowEveryChange() throws {
    struct Stopped: Error {}
    try withStorePath { path in
      let store = try AuditStore(path: path)
      try store.insert([StoredCase(cohort: .synthetic, name: "a", cluster: "p")])
      func first() throws -> StoredCase? { try store.cases(of: .synthetic).first }
      let id = try #require(try first()?.id)
      try store.setImage(hash: "1", ofCase: id)
      #expect(try first()?.sha256 == "1")
      #expect(throws: Stopped.self) {
        try store.inOneStep {
          try store.setImage(hash: "2", ofCase: id)
          #expect(try first()?.sha256 == "2")
          throw Stopped()
        }
      }
      #expect(try first()?.sha256 == "1")
      let other = try AuditStore(path: path)
      try other.setImage(hash: "3", ofCase: id)
      #expect(try first()?.sha256 == "3")
      var changed = StoredCase(cohort: .synthetic, name: "a", cluster: "p")
      changed.labels = ["Mass": true]
      changed.attributes = ["sex": "F"]
      try store.insert([changed])
      #expect(try first()?.labels == ["Mass": true] && first()?.attributes == ["sex": "F"])
      try store.forgetImage(ofCase: id)
      #expect(try first()?.sha256 == nil)
      try store.removeCase(id)
      #expect(try first() == nil)
    }
  }
}
