import Basics
import Foundation
import Tables
import Testing

@Suite struct TableTests {
  private func table(_ text: String) throws -> Table {
    try Table(bytes: Array(text.utf8), path: "t.csv")
  }

  private func message(_ text: String) -> String {
    do {
      _ = try table(text)
      return "no failure"
    } catch {
      return "\(error)"
    }
  }

  @Test func quotesCommasAndLineEndsInsideQuotesAreText() throws {
    let read = try table("image,note\r\na.png,\"one, \"\"two\"\"\nthree\"\r\nb.png,\r\n")
    #expect(read.header == ["image", "note"])
    #expect(try read.column("note") == ["one, \"two\"\nthree", ""])
    #expect((0..<2).map(read.lineNumber) == [2, 4])
  }

  @Test(arguments: [
    "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", "\u{feff}a,b\n\n1,2\n\n3,4\n\n",
  ])
  func lineEndsAndTheByteOrderMarkDoNotMatter(text: String) throws {
    let read = try table(text)
    #expect(read.header == ["a", "b"])
    #expect(try read.doubles("a") == [1, 3])
    #expect(try read.column("b") == ["2", "4"])
  }

  @Test func aQuotedNameAfterTheByteOrderMarkIsUnquoted() throws {
    #expect(try table("\u{feff}\"a\",b\n1,2\n").header == ["a", "b"])
  }

  @Test func piecesMayEndAnywhere() throws {
    // One gzip member per byte: every piece the parser sees holds at most one byte.
    let text = Array("\u{feff}image,\"x\"\"y\"\r\n\"a\n\",2.5\r\nb,".utf8)
    let packed = try text.flatMap { try gzip([$0]) }
    let read = try Table(bytes: packed, path: "t.csv.gz")
    #expect(read.header == ["image", "x\"y"])
    #expect(try read.column("image") == ["a\n", "b"])
    #expect(try read.doubles("x\"y") == [2.5, nil])
  }

  /// Cells of up to seven bytes are found by their bytes, longer ones by their text.
  @Test func cellsOfEveryLengthAreToldApart() throws {
    let cells = (0...9).flatMap { length in
      ["", "0", "1"].map { String(repeating: "1", count: length) + $0 }
    }
    // One letter in two spellings is one text.
    let all = cells + cells.reversed() + ["\u{E9}", "e\u{301}", "\u{E9}", "\u{E9}5678901"]
    let (values, codes) = try table("a,s\n" + all.map { "x,\($0)\n" }.joined()).codes("s")
    #expect(values.count == Set(all).count)
    #expect(codes.map { values[Int($0)] } == all)
  }

  @Test func emptyCellsAreNoNumbersAndGarbageIsNamedWithItsPlace() throws {
    #expect(try table("s\n\"\"\n 0.5 \n1e-3\n").doubles("s") == [nil, 0.5, 0.001])
    for bad in [
      "nan", "NaN", "inf", "-Infinity", "1e999", "0x10", "1,5", "1.2.3", "abc", "--1", "1 2", "+",
    ] {
      let failure = #expect(throws: AuditFailure.self) {
        try table("image,score\na,1\nb,\"\(bad)\"\n").doubles("score")
      }
      #expect(failure?.message == "t.csv, line 3, column 'score': '\(bad)' is not a number")
    }
  }

  @Test func anUnknownColumnNamesTheNearest() throws {
    let read = try table("image,prob_Cardiomegaly,prob_Effusion\na,1,2\n")
    let failure = #expect(throws: AuditFailure.self) { try read.column("prob_cardiomegally") }
    #expect(failure?.message == "t.csv has no column 'prob_cardiomegally'")
    #expect(failure?.hint == "did you mean 'prob_Cardiomegaly'?")
    let far = #expect(throws: AuditFailure.self) { try read.column("weight") }
    #expect(far?.hint == "its columns are 'image', 'prob_Cardiomegaly', 'prob_Effusion'")
  }

  @Test func brokenTextIsRefusedWithItsLine() {
    #expect(message("") == "t.csv is empty\nhint: a header line with column names is needed")
    #expect(message("\n\n").hasPrefix("t.csv is empty"))
    #expect(
      message("a,b\n1,2\n1,2,3\n") == "t.csv, line 3: has more than 2 fields but the header has 2")
    #expect(message("a,b\n1\n") == "t.csv, line 2: has 1 fields but the header has 2")
    #expect(
      message("a,b\n1,2\n1,\"2\n3,4\n") == "t.csv, line 3: opens a quote that is never closed")
    #expect(
      message("a,b\n1,\"2\"x\n")
        == "t.csv, line 2: has text after a closing quote; double the quotes inside a field")
    #expect(
      message("Export of 1 May\na,b\n1,2\n")
        == "t.csv, line 2: has more than 1 fields but the header has 1, 'Export of 1 May'\n"
        + "hint: the names of the columns must come first; remove the lines above them")
    #expect(message("a,a\n1,2\n") == "t.csv, line 1: the column 'a' is there twice")
    #expect(message("a,b\n1,\0\n") == "t.csv, line 2: contains a NUL byte; it is not a text file")
  }

  @Test func everyPrefixOfAPackedTableIsRefused() throws {
    let packed = try gzip(Array("image,score\na,0.5\nb,0.25\n".utf8))
    for length in 3..<packed.count {
      #expect(throws: AuditFailure.self) {
        try Table(bytes: Array(packed.prefix(length)), path: "t.csv.gz")
      }
    }
    var damaged = packed
    damaged[packed.count - 5] ^= 1
    let failure = #expect(throws: AuditFailure.self) { try Table(bytes: damaged, path: "t.csv.gz") }
    #expect(failure?.message.contains("damaged") == true)
    #expect(throws: AuditFailure.self) { try Table(bytes: packed + [1, 2, 3], path: "t.csv.gz") }
    #expect(try Table(bytes: packed + [0, 0, 0], path: "t.csv.gz").rowCount == 2)
  }

  @Test func textThatUnpacksBeyondTheLimitIsRefused() throws {
    let packed = try gzip(Array("a\n".utf8) + [UInt8](repeating: 0x31, count: 1 << 20))
    #expect(packed.count < 4096)
    var limits = TableLimits()
    limits.textBytes = 1 << 19
    let failure = #expect(throws: AuditFailure.self) {
      try Table(bytes: packed, path: "bomb.csv.gz", limits: limits)
    }
    #expect(failure?.message.contains("more than the 524288 bytes") == true)
  }

  @Test func writtenTablesReadBackAsTheyWere() throws {
    let header = ["image", "prompt", "x"]
    let rows = [
      ["a.png", "sex:Male, \"quoted\"\nnext", "-0.5"], ["", " blank ", "1=1"],
      ["é", "x\r", "a@cmd"],
    ]
    let read = try Table(bytes: encodeCSV(header: header, rows: rows), path: "w.csv")
    #expect(read.header == header)
    for (column, name) in header.enumerated() {
      #expect(try read.column(name) == rows.map { $0[column] })
    }
    let lone = try Table(bytes: encodeCSV(header: ["x"], rows: [[""], ["1"]]), path: "w.csv")
    #expect(lone.rowCount == 2)
    #expect(throws: AuditFailure.self) { try encodeCSV(header: ["a"], rows: [["1", "2"]]) }
  }

  @Test func formulasAreDisarmedInEveryTableAndNumbersLeftAlone() throws {
    let rows = [
      ["=1+1", "-0.5"], ["@cmd", "+3"], ["-x", "1e-3"], ["'=1", "'x"], ["＝1", "é"],
      ["a;=1", "a;b"],
      ["a;\"=1&\"", "a; -b"],
    ]
    let bytes = try encodeCSV(header: ["a", "+b"], rows: rows)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "a,'+b\n'=1+1,-0.5\n'@cmd,+3\n'-x,1e-3\n''=1,'x\n'＝1,é\na;'=1,a;b\n"
        + "\"a;\"\"'=1&\"\"\",a; '-b\n")
  }

  /// The rule of the documentation, as a loader would write it.
  @Test func disarmingCanBeUndone() throws {
    let armed = try Regex(
      "^'(?='*[\\t\\r\\n])|(^|[;\\r\\n][\" ]*)'(?='*[=+@＝＋－＠-])"
    )
    .matchingSemantics(.unicodeScalar)
    for cell in [
      "=1", "'=1", "''-x", "'", "''", "'x", "-1", "-1x", "", "\t", "\r", "－", "@", "a;=1", "a;'=1",
      ";;=",
      "a\n=1", ";\n=1", "\n\n", "\r\n=", ";\" '=", "=;=;=", "a;b", "'a;-", ";'\"=1", "-1;-2",
      "\t=1",
    ] {
      let written = inertCell(cell)
      let undone =
        written.unicodeScalars.count == cell.unicodeScalars.count
        ? written
        : written.replacing(armed) { match in match.output[1].substring.map(String.init) ?? "" }
      #expect(undone.unicodeScalars.elementsEqual(cell.unicodeScalars), "\(cell.debugDescription)")
      // Whatever a spreadsheet takes for a separator, no piece that it sees begins a formula.
      guard Double(cell) == nil else { continue }
      for piece in written.split(whereSeparator: { ";\r\n\r\n".contains($0) }) {
        let bare = piece.drop { $0 == "\"" || $0 == " " }
        #expect(
          !["=", "+", "@", "-", "＝"].contains(bare.first ?? "x"), "\(written.debugDescription)")
      }
    }
  }
}
