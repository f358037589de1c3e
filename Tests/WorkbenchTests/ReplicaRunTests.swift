import AuditModel
import Foundation
import Images
import Tables
import Testing
import Workbench

/// The replica design from the table of real cases to the report.
@Suite struct ReplicaRunTests {
  private func folder() throws -> String {
    let root = NSTemporaryDirectory() + "replica-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: root + "/images", withIntermediateDirectories: true)
    // Scores from the checksum of the identifier: arbitrary, but the same in every run.
    let script = """
      #!/bin/sh
      while read -r line; do
        id=$(printf '%s' "$line" | sed 's/.*"id" *: *"\\([^"]*\\)".*/\\1/; s/\\\\\\//\\//g')
        sum=$(printf '%s' "$id" | cksum | cut -d' ' -f1)
        printf '{"id": "%s", "scores": {"Effusion": 0.%03d}}\\n' "$id" "$((sum % 1000))"
      done
      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: root + "/classify.sh"))
    var table = "image,patient,sex,age,effusion\n"
    for index in 0..<96 {
      table += "\(index).png,p\(index / 2),\(index % 4 < 2 ? "F" : "M"),"
      table += "\(index % 3 * 25 + 20),\(index % 2)\n"
      let picture = URL(fileURLWithPath: root + "/images/\(index).png")
      let gray = RasterImage(
        width: 8, height: 8, channels: 1, bytes: [UInt8](repeating: 90, count: 64))
      try Data(try encodePNG(gray)).write(to: picture)
    }
    try Data(table.utf8).write(to: URL(fileURLWithPath: root + "/real.csv"))
    let spec = """
      {
        "schema": "audit-spec/1", "name": "twins",
        "classifiers": [{ "name": "shell", "command": ["/bin/sh", "classify.sh"] }],
        "cohort": {
          "design": "replica",
          "findings": { "Effusion": { "positive": ["Moderate effusion."], "negative": ["Clear lungs."] } }
        },
        "real": { "table": "real.csv", "images": "images",
          "columns": { "image": "image", "patient": "patient", "sex": "sex", "age": "age",
            "labels": { "Effusion": "effusion" } } },
        "analysis": { "groups": { "sex": ["F", "M"], "age": { "edges": [0, 40, 60] } },
          "replicates": 200 }
      }
      """
    try Data(spec.utf8).write(to: URL(fileURLWithPath: root + "/spec.json"))
    return root
  }

  @Test func everyRealCaseGetsATwinAndTheReportComparesThem() throws {
    let root = try folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    let useCase = RunUseCase(
      specificationPath: root + "/spec.json", reports: root + "/reports",
      makeGenerator: { _, _ in PatternGenerator() })
    _ = try useCase.run(context: RunContext())
    let report = root + "/reports/twins"
    let manifest = try Table(contentsOf: report + "/cohort/manifest.csv")
    #expect(manifest.rowCount == 96)
    #expect(try manifest.column("prompt")[0] == "sex:Female, age:20.0. Clear lungs.")
    #expect(try manifest.column("prompt")[3] == "sex:Male, age:20.0. Moderate effusion.")
    let found = try JSONDecoder().decode(
      AuditReport.self, from: Data(contentsOf: URL(fileURLWithPath: report + "/report.json")))
    let replica = try #require(found.replica)
    #expect(replica.agreements.contains { $0.metric == "auc" && $0.attribute == "all attributes" })
    #expect(replica.groups.filter { $0.metric == "auc" }.count == 5)
    #expect(replica.gaps.contains { $0.attribute == "sex" && $0.metric == "auc" })
    #expect(found.gates.contains { $0.id == "G10" && $0.name.contains("Twins") })
    #expect(found.cohorts.map(\.clusterUnit) == ["patients", "patients"])
    // The twins of a patient are one cluster with its real images.
    #expect(found.cohorts.map(\.clusters) == [48, 48])
    let markdown = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: report + "/report.md")), as: UTF8.self)
    #expect(markdown.contains("Twins and real cases") && markdown.contains("r alone misleads"))
    let csv = try Table(contentsOf: report + "/tables/replica-agreement.csv")
    #expect(csv.rowCount == replica.agreements.count)
  }
}
