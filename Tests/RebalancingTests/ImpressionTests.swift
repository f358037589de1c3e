import AuditModel
import Basics
import Cohorts
import Foundation
import Randomness
import Rebalancing
import Testing

@Suite struct ImpressionTests {
  private let findings = [
    FindingSpecification(name: "Effusion", positive: ["Effusion."], negative: ["Clear."]),
    FindingSpecification(name: "Edema", positive: ["Edema."], negative: ["Clear."]),
  ]

  private func library(_ text: String, label: String? = nil, severity: String? = nil) throws
    -> ImpressionLibrary
  {
    let path = NSTemporaryDirectory() + "impressions-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try writeAtomically(text, to: path)
    var table = ImpressionTableSpecification(path: path)
    table.labelColumn = label
    table.severityColumn = severity
    return try ImpressionLibrary(table, path: path, findings: findings, caption: .chexgen)
  }

  private func texts(_ library: ImpressionLibrary, _ finding: String, _ isPositive: Bool)
    -> [String]
  {
    library.impressions(finding: finding, isPositive: isPositive).map(\.text)
  }

  @Test func sentencesGoToTheirFindingAndNormalOnesToEveryFinding() throws {
    let read = try library(
      "finding,impression\nEffusion,Small left effusion.\neffusion,\"Large\neffusion.\"\n"
        + "No Finding,Normal chest.\nPneumonia,Pneumonia.\nEffusion,\n")
    #expect(texts(read, "Effusion", true) == ["Small left effusion.", "Large effusion."])
    #expect(texts(read, "Effusion", false) == ["Normal chest."])
    #expect(texts(read, "Edema", false) == ["Normal chest."])
    // No sentence of the user's: the cohort's own, and the report says so.
    #expect(texts(read, "Edema", true) == ["Edema."])
    #expect(read.notes.contains { $0.contains("no sentence with Edema") })
    #expect(read.notes.contains { $0.hasPrefix("2 of 5 rows") }, "\(read.notes)")
  }

  @Test func aLabelColumnDecides() throws {
    let read = try library(
      "finding,impression,y\nEffusion,Effusion seen.,1\nEffusion,No effusion.,0\n", label: "y")
    #expect(texts(read, "Effusion", true) == ["Effusion seen."])
    #expect(texts(read, "Effusion", false) == ["No effusion."])
  }

  /// 90 mild sentences and one severe: drawn equally often, within five standard deviations of a
  /// binomial with 2,000 draws (σ = √(2000/4) ≈ 22).
  @Test func severitiesAreDrawnEquallyOften() throws {
    let mild = (0..<90).map { "Effusion,Mild effusion \($0).,mild\n" }.joined()
    let read = try library(
      "finding,impression,grade\n" + mild + "Effusion,Severe effusion.,severe\n", severity: "grade")
    var stream = RandomStream(seed: 4, path: ["severity"])
    let severe = (0..<2_000).count { _ in
      read.draw(finding: "Effusion", isPositive: true, using: &stream)?.severity == "severe"
    }
    #expect(abs(severe - 1_000) < 112, "\(severe)")
  }

  @Test(arguments: [
    ("finding,impression\nEffusion,\"a\u{1}b\"\n", "line 2, column 'impression'"),
    ("finding,impression\nEffusion,\"sex:Male, age:3. Effusion.\"\n", "demographic prefix"),
    ("finding,impression\nEffusion,LONG\n", "bytes"),
    ("finding,impression\nPneumonia,Pneumonia.\n", "no sentence for 'Effusion'"),
    ("finding,text\nEffusion,x\n", "no column 'impression'"),
    ("finding,impression\n", "no sentence for"), ("", "is empty"),
  ])
  func hostileTablesAreRefusedWithTheirPlace(text: String, message: String) {
    // Written out here, for arguments are printed in the log.
    let text = text.replacing("LONG", with: String(repeating: "long ", count: 500))
    let failure = #expect(throws: AuditFailure.self) { try library(text) }
    #expect(failure?.message.contains(message) == true, "\(String(describing: failure))")
  }

  @Test func aLabelThatIsNoneIsRefusedWithItsLine() {
    let failure = #expect(throws: AuditFailure.self) {
      try library("finding,impression,y\nEffusion,Yes.,1\nEffusion,Maybe.,-1\n", label: "y")
    }
    #expect(failure?.message.contains("line 3, column 'y': '-1' is not a label") == true)
  }

  @Test func randomBytesNeverCrash() {
    var stream = RandomStream(seed: 8, path: ["impressions"])
    let alphabet = Array("finding,impression\n\"Effusion\u{0}\u{FF}; ".utf8)
    for _ in 0..<300 {
      let bytes = (0..<stream.integer(below: 200)).map { _ in
        alphabet[stream.integer(below: alphabet.count)]
      }
      _ = try? library(
        "finding,impression\nEffusion,x\n" + String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test func theBuiltInLibraryHasSeveritiesAndKeepsTheCohortsSentencesWhereItHasNone() {
    let library = ImpressionLibrary.builtIn(
      for: findings + [
        FindingSpecification(
          name: "Situs inversus", positive: ["Situs inversus."], negative: ["N."])
      ])
    let effusion = library.impressions(finding: "Effusion", isPositive: true)
    #expect(Set(effusion.compactMap(\.severity)) == ["mild", "moderate", "severe"])
    #expect(library.impressions(finding: "Effusion", isPositive: false).count == 3)
    #expect(texts(library, "Situs inversus", true) == ["Situs inversus."])
    #expect(library.notes.count == 1)
  }
}
