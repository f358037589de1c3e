import AuditModel
import Basics
import Cohorts
import Foundation
import Testing

/// Reads a table of text as a real cohort whose spec is `real` (JSON5 members of the block).
func readRealTable(_ text: String, real: String) throws -> RealCohort {
  try readRealTable(Data(text.utf8), real: real)
}

func readRealTable(_ bytes: Data, real: String) throws -> RealCohort {
  var absent = AbsentNames()
  let cohort = try readRealTable(bytes, real: real, absent: &absent)
  if let first = absent.all.first { throw first }
  return cohort
}

func readRealTable(_ text: String, real: String, absent: inout AbsentNames) throws -> RealCohort {
  try readRealTable(Data(text.utf8), real: real, absent: &absent)
}

private func readRealTable(
  _ bytes: Data, real: String, absent: inout AbsentNames
) throws -> RealCohort {
  let folder = NSTemporaryDirectory() + "real-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try bytes.write(to: URL(fileURLWithPath: folder + "/t.csv"))
  let specification = try loadSpecification(
    from: """
      { "schema": "audit-spec/1", "name": "t", "classifiers": [{ "name": "m", "scores": "s.csv" }],
        "real": { "table": "t.csv", \(real) } }
      """, path: "spec.json", directory: folder)
  let cohort = try #require(specification.real)
  return try RealCohort(
    cohort, resolve: specification.resolve, defaultFindings: ["Effusion"], absent: &absent)
}

/// The failure of reading a table, or nil when it was accepted.
func realTableFailure(_ text: String, real: String) -> AuditFailure? {
  do {
    _ = try readRealTable(text, real: real)
    return nil
  } catch { return error as? AuditFailure }
}
