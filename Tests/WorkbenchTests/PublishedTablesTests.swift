import AuditModel
import Foundation
import Testing
import Workbench

/// Subgroup tables of several models from their per-image scores, as a user asks for them.
@Suite struct PublishedTablesTests {
  private struct Row {
    var sex: String
    var age: Int
    var isPositive: Bool
    /// In ten-thousandths, as text of the table.
    var scores: [Int]
  }

  private static let thresholds = [4100, 3975, 5002, 2999, 6120]

  /// Deterministic rows with ties at the thresholds themselves.
  private static let rows: [Row] = (0..<900).map { index in
    let isPositive = index * 7 % 5 < 2
    return Row(
      sex: index % 3 == 0 ? "F" : "M", age: index * 37 % 95, isPositive: isPositive,
      scores: thresholds.indices.map { model in
        index % 50 == model
          ? thresholds[model] : (index * (7919 + 131 * model) + (isPositive ? 2500 : 0)) % 10_000
      })
  }

  private func report() throws -> AuditReport {
    let root = NSTemporaryDirectory() + "published-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    var table = "image,patient,sex,age,y,m0,m1,m2,m3,m4\n"
    for (index, row) in Self.rows.enumerated() {
      table += "\(index).png,p\(index / 2),\(row.sex),\(row.age),\(row.isPositive ? 1 : 0)"
      for score in row.scores {
        let digits = String(score)
        table += ",0." + String(repeating: "0", count: 4 - digits.count) + digits
      }
      table += "\n"
    }
    try Data(table.utf8).write(to: URL(fileURLWithPath: root + "/scores.csv"))
    let names = Self.thresholds.indices
    let spec = """
      {
        "schema": "audit-spec/1", "name": "published",
        "classifiers": [\(names.map { "{ \"name\": \"model-\($0)\" }" }.joined(separator: ", "))],
        "real": {
          "table": "scores.csv",
          "columns": { "image": "image", "patient": "patient", "sex": "sex", "age": "age",
            "labels": { "No Finding": "y" },
            "scores": { \(names.map { "\"model-\($0)\": { \"No Finding\": \"m\($0)\" }" }
              .joined(separator: ", ")) } }
        },
        "analysis": {
          "groups": { "sex": ["M", "F"], "age": { "edges": [0, 20, 40, 60, 80] } },
          "intersections": [["sex", "age"]], "replicates": 200,
          "thresholds": { "No Finding": { "classifiers": { \(names.map {
            "\"model-\($0)\": 0.\(Self.thresholds[$0])" }.joined(separator: ", ")) } } }
        }
      }
      """
    try Data(spec.utf8).write(to: URL(fileURLWithPath: root + "/spec.json"))
    _ = try RunUseCase(specificationPath: root + "/spec.json", reports: root + "/reports").run(
      context: RunContext())
    let path = root + "/reports/published/report.json"
    return try JSONDecoder().decode(
      AuditReport.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Counts exact, rates to the last bit of a division.
  @Test func everyCellOfTheTablesIsRight() throws {
    let report = try report()
    #expect(report.plan.thresholds["model-2/No Finding"]?.value == 0.5002)
    var cells = 0
    for row in report.overall + report.subgroups {
      let model = try #require(Int(row.classifier.suffix(1)))
      let members = Self.rows.filter { member in
        let parts = row.group.split(separator: "*").map(String.init)
        let bin = min(4, member.age / 20)
        let age = ["0-19", "20-39", "40-59", "60-79", "80+"][bin]
        return switch row.attribute {
        case "sex": row.group == member.sex
        case "age": row.group == age
        case "sex*age": parts == [member.sex, age]
        default: true
        }
      }
      let (sick, healthy) = (members.filter { !$0.isPositive }, members.filter(\.isPositive))
      let called = { (rows: [Row]) in
        rows.count { $0.scores[model] >= Self.thresholds[model] }
      }
      #expect(row.positives == healthy.count && row.negatives == sick.count)
      #expect(row.truePositives == called(healthy) && row.falsePositives == called(sick))
      let falsePositiveRate = Double(called(sick)) / Double(sick.count)
      let falseNegativeRate = 1 - Double(called(healthy)) / Double(healthy.count)
      #expect(abs((row.falsePositiveRate?.estimate ?? .nan) - falsePositiveRate) < 1e-12)
      #expect(abs((row.falseNegativeRate?.estimate ?? .nan) - falseNegativeRate) < 1e-12)
      // Underdiagnosis: the sick who are called healthy.
      #expect(row.underdiagnosisRate == row.falsePositiveRate)
      cells += 1
    }
    // Overall, 2 sexes, 5 ages and 10 intersections of five models.
    #expect(cells == 5 * (1 + 2 + 5 + 10))
  }
}
