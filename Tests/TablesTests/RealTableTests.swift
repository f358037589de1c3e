import Foundation
import Tables
import Testing

@Suite struct RealTableTests {
  @Test func readsTheJoinedChestXNetScores() throws {
    guard let joined = handOut("data/scores/nih-chexnet-zech/nih_chexnet_joined.csv.gz") else {
      return
    }
    let start = Date()
    let table = try Table(contentsOf: joined)
    let scores = try table.doubles("prob_Cardiomegaly")
    print("read \(table.rowCount) × \(table.header.count) in \(Date().timeIntervalSince(start)) s")
    // Row and patient counts from the hand-out's README.
    #expect(table.rowCount == 22_433)
    #expect(table.header.count == 35)
    #expect(Set(try table.column("patient_id")).count == 6_187)
    #expect(scores.allSatisfy { $0.map { (0...1).contains($0) } == true })
  }
}
