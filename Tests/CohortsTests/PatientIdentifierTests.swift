import AuditModel
import Cohorts
import Testing

/// The unit of inference is never merged or split without a word.
@Suite struct PatientIdentifierTests {
  private func real(_ patient: String) -> String {
    "\"columns\": { \"image\": \"i\", \"patient\": \(patient), \"sex\": \"s\", \"labels\": { \"Effusion\": \"y\" } }"
  }

  private func table(_ patients: [String], sexes: [String] = []) -> String {
    "i,p,s,y\n"
      + patients.enumerated().map { index, patient in
        "\(index).png,\(patient),\(index < sexes.count ? sexes[index] : "F"),\(index % 2)\n"
      }.joined()
  }

  @Test(arguments: [
    (["0", "00000000", "1", "00000001"], "'0' (line 2) and '00000000' (line 3)"),
    (["7", "8", "7.0"], "'7' (line 2) and '7.0' (line 4)"),
    (["ab1", "AB1"], "'ab1' (line 2) and 'AB1' (line 3)"),
  ])
  func twoSpellingsOfOnePatientAreRefused(_ patients: [String], _ words: String) throws {
    let failure = realTableFailure(table(patients), real: real("\"p\""))
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "accepted")")
    #expect(failure?.hint?.contains("\"ids\": \"number\"") == true)
    let text = try readRealTable(
      table(patients), real: real("{ \"column\": \"p\", \"ids\": \"text\" }"))
    #expect(Set(text.cases.map(\.patient)).count == patients.count)
  }

  @Test func numbersAreOnePatientWhereTheSpecSaysSo() throws {
    let cohort = try readRealTable(
      table(["0", "00000000", "1", "1.0"]), real: real("{ \"column\": \"p\", \"ids\": \"number\" }")
    )
    #expect(cohort.cases.map(\.patient) == ["0", "0", "1", "1"])
    #expect(cohort.notes.contains { $0.contains("4 spellings are 2 patients") })
  }

  @Test func numbersThatASpreadsheetShortenedAreRefused() throws {
    let patients = ["1.23450E+11", "1.23450E+11", "1.23460E+11"]
    let failure = realTableFailure(table(patients), real: real("\"p\""))
    #expect(failure?.message.contains("line 2, column 'p'") == true)
    #expect(failure?.message.contains("3 rows have only 2 such patients") == true)
    // Identifiers of letters and digits are none of a spreadsheet's numbers.
    #expect(realTableFailure(table(["12e45", "1e7", "2.5e3x"]), real: real("\"p\"")) == nil)
    #expect(
      realTableFailure(table(patients), real: real("{ \"column\": \"p\", \"ids\": \"text\" }"))
        == nil)
  }

  @Test func patientsWithTwoSexesAreNamedAndCounted() throws {
    let two = try readRealTable(
      table(["a", "a", "b", "b", "c"], sexes: ["F", "M", "F", "female", "M"]), real: real("\"p\""))
    #expect(two.cautions.count == 1)
    #expect(two.cautions.first?.hasPrefix("One patient has more than one sex ('a')") == true)
    let many = try readRealTable(
      table(["a", "a", "b", "b", "c"], sexes: ["F", "M", "F", "M", "M"]), real: real("\"p\""))
    #expect(
      many.cautions.first?.hasPrefix("2 of 3 patients have more than one sex ('a', 'b')") == true)
    let one = try readRealTable(table(["a", "a"], sexes: ["F", ""]), real: real("\"p\""))
    #expect(one.cautions.isEmpty)
  }

  @Test func spacesAroundAPatientDoNotSplitIt() throws {
    let cohort = try readRealTable(table(["a", " a", "a "]), real: real("\"p\""))
    #expect(Set(cohort.cases.map(\.patient)) == ["a"])
  }

  @Test func aPatientStandsInAPath() throws {
    let cohort = try readRealTable(
      table(["train/patient1/study1", "train/patient1/study2", "train/patient2/study1"]),
      real: real("{ \"column\": \"p\", \"component\": 2 }"))
    #expect(cohort.cases.map(\.patient) == ["patient1", "patient1", "patient2"])
    let short = realTableFailure(
      table(["train"]), real: real("{ \"column\": \"p\", \"component\": 2 }"))
    #expect(short?.message.contains("the patient is missing") == true)
  }
}
