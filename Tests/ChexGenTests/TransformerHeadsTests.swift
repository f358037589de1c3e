import Basics
import Checkpoints
import Foundation
import Testing

@testable import ChexGen

/// The number of attention heads, which stands in no tensor: every source of it has to agree.
@Suite struct TransformerHeadsTests {
  private func sizes(metadata: [String: String], explicit: Int?) throws -> TransformerSizes {
    let folder = try #require(FixtureFolder.bundled)
    let archive = try folder.archive("dit_tiny.safetensors")
    let path = FileManager.default.temporaryDirectory
      .appending(path: "dit-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SafetensorsWriter.write(
      archive.names.map { ($0, try archive.tensor($0)) }, metadata: metadata, to: path)
    return try TransformerSizes(
      reading: WeightReader(try openArchive(at: path)), heads: explicit)
  }

  @Test func whatIsStatedOnceOrAlikeIsTaken() throws {
    let heads = try #require(try NetworkFixture("dit_tiny").heads)
    #expect(try sizes(metadata: [:], explicit: heads).heads == heads)
    #expect(try sizes(metadata: ["heads": "\(heads)"], explicit: nil).heads == heads)
    #expect(try sizes(metadata: ["heads": "\(heads)"], explicit: heads).heads == heads)
  }

  @Test(arguments: ["-1", "0", "many", "", "1e3", "99999999999999999999"])
  func aNumberThatIsNoneIsRefusedWhereAnotherDecidesToo(text: String) throws {
    let heads = try NetworkFixture("dit_tiny").heads
    for explicit in [heads, nil] {
      let failure = #expect(throws: AuditFailure.self) {
        try sizes(metadata: ["heads": text], explicit: explicit)
      }
      #expect(failure?.message.contains("'heads' is '\(text)'") == true)
    }
  }

  @Test func twoSourcesThatDisagreeAreNamed() throws {
    let heads = try #require(try NetworkFixture("dit_tiny").heads)
    let failure = #expect(throws: AuditFailure.self) {
      try sizes(metadata: ["heads": "\(heads * 2)"], explicit: heads)
    }
    #expect(failure?.message.contains("model.json says \(heads)") == true)
  }
}
