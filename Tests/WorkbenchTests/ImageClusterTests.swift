import AuditModel
import Basics
import Foundation
import Testing
import Workbench

/// What is counted has the name of what is counted.
@Suite struct ImageClusterTests {
  @Test func anAnalysisByImageCountsImagesAndNamesThePatients() throws {
    let folder = NSTemporaryDirectory() + "image-cluster-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try ReuseScene.tables.write(to: folder)
    func cohort() throws -> CohortRecord {
      try ReuseScene.tables.run(in: folder)
      let report = try JSONDecoder().decode(
        AuditReport.self, from: Data(try readBytes(of: folder + "/reports/t/report.json")))
      return try #require(report.cohorts.first)
    }
    let byPatient = try cohort()
    #expect(byPatient.clusterUnit == "patients" && byPatient.clusters < byPatient.images)
    let path = folder + "/" + ReuseScene.specificationName
    let change = SpecificationChange(.tables, "analysis.cluster", "\"image\"")
    try writeAtomically(try change.applied(to: try readBytes(of: path)), to: path)
    let byImage = try cohort()
    #expect(byImage.clusterUnit == "images" && byImage.clusters == byImage.images)
    #expect(byImage.description.contains("of \(byPatient.clusters) patients"))
  }
}
