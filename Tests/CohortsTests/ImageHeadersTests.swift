import AuditModel
import Basics
import Cohorts
import Foundation
import TestSupport
import Testing

@Suite struct ImageHeadersTests {
  /// Reads a table beside a folder `images` of DICOM files with these headers.
  private func cohort(
    _ table: String, _ headers: [String: [UInt32: String]], keys: String, columns: String = "",
    others: [String: String] = [:]
  ) throws -> RealCohort {
    let folder = NSTemporaryDirectory() + "headers-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try createFolder(at: folder + "/images")
    for (name, texts) in headers {
      let file = SmallDICOM(width: 2, height: 2, pixels: [0, 1, 2, 3], texts: texts)
      try writeAtomically(file.bytes, to: folder + "/images/" + name)
    }
    for (name, text) in others { try writeAtomically(text, to: folder + "/images/" + name) }
    try writeAtomically(table, to: folder + "/t.csv")
    let specification = try loadSpecification(
      from: """
        { "schema": "audit-spec/1", "name": "t", "classifiers": [{ "name": "m", "scores": "s.csv" }],
          "real": { "table": "t.csv", "images": { "folder": "images", "headers": \(keys) },
            "columns": { "patient": "p"\(columns), "labels": { "Effusion": "y" } } } }
        """, path: "spec.json", directory: folder)
    return try RealCohort(
      try #require(specification.real), resolve: specification.resolve, defaultFindings: [])
  }

  private let everything =
    "{ \"sex\": \"PatientSex\", \"age\": \"PatientAge\", \"year\": \"StudyDate\", "
    + "\"view\": \"ViewPosition\", \"scanner\": \"Manufacturer\" }"

  @Test func headersGiveWhatTheTableDoesNot() throws {
    let read = try cohort(
      "image,p,y\na.dcm,1,0\nb.dcm,2,1\nc.dcm,3,1\n",
      [
        "a.dcm": [
          0x0010_0040: "F", 0x0010_1010: "058Y", 0x0008_0020: "20240131", 0x0018_5101: "PA",
          0x0008_0070: "Maker & Sons",
        ],
        "b.dcm": [0x0010_0040: "M", 0x0010_1010: "018M", 0x0008_0020: "2019.06.13"],
        "c.dcm": [0x0010_1010: "998Y"],
      ], keys: everything)
    let values = read.cases.map(\.attributes)
    #expect(values.map { $0["sex"] } == ["F", "M", nil])
    #expect(values.map { $0["age"] } == ["58", "1.5", nil])
    // Of a date the year is kept and nothing else.
    #expect(values.map { $0["year"] } == ["2024", "2019", nil])
    #expect(values.map { $0["view"] } == ["PA", nil, nil])
    #expect(values.map { $0["scanner"] } == ["Maker & Sons", nil, nil])
    let meanings = read.valueMappings.filter { $0.column == "PatientAge of DICOM headers" }
    #expect(meanings.map(\.meaning) == ["years", "months", "unknown"])
    #expect(read.notes.contains { $0.contains("sex of 2 (PatientSex)") })
  }

  @Test func aValueOfTheTableStays() throws {
    let read = try cohort(
      "image,p,y,s\na.dcm,1,0,M\nb.dcm,2,1,\n",
      ["a.dcm": [0x0010_0040: "F"], "b.dcm": [0x0010_0040: "F"]],
      keys: "{ \"sex\": \"PatientSex\" }", columns: ", \"sex\": \"s\"")
    #expect(read.cases.map { $0.attributes["sex"] } == ["M", "F"])
    #expect(read.notes.contains { $0.contains("among 1 of 2 images: sex of 1") })
  }

  @Test func filesWithoutHeadersLeaveValuesUnknownAndAreCounted() throws {
    let read = try cohort(
      "image,p,y\na.dcm,1,0\nb.png,2,1\nabsent.dcm,3,1\n", ["a.dcm": [0x0010_0040: "F"]],
      keys: "{ \"sex\": \"PatientSex\" }", others: ["b.png": "no header"])
    #expect(read.cases.map { $0.attributes["sex"] } == ["F", nil, nil])
    #expect(read.notes.contains { $0.contains("2 files have no header that can be read") })
  }

  @Test(arguments: ["PatientName", "PatientID", "PatientBirthDate", "AccessionNumber"])
  func noSpecCanAskForWhatIdentifies(element: String) {
    let failure = #expect(throws: AuditFailure.self) {
      try cohort("image,p,y\n", [:], keys: "{ \"site\": \"\(element)\" }")
    }
    #expect(failure?.message.contains("must be one of \"PatientSex\", \"PatientAge\"") == true)
  }
}
