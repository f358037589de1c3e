import Basics
import Tables
import Testing

@Suite struct JoiningTests {
  private func table(_ text: String, _ path: String = "t.csv") throws -> Table {
    try Table(bytes: Array(text.utf8), path: path)
  }

  @Test func columnsComeByEqualCellsAndAbsentPartnersAreEmpty() throws {
    let images = try table("id,s,n\na,1,0.5\nb,2,0.25\nc, 1 ,1\nd,9,\n")
    let people = try table("s,sex,age\n1,F,40\n2,Müller,50\n", "p.csv")
    let joined = try images.joined(
      with: people, on: [("s", "s")], adding: [("sex", "sex"), ("years", "age")])
    #expect(joined.alone == 1 && joined.differing.isEmpty)
    #expect(joined.table.header == ["id", "s", "n", "sex", "years"])
    #expect(try joined.table.column("sex") == ["F", "Müller", "F", ""])
    #expect(try joined.table.doubles("years") == [40, 50, 40, nil])
    #expect(try joined.table.doubles("n") == [0.5, 0.25, 1, nil])
    #expect(joined.table.lineNumber(ofRow: 3) == 5)
  }

  @Test func severalPartnersCountWhereTheyAgree() throws {
    let images = try table("id,s\na,1\nb,2\n")
    let stays = try table("s,race\n1,WHITE\n1,WHITE\n2,WHITE\n2,ASIAN\n", "a.csv")
    let joined = try images.joined(with: stays, on: [("s", "s")], adding: [("race", "race")])
    #expect(try joined.table.column("race") == ["WHITE", ""])
    #expect(joined.differing == ["race": 1])
  }

  @Test func severalKeysMustAllBeEqual() throws {
    let images = try table("id,p,s\na,1,7\nb,1,8\n")
    let labels = try table("p,s,y\n1,8,1\n2,7,0\n", "l.csv")
    let joined = try images.joined(
      with: labels, on: [("p", "p"), ("s", "s")], adding: [("y", "y")])
    #expect(try joined.table.column("y") == ["", "1"])
  }

  @Test func whatCannotBeJoinedIsRefused() throws {
    let images = try table("id,s\na,1\n")
    let people = try table("s,id\n2,x\n", "p.csv")
    let twice = #expect(throws: AuditFailure.self) {
      try images.joined(with: people, on: [("s", "s")], adding: [("id", "id")])
    }
    #expect(twice?.message == "t.csv and p.csv both have a column 'id'")
    let none = #expect(throws: AuditFailure.self) {
      try images.joined(with: people, on: [("s", "s")], adding: [("other", "id")])
    }
    #expect(none?.message == "no row of t.csv has a partner in p.csv with the same 's'")
  }
}
