import Foundation
import TestSupport
import Testing

/// Headers of DICOM files name people. Of all that, five elements can become attributes; nothing else of
/// a header reaches a report, the store, a log or the terminal.
@Suite struct HeaderPrivacyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 48 images of 24 patients; every header identifies somebody.
  private func writeCohort() throws {
    var table = "image,patient,y\n"
    for index in 0..<48 {
      var texts = SmallDICOM.identifying
      texts[0x0010_0040] = index / 2 % 2 == 0 ? "F" : "M"
      texts[0x0010_1010] = "0\(40 + index % 40)Y"
      texts[0x0018_5101] = "PA"
      texts[0x0008_0070] = "Maker"
      let pixels = (0..<64).map { UInt8(($0 * 3 + index * 4 + index % 3 * 40) % 256) }
      let file = SmallDICOM(width: 8, height: 8, pixels: pixels, texts: texts)
      try folder.write(file.bytes, to: "images/\(index).dcm")
      table += "\(index).dcm,\(index / 2),\(index % 3 == 0 ? 1 : 0)\n"
    }
    try folder.write(table, to: "table.csv")
    // The file's name says the score; awk reads no image.
    try folder.write(
      """
      { match($0, /"id": *"[^"]*"/); id = substr($0, RSTART, RLENGTH)
        number = id; gsub(/[^0-9]/, "", number)
        print "{" id ", \\"scores\\": {\\"Effusion\\": 0." (100 + number * 373 % 900) "}}"; fflush() }
      """, to: "classify.awk")
    try folder.write(
      """
      { schema: "audit-spec/1", name: "small",
        classifiers: [{ name: "scripted", command: ["awk", "-f", "classify.awk"] }],
        real: { table: "table.csv",
          images: { folder: "images", headers: { sex: "PatientSex", age: "PatientAge",
            year: "StudyDate", view: "ViewPosition", scanner: "Manufacturer" } },
          columns: { patient: "patient", labels: { Effusion: "y" } } },
        analysis: { groups: { sex: ["F", "M"] }, replicates: 50,
          minimumCell: { positives: 3, negatives: 3, clusters: 3 } } }
      """, to: "small.json")
  }

  @Test func nothingThatIdentifiesLeavesAHeader() throws {
    try writeCohort()
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    let report = try report()
    // The headers were read indeed.
    #expect(report.contains("sex of 48 (PatientSex)"))
    #expect(report.contains("\"2019\""))
    let products = folder.files().filter { $0.hasPrefix("reports/") }
    #expect(products.contains { $0.hasSuffix("audit.sqlite") })
    for name in products {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
      for secret in SmallDICOM.identifying.values {
        #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret) in \(name)")
      }
    }
    for secret in SmallDICOM.identifying.values {
      #expect(!result.transcript.contains(secret), "\(secret) on the terminal")
    }
  }

  private func report() throws -> String {
    try String(contentsOfFile: folder.file("reports/small/report.json"), encoding: .utf8)
  }

  /// Another header is another cohort, though the table is the same.
  @Test func aCorrectedHeaderIsReadAgain() throws {
    try writeCohort()
    #expect(try AuditProgram.run(["run", "small.json"], in: folder.path).exitCode == 0)
    var texts = SmallDICOM.identifying
    texts[0x0010_0040] = "O"
    let file = SmallDICOM(
      width: 8, height: 8, pixels: [UInt8](repeating: 9, count: 64), texts: texts)
    try folder.write(file.bytes, to: "images/0.dcm")
    let again = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(again.exitCode == 0 && again.standardError.contains("the real cohort is read again"))
    #expect(try report().contains("sex of 48 (PatientSex)"))
    let third = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(!third.standardError.contains("the real cohort is read again"))
  }
}
