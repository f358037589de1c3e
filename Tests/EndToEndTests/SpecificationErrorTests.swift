import Foundation
import Testing

/// Faults of a spec end with exit code 2, name file, line and key, and leave nothing behind.
@Suite struct SpecificationErrorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Expects `audit run` to refuse `spec` and to write nothing but the spec itself.
  func expectRefusal(
    of spec: String, naming expected: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try folder.write(spec, to: "audits/bad.json")
    let before = folder.files()
    for command in ["run", "plan"] {
      let result = try AuditProgram.run([command, "audits/bad.json"], in: folder.path)
      #expect(result.exitCode == 2, "\(result.transcript)", sourceLocation: sourceLocation)
      #expect(result.standardOutput.isEmpty, sourceLocation: sourceLocation)
      #expect(
        result.standardError.hasPrefix("error: "), "\(result.transcript)",
        sourceLocation: sourceLocation)
      for text in expected {
        #expect(
          result.standardError.contains(text), "\(result.transcript)",
          sourceLocation: sourceLocation)
      }
      #expect(folder.files() == before, "nothing half-written", sourceLocation: sourceLocation)
    }
  }

  @Test func unknownKeyNamesTheNearestKnownKey() throws {
    try expectRefusal(
      of: """
        { "schema": "audit-spec/1", "name": "bad",
          "classifiers": [{ "name": "p", "scores": "s.csv" }],
          "reel": { "table": "t.csv", "columns": { "labels": { "A": "y" } } } }
        """,
      naming: ["audits/bad.json:3: unknown key 'reel' in the top of the spec; did you mean 'real'?"]
    )
  }

  @Test func severalFaultsAreShownAtOnce() throws {
    try expectRefusal(
      of: """
        { "schema": "audit-spec/1", "name": "a/b",
          "classifiers": [],
          "real": { "table": "t.csv", "columns": { "patient": "p", "labels": { "A": "y" } } },
          "analysis": { "alpha": 2, "multiplicity": "bonferoni" } }
        """,
      naming: [
        "audits/bad.json:1: name \"a/b\" must not contain '/'",
        "audits/bad.json:2: classifiers must not be empty",
        "audits/bad.json:4: analysis.alpha must be a number above 0",
        "audits/bad.json:4: analysis.multiplicity must be one of",
      ])
  }

  @Test func brokenSyntaxNamesItsLine() throws {
    try expectRefusal(
      of: "{\n  \"schema\": \"audit-spec/1\"\n  \"name\": \"bad\" }",
      naming: ["audits/bad.json:3: ',' or '}' is missing"])
  }

  @Test func aMissingSpecSaysHowToStart() throws {
    let result = try AuditProgram.run(["run", "audits/none.json"], in: folder.path)
    #expect(result.exitCode == 2, "\(result.transcript)")
    #expect(result.standardError.contains("there is no spec at audits/none.json"))
    #expect(result.standardError.contains("audit init"))
    #expect(folder.files().isEmpty)
  }

  @Test func aFolderOrADeviceIsNoSpec() throws {
    for path in [".", "/dev/zero"] {
      let result = try AuditProgram.run(["run", path], in: folder.path, seconds: 20)
      #expect(result.exitCode == 2, "\(result.transcript)")
      #expect(!result.timedOut)
    }
  }
}
