import AuditModel
import Cohorts
import Testing

/// Several rows of one image become one by a rule with a name, or are refused.
@Suite struct RowFoldingTests {
  private func real(_ fold: String) -> String {
    fold
      + "\"columns\": { \"image\": \"i\", \"patient\": \"p\", \"sex\": \"s\", \"labels\": { \"Effusion\": \"y\" } }"
  }

  private let table = """
    i,p,s,y,rad
    a,1,F,1,R1
    a,1,F,0,R2
    b,2,M,0,R1
    a,1,F,0,R3
    b,2,M,,R2

    """

  @Test(
    arguments: [
      ("any", [true, false]), ("all", [false, false]), ("majority", [false, false]),
    ] as [(String, [Bool])])
  func theRuleDecides(_ rule: String, _ labels: [Bool]) throws {
    let cohort = try readRealTable(table, real: real("\"fold\": \"\(rule)\", "))
    #expect(cohort.cases.map(\.image) == ["a", "b"])
    #expect(cohort.cases.map { $0.labels[0] } == labels)
    #expect(
      cohort.notes.contains { $0.contains("5 rows of the real table were folded into 2 images") })
  }

  @Test func boxesOfOneReaderAreOneVote() throws {
    let boxes = "i,p,s,y,rad\na,1,F,1,R1\na,1,F,1,R1\na,1,F,1,R1\na,1,F,0,R2\na,1,F,0,R3\n"
    let plain = try readRealTable(boxes, real: real("\"fold\": \"majority\", "))
    #expect(plain.cases[0].labels == [true])
    let readers = try readRealTable(
      boxes, real: real("\"fold\": { \"rule\": \"majority\", \"reader\": \"rad\" }, "))
    #expect(readers.cases[0].labels == [false])
  }

  @Test func aTieOfReadersIsUnknown() throws {
    let tie = "i,p,s,y\na,1,F,1\na,1,F,0\n"
    #expect(try readRealTable(tie, real: real("\"fold\": \"majority\", ")).cases[0].labels == [nil])
  }

  @Test func withoutARuleASecondRowIsRefusedAndTheRuleNamed() {
    let failure = realTableFailure(table, real: real(""))
    #expect(failure?.message.hasSuffix("line 3: image 'a' was already on line 2") == true)
    #expect(failure?.hint?.contains("\"fold\"") == true)
  }

  @Test func rowsThatContradictEachOtherAreRefused() {
    let failure = realTableFailure(
      "i,p,s,y\na,1,F,1\na,1,M,1\n", real: real("\"fold\": \"any\", "))
    #expect(failure?.message.hasSuffix("line 3: image 'a' has another 's' than on line 2") == true)
  }
}
