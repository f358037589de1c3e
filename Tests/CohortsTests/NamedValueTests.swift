import Cohorts
import Testing

/// What a spec names and no row has is refused with what the table has in its place.
@Suite struct NamedValueTests {
  private func failure(
    _ cells: [String], labels: String, where rule: String = ""
  ) -> (message: String, hint: String)? {
    let rows = cells.enumerated().map { index, cell in
      "i\(index).png,p\(index),\(cell),\(index % 2 == 0 ? "test" : "train")\n"
    }
    let columns =
      "\"columns\": { \"image\": \"image\", \"patient\": \"patient\", \"labels\": \(labels) }"
    return realTableFailure(
      "image,patient,found,split\n" + rows.joined(), real: columns + rule
    ).map { ($0.message, $0.hint ?? "") }
  }

  private let list =
    "{ \"from\": \"found\", \"separator\": \"|\", \"findings\": [\"Effusion\", \"Mass\"] }"

  @Test func aListedFindingThatNoCellNamesIsRefused() throws {
    #expect(failure(["Effusion|Mass", "Nodule"], labels: list) == nil)
    let absent = try #require(failure(["Effusion", "Nodule"], labels: list))
    #expect(absent.message.contains("names 'Mass', which the spec lists"))
    #expect(absent.hint.contains("'effusion', 'nodule'"))
    let near = try #require(failure(["Effusion", "Masss"], labels: list))
    #expect(near.message.contains("names 'Mass', but some name 'masss'"))
  }

  @Test func aSynonymOrAWordForNoFindingIsCheckedLikewise() throws {
    func labels(_ more: String) -> String { list.replacing("] }", with: "], \(more) }") }
    let cells = ["Effusion|Mass", "pleural efusion", "normall"]
    let synonym = try #require(
      failure(cells, labels: labels("\"synonyms\": { \"Effusion\": [\"pleural effusion\"] }")))
    #expect(
      synonym.message.contains("has 'pleural effusion'")
        && synonym.message.contains("'pleural efusion'"))
    let none = try #require(failure(cells, labels: labels("\"noFinding\": [\"normal\"]")))
    #expect(none.message.contains("has 'normal'") && none.message.contains("'normall'"))
    // A name that this table does not need is no fault: other tables of the archive have it.
    #expect(failure(["Effusion|Mass"], labels: labels("\"noFinding\": [\"normal\"]")) == nil)
  }

  @Test func aValueOfWhereThatNoRowHasIsRefused() throws {
    func message(_ rule: String) -> (message: String, hint: String)? {
      failure(
        ["Effusion|Mass", "Effusion"], labels: list, where: ", \"where\": { \"split\": \(rule) }")
    }
    let misspelt = try #require(message("\"tset\""))
    #expect(misspelt.message.contains("no row has 'tset' in the column 'split'"))
    #expect(misspelt.hint.contains("did you mean 'test'?"))
    #expect(message("[\"test\", \"trian\"]")?.hint.contains("did you mean 'train'?") == true)
    // A preset names what some tables of its kind have.
    #expect(message("[\"test\", \"held out\"]") == nil)
    #expect(message("[\"held out\"]")?.hint.contains("'test', 'train'") == true)
  }

  private func labels(_ values: String) -> String {
    "{ \"Effusion\": { \"column\": \"found\", \"values\": { \(values) } } }"
  }

  @Test func aLabelValueLikeACellThatHasAnotherMeaningIsRefused() throws {
    // Without the refusal every 'present' would be negative.
    let misspelt = try #require(
      failure(
        ["present", "absent"], labels: labels("\"presnet\": \"positive\", \"*\": \"negative\"")))
    #expect(misspelt.message.contains("no row has 'presnet' in the column 'found'"))
    #expect(misspelt.hint.contains("did you mean 'present'?"))
    let spelling = try #require(
      failure(["y", "n"], labels: labels("\"Y\": \"positive\", \"*\": \"negative\"")))
    #expect(spelling.hint.contains("did you mean 'y'?"))
    let right = labels("\"present\": \"positive\", \"*\": \"negative\"")
    #expect(failure(["present", "absent"], labels: right) == nil)
  }

  @Test func aLabelValueThatTheTableMerelyLacksIsTold() throws {
    let rule = labels("\"1\": \"positive\", \"0\": \"negative\", \"-1\": \"leave out\"")
    let table = "image,patient,found\na,a,1.0\nb,b,0.0\n"
    let columns =
      "\"columns\": { \"image\": \"image\", \"patient\": \"patient\", \"labels\": \(rule) }"
    let cohort = try readRealTable(table, real: columns)
    #expect(
      cohort.notes == [
        "No row of the real table has '-1' in the column 'found', which real.columns.labels names."
      ])
    // One-digit codes are all alike, so that none is taken for another.
    let other = labels("\"4\": \"positive\", \"*\": \"negative\"")
    #expect(failure(["3", "1"], labels: other) == nil)
  }

  @Test func allAbsentNamesAreGatheredAtOnce() throws {
    var absent = AbsentNames()
    _ = try readRealTable(
      "image,patient,found,other,split\na,a,present,yess,test\nb,b,absent,no,train\n",
      real: """
        "columns": { "image": "image", "patient": "patient", "labels": {
          "Effusion": { "column": "found", "values": { "presnet": "positive", "*": "negative" } },
          "Mass": { "column": "other", "values": { "yes": "positive", "*": "negative" } } } },
        "where": { "split": "tset" }
        """, absent: &absent)
    #expect(absent.rows.map(\.hint) == ["did you mean 'test'?"])
    #expect(
      absent.labels.map(\.hint) == ["did you mean 'present'?", "did you mean 'yess'?"])
    var listed = AbsentNames()
    _ = try readRealTable(
      "image,patient,found\na,a,Efusion|Masss\nb,b,normall\n",
      real: """
        "columns": { "image": "image", "patient": "patient",
          "labels": \(list.replacing("] }", with: "], \"noFinding\": [\"normal\"] }")) }
        """, absent: &listed)
    #expect(listed.rows.isEmpty && listed.labels.count == 3)
  }

  @Test func aValueOfWhereThatTheTableMerelyLacksIsTold() throws {
    let columns = """
      "columns": { "image": "i", "patient": "p", "labels": { "Effusion": "y" } },
      "where": { "split": ["test", "held out"] }
      """
    let cohort = try readRealTable("i,p,y,split\na,a,1,test\nb,b,0,test\n", real: columns)
    #expect(
      cohort.notes == [
        "No row of the real table has 'held out' in the column 'split', which real.where names."
      ])
  }
}
