import AuditModel
import AuditStore
import Basics
import Foundation
import Images
import Tables
import Testing
import Vocabulary

@testable import Workbench

@Suite struct SynthesizeTests {
  private let root = NSTemporaryDirectory() + "audit-synthesize-" + UUID().uuidString

  private func remove() { try? FileManager.default.removeItem(atPath: root) }

  private func write(_ more: String, formats: String = "\"huggingface\"") throws -> String {
    try createFolder(at: root)
    let text = """
      { "schema": "audit-spec/1", "name": "set",
        "cohort": { "findings": { "Effusion": {
            "positive": ["Moderate effusion."], "negative": ["Clear lungs."] } },
          "attributes": { "sex": ["Male", "Female"] }, "seed": 3 },
        "synthesize": { "formats": [\(formats)]\(more) } }
      """
    try writeAtomically(text, to: root + "/set.json")
    return root + "/set.json"
  }

  private func run(_ path: String, _ context: RunContext = RunContext()) throws
    -> SynthesizeUseCase.Outcome
  {
    try SynthesizeUseCase(
      specificationPath: path, reports: root + "/reports",
      makeGenerator: { _, _ in PatternGenerator() }
    ).run(context: context)
  }

  @Test func aGridIsDrawnThroughTheGatesAndExported() throws {
    defer { remove() }
    let outcome = try run(
      write(", \"images\": 12, \"positives\": 0.25", formats: "\"huggingface\", \"nih\""))
    let set = try #require(outcome.set)
    #expect(set.quality?.accepted == 12)
    let table = try Table(
      contentsOf: outcome.folder + "/rebalancing/huggingface/train/metadata.csv")
    #expect(table.rowCount == 12)
    #expect(try table.column("label").count { $0 == "1" } == 4)  // 1.5 each, rounded up twice
    #expect(try table.column("sex").count { $0 == "Female" } == 6)
    #expect(set.exports.keys.sorted() == ["huggingface", "nih"])
    #expect(
      FileManager.default.fileExists(atPath: outcome.folder + "/rebalancing/synthesis.json"))
  }

  @Test func aTableGivesItsOwnShares() throws {
    defer { remove() }
    let path = try write(
      ", \"images\": 10, \"plan\": \"table\", \"table\": \"train.csv\", "
        + "\"columns\": { \"sex\": \"sex\", \"labels\": { \"Effusion\": \"y\" } }")
    try writeAtomically(
      "sex,y,count\nFemale,1,30\nMale,0,70\n", to: root + "/train.csv")
    let outcome = try run(path)
    let table = try Table(
      contentsOf: outcome.folder + "/rebalancing/huggingface/train/metadata.csv")
    let pairs = zip(try table.column("sex"), try table.column("label")).map { "\($0) \($1)" }
    #expect(pairs.count { $0 == "Female 1" } == 3 && pairs.count { $0 == "Male 0" } == 7)
  }

  @Test func aStoppedSetGoesOnAndSharesAreBroughtTogether() throws {
    defer { remove() }
    let path = try write(", \"images\": 8")
    let whole = try run(path)
    func hashes(_ folder: String) throws -> [String] {
      try Table(contentsOf: folder + "/rebalancing/manifest.csv").column("sha256").sorted()
    }
    let expected = try hashes(whole.folder)
    // A share of the images, as another machine would draw it.
    try FileManager.default.moveItem(atPath: root + "/reports", toPath: root + "/whole")
    var half = RunContext()
    half.shard = Shard("1/2")
    let share = try run(path, half)
    #expect(share.set == nil && share.shard?.planned == 8 && share.shard?.drawn == 4)
    #expect(try hashes(try run(path).folder) == expected)
  }

  @Test(arguments: [
    (", \"images\": 4, \"plan\": \"table\"", "\"huggingface\"", "synthesize.table is missing"),
    (", \"images\": 4, \"table\": \"t.csv\"", "\"huggingface\"", "belongs to \"plan\": \"table\""),
    (", \"images\": 4", "\"coco\"", "says where findings are"),
    (", \"images\": 4", "\"weights\"", "weighs a training table"),
    (", \"images\": 0", "\"huggingface\"", "from 1 to"),
  ])
  func faultsOfTheBlockAreToldBeforeAnythingIsDrawn(more: String, formats: String, says: String)
    throws
  {
    defer { remove() }
    let failure = #expect(throws: AuditFailure.self) { try run(write(more, formats: formats)) }
    #expect(failure?.message.contains(says) == true, "\(failure?.message ?? "")")
    #expect(!FileManager.default.fileExists(atPath: root + "/reports"))
  }

  @Test func anAuditsFolderIsNotDrawnInto() throws {
    defer { remove() }
    let path = try write(", \"images\": 4")
    let store = root + "/reports/set"
    try createFolder(at: store)
    do {
      let audit = try AuditStore(path: store + "/audit.sqlite")
      try audit.insert([StoredCase(cohort: .synthetic, name: "a.png", cluster: "a")])
    }
    let failure = #expect(throws: AuditFailure.self) { try run(path) }
    #expect(failure?.message.contains("holds an audit") == true)
  }
}
