import Foundation
import Testing

@testable import AuditStore

@Suite struct AttributeMigrationTests {
  /// A store as it was when cases had three columns for attributes.
  @Test func casesOfAnOldStoreKeepTheirAttributes() throws {
    let folder = NSTemporaryDirectory() + "audit-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/audit.sqlite"
    let old = try #require(Migrations.steps.firstIndex { $0.contains("CREATE TABLE attributes") })
    do {
      let database = try Database(path: path)
      for step in Migrations.steps[..<old] { try database.execute(step) }
      try database.execute("PRAGMA user_version = \(old)")
      try database.execute(
        """
        INSERT INTO cases (cohort, name, cluster, sex, age, race) VALUES
          ('real', 'a', 'p', 'F', 71, 'White'), ('real', 'b', 'p', NULL, 0.1643835616438356, NULL),
          ('synthetic', 'c', 'q', 'Male', 55.5, NULL), ('synthetic', 'd', 'q', NULL, NULL, NULL);
        """)
    }
    let store = try AuditStore(path: path)
    let real = try store.cases(of: .real).map(\.attributes)
    #expect(real[0] == ["sex": "F", "age": "71", "race": "White"])
    #expect(real[1].attributes == ["age"])
    #expect(real[1]["age"].flatMap(Double.init) == 0.1643835616438356)
    #expect(
      try store.cases(of: .synthetic).map(\.attributes) == [["sex": "Male", "age": "55.5"], [:]])
  }
}
