import Basics
import Foundation
import Tables
import Testing

/// A table takes memory for what is kept of it, and every limit is named where it is met.
@Suite struct TableLimitTests {
  private func message(_ text: String, _ change: (inout TableLimits) -> Void) -> String {
    var limits = TableLimits()
    change(&limits)
    do {
      _ = try Table(bytes: Array(text.utf8), path: "t.csv", limits: limits)
      return "accepted"
    } catch { return "\((error as? AuditFailure)?.message ?? "\(error)")" }
  }

  @Test func everyLimitIsNamedAndItsNeighbourAccepted() {
    let text = "a,b\n1,22\n3,44\n"
    #expect(message(text) { $0.rows = 2 } == "accepted")
    #expect(message(text) { $0.rows = 1 }.contains("line 3: has more than 1 rows above it"))
    #expect(message(text) { $0.columns = 2 } == "accepted")
    #expect(message(text) { $0.columns = 1 } == "t.csv, line 1: has more than 1 columns")
    #expect(message(text) { $0.cellBytes = 2 } == "accepted")
    #expect(
      message(text) { $0.cellBytes = 1 } == "t.csv, line 2: has a cell of more than 1 bytes")
    #expect(message(text) { $0.textBytes = text.utf8.count } == "accepted")
    #expect(message(text) { $0.textBytes = 5 }.contains("more than the 5 bytes accepted"))
    // Six bytes of text, four cells and two rows of four bytes each.
    #expect(message(text) { $0.keptBytes = 30 } == "accepted")
    #expect(message(text) { $0.keptBytes = 29 }.contains("more than the 29 bytes of memory"))
    #expect(
      message("a,b\n1,\"" + String(repeating: "x\n", count: 50)) { $0.cellBytes = 20 }
        .contains("is its quote never closed?"))
  }

  @Test func aFileBeyondTheLimitIsRefusedBeforeItIsRead() throws {
    let path = NSTemporaryDirectory() + "limit-\(UUID().uuidString).csv"
    try Data("a,b\n1,2\n".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var limits = TableLimits()
    limits.fileBytes = 7
    let failure = #expect(throws: AuditFailure.self) {
      try Table(contentsOf: path, limits: limits)
    }
    #expect(failure?.message.contains("it has 8 bytes; at most 7") == true)
    #expect(try Table(contentsOf: path).column("b") == ["2"])
  }

  /// 64 MiB of the same row packs about a thousand times; a real table never does.
  @Test func aSmallFileThatUnpacksWithoutEndIsRefused() throws {
    let row = Array("aaaaaaaa,aaaaaaaa\n".utf8)
    var text: [UInt8] = []
    while text.count < 3 << 20 { text += row }
    let packed = try gzip(text)
    var limits = TableLimits()
    limits.expansionAfter = 1 << 20
    let failure = #expect(throws: AuditFailure.self) {
      try Table(bytes: packed, path: "bomb.csv.gz", limits: limits)
    }
    #expect(failure?.message.contains("more than 200 times its size") == true)
    limits.expansionAfter = 4 << 20
    #expect(throws: AuditFailure.self) {
      try Table(bytes: packed, path: "b.csv.gz", limits: limits)
    }
  }

  @Test func onlyTheColumnsAskedForAreKept() throws {
    let text = Array("image,report,score\na,\"long, text\",1\nb,,2\n".utf8)
    let table = try Table(bytes: text, path: "t.csv", keeping: ["score", "image", "absent"])
    #expect(table.header == ["image", "report", "score"])
    #expect(try table.column("image") == ["a", "b"] && table.doubles("score") == [1, 2])
    #expect(table.hasColumn("report"))
    #expect(throws: AuditFailure.self) { try table.column("report") }
    var limits = TableLimits()
    limits.keptBytes = 28
    #expect(try Table(bytes: text, path: "t", keeping: ["image"], limits: limits).rowCount == 2)
  }

  @Test func codesNameEachDifferentCellOnce() throws {
    let table = try Table(bytes: Array("s\nF\nM\nF\n\"\"\n".utf8), path: "t")
    let (values, codes) = try table.codes("s")
    #expect(values == ["F", "M", ""] && codes == [0, 1, 0, 2])
  }

  @Test func aFileIsReadThePieceBoundariesNotwithstanding() throws {
    // Beyond the head of 64 KiB and the pieces of 256 KiB, with quotes and multi-byte characters.
    let rows = (0..<40_000).map { "\($0).png,\"é,\"\"\($0)\"\"\n\",\($0 % 7)" }
    let text = "image,note,n\n" + rows.joined(separator: "\r\n")
    let path = NSTemporaryDirectory() + "pieces-\(UUID().uuidString).csv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let table = try Table(contentsOf: path)
    #expect(table.rowCount == 40_000)
    #expect(try table.column("note")[39_999] == "é,\"39999\"\n")
    let expected: [Double?] = (0..<40_000).map { Double($0 % 7) }
    #expect(try table.doubles("n") == expected)
    #expect(table.lineNumber(ofRow: 39_999) == 2 + 2 * 39_999)
  }
}
