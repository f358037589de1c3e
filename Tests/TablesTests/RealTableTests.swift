import Foundation
import Tables
import TestSupport
import Testing

@Suite struct RealTableTests {
  static let joined = "data/scores/nih-chexnet-zech/nih_chexnet_joined.csv.gz"

  @Test(.needs(joined)) func readsTheJoinedChestXNetScores() throws {
    let start = Date()
    let table = try Table(contentsOf: HandOuts.path(Self.joined))
    let scores = try table.doubles("prob_Cardiomegaly")
    print("read \(table.rowCount) × \(table.header.count) in \(Date().timeIntervalSince(start)) s")
    // Row and patient counts from the hand-out's README.
    #expect(table.rowCount == 22_433)
    #expect(table.header.count == 35)
    #expect(Set(try table.column("patient_id")).count == 6_187)
    #expect(scores.allSatisfy { $0.map { (0...1).contains($0) } == true })
  }
}
