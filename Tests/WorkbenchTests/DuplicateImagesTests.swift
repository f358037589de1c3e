import AuditStore
import Testing

@testable import Workbench

@Suite struct DuplicateImagesTests {
  private func cases(_ files: [(patient: String, bytes: String?)]) -> [StoredCase] {
    files.enumerated().map { index, file in
      var item = StoredCase(cohort: .real, name: "i\(index)", cluster: file.patient)
      item.id = Int64(index)
      item.sha256 = file.bytes
      return item
    }
  }

  @Test func copiesUnderOtherPatientsAreCountedAndNamed() throws {
    let told = try #require(
      DuplicateImages.caution(
        cases([("a", "1"), ("b", "2"), ("c", "2"), ("d", "3"), ("e", "3"), ("e", "3")]),
        byPatient: true))
    #expect(told.hasPrefix("5 of 6 real images hold byte for byte"))
    #expect(told.contains("of another patient") && told.contains("'i1' and 'i2' first"))
    let byImage = DuplicateImages.caution(cases([("a", "1"), ("b", "1")]), byPatient: false)
    #expect(byImage?.contains("of another name") == true)
  }

  @Test func copiesOfOnePatientAndFilesThatNobodyReadAreNone() {
    // Images of one patient are not taken as independent anyway.
    #expect(
      DuplicateImages.caution(cases([("a", "1"), ("a", "1"), ("b", "2")]), byPatient: true) == nil)
    #expect(DuplicateImages.caution(cases([("a", nil), ("b", nil)]), byPatient: true) == nil)
  }
}
