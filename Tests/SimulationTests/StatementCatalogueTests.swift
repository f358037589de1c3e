import AuditModel
import Foundation
import Testing
import Vocabulary

@testable import audit_simulate

/// Every number and sentence of a report that chance can make false has a column in `docs/validity.md`.
struct StatementCatalogueTests {
  /// Places of the report's fields, by its published schema.
  private static func places() throws -> [String] {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let data = try Data(
      contentsOf: root.appending(path: "Sources/Reporting/Resources/report.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    var found: [String] = []
    func walk(_ node: [String: Any], _ place: String, _ depth: Int) {
      guard depth < 12 else { return }
      if let reference = node["$ref"] as? String {
        var target: Any? = schema
        for part in reference.split(separator: "/").dropFirst() {
          target = (target as? [String: Any])?[String(part)]
        }
        if let target = target as? [String: Any] { walk(target, place, depth + 1) }
        return
      }
      for choice in ["anyOf", "oneOf", "allOf"] {
        for part in node[choice] as? [[String: Any]] ?? [] { walk(part, place, depth + 1) }
      }
      if let items = node["items"] as? [String: Any] { walk(items, place + "[]", depth + 1) }
      let properties = node["properties"] as? [String: [String: Any]] ?? [:]
      for (name, part) in properties {
        walk(part, place.isEmpty ? name : "\(place).\(name)", depth + 1)
      }
      let isList = node["items"] != nil
      if properties.isEmpty, !isList { found.append(place) }
    }
    walk(schema, "", 0)
    return found.sorted()
  }

  @Test func everyStatementOfAReportHasAColumn() throws {
    let places = try Self.places()
    #expect(places.count > 300)
    for place in places where StatementCatalogue.isStatement(place) {
      #expect(StatementCatalogue.columns[place]?.isEmpty == false, "\(place) is simulated nowhere")
    }
    // What the report no longer has is no statement.
    for place in StatementCatalogue.columns.keys {
      #expect(places.contains(place), "\(place) is in no report")
    }
  }

  @Test func whatIsNoStatementIsNotAskedFor() {
    #expect(StatementCatalogue.isStatement("comparisons[].pAdjusted"))
    #expect(StatementCatalogue.isStatement("subgroups[].brierInterval.upper"))
    #expect(!StatementCatalogue.isStatement("subgroups[].positives"))
    #expect(!StatementCatalogue.isStatement("policy.limits[].atMost"))
  }

  @Test func everyColumnIsOfSomething() {
    let used = StatementCatalogue.columns.values.flatMap { $0 }
    let gates = ValidityGate.all.map(StatementCatalogue.column)
    for kind in Alone.allCases { #expect(used.contains(.alone(kind)), "\(kind.title)") }
    // Changes are told by `audit compare`, which has a page of its own.
    for claim in Claim.allCases where claim != .change {
      #expect((used + gates).contains(.together(claim)), "\(claim.title)")
    }
    for kind in TwinWorld.Statement.allCases {
      #expect(used.contains(.twins(kind)), "\(kind.title)")
    }
  }

  @Test func everyGateThatChanceDecidesHasAWorld() {
    for gate in ValidityGate.all where StatementCatalogue.column(of: gate) == .gates {
      // G10 has the worlds of twins.
      #expect(
        gate == .transfer || GateWorld.all.contains { $0.gate == gate },
        "\(gate.id) has no world")
    }
  }

  @Test func worldsHaveNamesOfTheirOwn() {
    // Names are the seeds of draws.
    let names =
      Scene.all.map(\.name) + GateWorld.all.map(\.name) + TwinWorld.all.map(\.name)
      + PowerScene.all.map(\.name) + RequiredWorld.all.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
