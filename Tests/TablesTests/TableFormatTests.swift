import Basics
import Foundation
import Tables
import Testing

/// Tables as spreadsheets and registries write them: the same rows, however they are written.
@Suite struct TableFormatTests {
  private func failure(_ bytes: [UInt8], format: TableFormat = TableFormat()) -> AuditFailure? {
    do {
      _ = try Table(bytes: bytes, path: "t.csv", format: format).doubles("score")
      return nil
    } catch { return error as? AuditFailure }
  }

  private func utf16(_ text: String, isBigEndian: Bool, hasMark: Bool) -> [UInt8] {
    let units = (hasMark ? [0xfeff] : []) + Array(text.utf16)
    return units.flatMap { unit -> [UInt8] in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
      return isBigEndian ? [high, low] : [low, high]
    }
  }

  @Test(arguments: [
    "image,name,score\na.png,Müller,0.5\nb.png,\"x;y\",0.25\n",
    "image;name;score\na.png;Müller;0,5\nb.png;\"x;y\";0,25\n",
    "image;name;score\na.png;Müller;0.5\nb.png;\"x;y\";0.25\n",
    "image\tname\tscore\na.png\tMüller\t0.5\nb.png\tx;y\t0.25\n",
    "image|name|score\na.png|Müller|0.5\nb.png|x;y|0.25\n",
    "sep=;\r\nimage;name;score\r\na.png;Müller;0,5\r\nb.png;\"x;y\";0,25\r\n",
    "\"sep=|\"\nimage|name|score\na.png|Müller|0.5\nb.png|x;y|0.25\n",
  ])
  func separatorsAndDecimalsAreRecognised(_ text: String) throws {
    let variants = [
      Array(text.utf8), [0xef, 0xbb, 0xbf] + Array(text.utf8),
      utf16(text, isBigEndian: false, hasMark: true),
      utf16(text, isBigEndian: true, hasMark: true),
      utf16(text, isBigEndian: false, hasMark: false),
      utf16(text, isBigEndian: true, hasMark: false),
      // Latin-1 of the one character beyond ASCII.
      text.unicodeScalars.map { UInt8($0.value) }, try gzip(Array(text.utf8)),
    ]
    for bytes in variants {
      let table = try Table(bytes: bytes, path: "t.csv")
      #expect(table.header == ["image", "name", "score"])
      #expect(try table.column("name") == ["Müller", "x;y"])
      #expect(try table.doubles("score") == [0.5, 0.25])
    }
  }

  @Test func whatWasRecognisedIsSaid() throws {
    let plain = try Table(bytes: Array("a,b\n1,2\n".utf8), path: "t.csv")
    #expect(plain.formatNote == nil)
    let german = try Table(
      bytes: Array("a;b\n1,5;M".utf8) + [0xfc, 0x0a], path: "x/t.csv", format: TableFormat())
    #expect(
      german.formatNote == "The table 't.csv' was recognised as written with semicolons between "
        + "columns, decimal commas, Windows-1252, as it is not UTF-8.")
  }

  @Test func whatIsUncertainIsAsked() throws {
    let mixed = failure(Array("image;score\na;0,5\nb;1.234\n".utf8))
    #expect(mixed?.message.contains("after a comma on line 2 and after a point on line 3") == true)
    #expect(mixed?.hint?.contains("\"decimal\"") == true)
    let named = try Table(
      bytes: Array("image;score\na;0,5\nb;1,25\n".utf8), path: "t",
      format: TableFormat(decimal: .comma))
    #expect(try named.doubles("score") == [0.5, 1.25])
    let both = failure(Array("a,b;score\n1,2;3\n4,5;6\n".utf8))
    #expect(both?.message == "t.csv, line 1: columns may be separated by commas or semicolons")
    let quoted = failure(Array("image,score\na,\"0,5\"\n".utf8))
    #expect(quoted?.hint?.contains("\"decimal\": \",\"") == true)
    let half = failure(Array("name,score\nMüller,1\nM".utf8) + [0xfc] + Array(",1\n".utf8))
    #expect(half?.message == "t.csv: line 2 is UTF-8, but line 3 is not")
    let neither = failure(Array("name,score\nM".utf8) + [0x81] + Array(",1\n".utf8))
    #expect(neither?.message.contains("line 2: the text is neither UTF-8 nor Windows-1252") == true)
  }

  @Test func rowsOfSeparatorsAloneArePassedOverAndCounted() throws {
    for ending in [",,\n,,\n", ",\n,,", ",,\r\n,,\r\n"] {
      let table = try Table(
        bytes: Array(("image,name,score\na,x,1\n,,\nb,y,2\n" + ending).utf8), path: "t.csv")
      #expect(try table.column("image") == ["a", "b"] && table.lineNumber(ofRow: 1) == 4)
      #expect(
        table.formatNote == "3 rows of the table 't.csv' without any cell were passed over.")
    }
    // Quotes say that a cell is there and empty; a table of one column has no separators.
    let quoted = try Table(bytes: Array("a,b\n\"\",\n1,2\n".utf8), path: "t")
    #expect(try quoted.column("a") == ["", "1"] && quoted.formatNote == nil)
  }

  @Test func aColumnThatIsThereTwiceIsAFaultOnlyWhereItIsAskedFor() throws {
    let bytes = Array("a,x,b,x\n1,2,3,4\n".utf8)
    let table = try Table(bytes: bytes, path: "t.csv", keeping: ["a", "b"])
    #expect(try table.column("b") == ["3"])
    let failure = #expect(throws: AuditFailure.self) {
      try Table(bytes: bytes, path: "t.csv", keeping: ["a", "x"])
    }
    #expect(failure?.message == "t.csv, line 1: the column 'x' is there twice")
  }

  @Test(arguments: [
    ("[{\"image\": \"a\", \"score\": 1}]", "JSON"), ("{ \"image\": [1] }", "JSON"),
    ("\n <!DOCTYPE html><html>", "HTML or XML text"),
    ("<?xml version=\"1.0\"?>", "HTML or XML text"),
  ])
  func textThatIsNoTableIsNamed(text: String, kind: String) {
    let words = failure(Array(text.utf8))
    #expect(words?.message.contains("it is \(kind);") == true, "\(words?.message ?? "")")
    #expect(words?.hint != nil)
    // Brackets alone may be names of columns.
    #expect(failure(Array("[image],score\na,1\n".utf8)) == nil)
  }

  @Test func aNamedEncodingThatTheFileDoesNotHaveIsSaidAsItIs() throws {
    let named = TableFormat(encoding: .utf16)
    let utf8 = failure(Array("image,score\nMüller,1\n".utf8), format: named)
    #expect(
      utf8?.message == "t.csv is not in UTF-16, which its \"format\" names; it is UTF-8")
    #expect(utf8?.hint == "remove \"encoding\", which is recognised")
    let latin = failure(Array("image,score\nM".utf8) + [0xfc] + Array(",1\n".utf8), format: named)
    #expect(latin?.message == "t.csv is not in UTF-16, which its \"format\" names")
    // A head that ends within a character is UTF-8 all the same.
    let long = "image,score\n" + String(repeating: "ü,1\n", count: 30_000)
    #expect(failure(Array(long.utf8), format: named)?.message.hasSuffix("it is UTF-8") == true)
    for isBigEndian in [false, true] {
      let bytes = utf16("image,score\na,1\n", isBigEndian: isBigEndian, hasMark: false)
      #expect(try Table(bytes: bytes, path: "t", format: named).doubles("score") == [1])
    }
  }

  @Test func aNamedFormatIsKeptToEvenWhereAnotherWouldFit() throws {
    let text = Array("image,score;x\na,1;2\n".utf8)
    let commas = try Table(bytes: text, path: "t", format: TableFormat(separator: .comma))
    #expect(commas.header == ["image", "score;x"])
    let latin = Array("name,score\nM".utf8) + [0xfc] + Array(",1\n".utf8)
    let refused = failure(latin, format: TableFormat(encoding: .utf8))
    #expect(refused?.message == "t.csv, line 2: the text is not UTF-8; save the file as UTF-8")
    let smart = try Table(
      bytes: [0x61, 0x2c, 0x62, 0x0a, 0x93, 0x2c, 0x80, 0x0a], path: "t",
      format: TableFormat(encoding: .windows1252))
    #expect(try smart.column("a") == ["\u{201c}"] && smart.column("b") == ["€"])
    let wide = failure(
      utf16("image,score\na,1\n", isBigEndian: false, hasMark: true),
      format: TableFormat(encoding: .utf8))
    #expect(wide?.message.contains("is in UTF-16") == true)
  }

  @Test func aTSVWithCommasInItsCellsIsReadByTabs() throws {
    let table = try Table(bytes: Array("image\ta,b\nx\t1,2\n".utf8), path: "t.tsv")
    #expect(table.header == ["image", "a,b"])
  }

  @Test(
    arguments: [
      (Array("PAR1xxxx".utf8), "Parquet", "read_parquet('scores.bin')"),
      ([0x50, 0x4b, 0x03, 0x04, 0, 0], "spreadsheet", "read_excel('scores.bin', dtype=str)"),
      ([0xd0, 0xcf, 0x11, 0xe0, 0xa1], "spreadsheet", "CSV UTF-8"),
      ([0x28, 0xb5, 0x2f, 0xfd, 0], "zstd", "zstd -d"),
    ] as [([UInt8], String, String)])
  func otherKindsOfFileNameTheConversion(_ bytes: [UInt8], _ kind: String, _ remedy: String) {
    let failure = #expect(throws: AuditFailure.self) {
      try Table(bytes: bytes, path: "/data/scores.bin")
    }
    #expect(failure?.message.contains(kind) == true)
    #expect(failure?.hint?.contains(remedy) == true, "\(failure?.hint ?? "")")
  }

  @Test func brokenUTF16IsRefusedWithItsLine() {
    var bytes = utf16("a,score\nx,1\n", isBigEndian: false, hasMark: true)
    bytes += [0x00, 0xd8, 0x2c, 0x00]  // A high surrogate without its low one.
    #expect(
      failure(bytes)?.message == "t.csv, line 3: the text is not UTF-8; save the file as UTF-8")
  }
}
