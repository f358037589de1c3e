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
}
