import Foundation
import Testing

@testable import AuditStore

@Suite struct LabelStorageTests {
  private func withStorePath(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "audit-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder + "/audit.sqlite")
  }

  private func stored(_ name: String, _ labels: CaseLabels) -> StoredCase {
    var item = StoredCase(cohort: .real, name: name, cluster: name)
    item.labels = labels
    return item
  }

  /// A store as it was when every label was a row.
  @Test func casesOfAnOldStoreKeepTheirLabels() throws {
    try withStorePath { path in
      let old = try #require(Migrations.steps.firstIndex { $0.contains("CREATE TABLE findings") })
      do {
        let database = try Database(path: path)
        for step in Migrations.steps[..<old] { try database.execute(step) }
        try database.execute("PRAGMA user_version = \(old)")
        try database.execute(
          """
          INSERT INTO cases (id, cohort, name, cluster) VALUES
            (1, 'real', 'a', 'p'), (2, 'real', 'b', 'p'), (5, 'real', 'c', 'q'), (7, 'synthetic', 'd', 'q');
          INSERT INTO labels (case_id, finding, value) VALUES
            (1, 'Mass', 1), (1, 'Effusion', 0), (2, 'Effusion', 1), (7, 'Zoster', 0);
          """)
      }
      let store = try AuditStore(path: path)
      let real = try store.cases(of: .real).map(\.labels)
      #expect(real == [["Effusion": false, "Mass": true], ["Effusion": true], [:]])
      #expect(try store.cases(of: .synthetic).map(\.labels) == [["Zoster": false]])
      // New findings go behind those that are there.
      try store.insert([stored("e", ["Alveolitis": true, "Mass": false])])
      #expect(try store.cases(of: .real).last?.labels == ["Mass": false, "Alveolitis": true])
      #expect(try store.cases(of: .real).first?.labels == real[0])
    }
  }

  @Test func labelsComeBackAsTheyWereWhateverOrderTheyHave() throws {
    try withStorePath { path in
      let store = try AuditStore(path: path)
      let findings = ["B", "A", "C"]
      var cases: [StoredCase] = []
      for number in 0..<27 {
        let states = [number % 3, number / 3 % 3, number / 9]
        cases.append(
          stored(
            "\(number)", CaseLabels(findings: findings, states.map { [nil, false, true][$0] })))
      }
      cases.append(stored("other", ["C": true, "B": false, "D": true]))
      try store.insert(cases)
      let read = try store.cases(of: .real)
      #expect(read.map(\.labels) == cases.map(\.labels))
      #expect(read.map(\.labels.known) == cases.map(\.labels.known))
      // Inserting again brings labels up to date and adds no case.
      cases[0].labels = ["A": true]
      try store.insert(cases)
      #expect(try store.cases(of: .real).map(\.labels) == cases.map(\.labels))
    }
  }

  @Test func unknownLabelsAreNoLabels() {
    var labels: CaseLabels = ["A": true]
    labels["B"] = nil
    #expect(labels == ["A": true] && labels["B"] == nil && labels["A"] == true)
    labels["A"] = nil
    #expect(labels.isEmpty && labels == [:])
    #expect(CaseLabels(findings: ["A", "B"], [nil, false]) == ["B": false])
    #expect(CaseLabels(findings: ["A", "B"], [nil, false]) != ["A": false])
    // What lists of findings hold without a label says nothing.
    #expect(
      String(
        reflecting: Mirror(reflecting: CaseLabels(findings: ["A", "B"], [nil, false])).children
          .count)
        == "1")
  }
}
