import AuditModel
import Basics
import Cohorts
import Foundation
import Images
import Randomness
import Testing
import Vocabulary
import Workbench

/// A second generator: it draws a habitus and a tube voltage, which nothing in the program names.
private struct HabitusGenerator: RadiographGenerator {
  let name = "habitus-generator 1"
  let options = ["steps": "2", "guidance": "1.0"]
  let hashes = ["dit": "1111"]
  let card = GeneratorCard(
    caption: AttributeCaption(forms: [
      .init(attribute: "habitus", text: "habitus {value}"),
      .init(attribute: "voltage", text: "voltage {value} kV"),
    ]),
    support: GeneratorSupport(attributes: [
      "habitus": .values(["slim", "broad"]), "voltage": .range(60, 125),
    ]), resolution: 32)

  mutating func prepare(prompts: [String]) throws -> [String] { [] }

  func render(_ jobs: [RenderJob], step: (Int, Int) throws -> Void) throws -> [RasterImage] {
    try step(1, 1)
    return jobs.map { job in
      var stream = RandomStream(seed: job.seed, path: job.noisePath)
      let brightness = job.prompt.contains("habitus broad") ? 140 : 110
      return RasterImage(
        width: 32, height: 32, channels: 1,
        bytes: (0..<1024).map { _ in UInt8(clamping: brightness + Int(stream.normal() * 30)) })
    }
  }
}

/// An audit over two invented attributes with their intersection, and a rebalancing set made by them.
@Suite struct InventedAttributeTests {
  private let root = NSTemporaryDirectory() + "invented-" + UUID().uuidString

  /// Real scores tell broad patients under high voltage apart by chance alone, and all others well.
  private func write(attribute: String = "habitus") throws -> String {
    try createFolder(at: root)
    var real = "image,patient,build,kvp,payer,y,s\n"
    var training = "image,build,kvp,Effusion\n"
    var stream = RandomStream(seed: 1, path: ["invented"])
    for index in 0..<480 {
      let isBroad = index % 2 == 0
      let isHigh = index / 2 % 2 == 0
      let isPositive = index / 4 % 2 == 0
      let shift = isPositive && !(isBroad && isHigh) ? 2.5 : 0.0
      let build = isBroad ? ["Broad", "broad", "BROAD"][index % 3] : "slim"
      let payer = index % 5 == 0 ? "unknown" : index % 3 == 0 ? "Public" : "private"
      let score = 1 / (1 + exp(-(stream.normal() + shift)))
      real +=
        "i\(index),p\(index),\(build),\(isHigh ? 110 : 70),\(payer),\(isPositive ? 1 : 0),\(score)\n"
      training += "t\(index),\(isBroad ? "BROAD" : "Slim"),\(isHigh ? 120 : 65),\(index % 2)\n"
    }
    try writeAtomically(real, to: root + "/real.csv")
    try writeAtomically(training, to: root + "/train.csv")
    let text = """
      { "schema": "audit-spec/1", "name": "invented", "classifiers": [{ "name": "m" }],
        "cohort": { "generator": { "model": "builtin:chexgen-mini" },
          "findings": { "Effusion": { "positive": ["Effusion."], "negative": ["Clear."] } },
          "attributes": { "\(attribute)": ["slim", "broad"], "voltage": [70, 110] },
          "baseCases": 2, "seed": 5 },
        "real": { "table": "real.csv", "columns": { "image": "image", "patient": "patient",
          "attributes": { "\(attribute)": "build", "voltage": "kvp", "insurance": "payer" },
          "labels": { "Effusion": "y" }, "scores": { "m": { "Effusion": "s" } } } },
        "analysis": { "groups": { "voltage": { "edges": [60, 100] } },
          "intersections": [["\(attribute)", "voltage"]], "replicates": 500 },
        "rebalance": { "trainingTable": "train.csv", "strategy": "gapWeighted", "metrics": ["auc"],
          "budget": 8, "attempts": 1, "formats": ["huggingface"],
          "columns": { "attributes": { "\(attribute)": "build", "voltage": "kvp" },
            "labels": { "Effusion": "Effusion" } } } }
      """
    try writeAtomically(text, to: root + "/spec.json")
    return root + "/spec.json"
  }

  private let make: GeneratorMaker = { _, _ in HabitusGenerator() }

  @Test func everyStageTakesThemByOnePath() throws {
    let specification = try write()
    defer { try? FileManager.default.removeItem(atPath: root) }
    var planning = PlanUseCase()
    planning.makeGenerator = make
    let plan = try planning.run(
      specificationPath: specification, reports: root + "/reports", context: RunContext())
    #expect(plan.arms == ["slim-70", "slim-110", "broad-70", "broad-110"])
    #expect(plan.detectable.contains { $0.attribute == "habitus*voltage" })
    #expect(plan.detectable.contains { $0.attribute == "insurance" })

    let outcome = try RunUseCase(
      specificationPath: specification, reports: root + "/reports", makeGenerator: make
    ).run(context: RunContext())
    let folder = root + "/reports/invented"
    let report = try decodeReport(folder)
    let crossed = try #require(
      outcome.verdicts.first { $0.attribute == "habitus*voltage" })
    #expect(crossed.verdict == .flagged)
    let groups = Set(report.subgroups.filter { $0.attribute == "insurance" }.map(\.group))
    #expect(groups == ["Public", "private"])

    let cells = try #require(report.rebalancing?.cells)
    #expect(cells.reduce(0) { $0 + $1.add } == 8)
    #expect(
      cells.filter { $0.add > 0 }.contains {
        $0.groups["habitus"] == "broad" && $0.groups["voltage"] == "100+"
      })
    let manifest = try String(contentsOfFile: folder + "/cohort/manifest.csv", encoding: .utf8)
    #expect(manifest.contains(",habitus,voltage"))
    #expect(manifest.contains("\"habitus broad, voltage 110 kV. Effusion.\""))
    let exported = try String(
      contentsOfFile: folder + "/rebalancing/huggingface/train/metadata.csv", encoding: .utf8)
    #expect(exported.contains("habitus broad, voltage 1"))

    let checks = try VerifyUseCase(makeGenerator: make).run(folder: folder, context: RunContext())
    let redrawn = try #require(checks.first { $0.subject == "redrawn images" })
    #expect(redrawn.status == .same, "\(redrawn.detail)")
  }

  @Test func anAttributeThatTheCardDoesNotDrawIsRefusedBeforeTheFirstImage() throws {
    let specification = try write(attribute: "habitsu")
    defer { try? FileManager.default.removeItem(atPath: root) }
    let failure = #expect(throws: AuditFailure.self) {
      try RunUseCase(
        specificationPath: specification, reports: root + "/reports", makeGenerator: make
      ).run(context: RunContext())
    }
    #expect(failure?.message.contains("draws no 'habitsu'") == true)
    #expect(failure?.hint == "did you mean 'habitus'?")
    var planning = PlanUseCase()
    planning.makeGenerator = make
    let planned = #expect(throws: AuditFailure.self) {
      try planning.run(
        specificationPath: specification, reports: root + "/plans", context: RunContext())
    }
    #expect(planned?.message.contains("draws no 'habitsu'") == true)
    #expect(planned?.hint == "did you mean 'habitus'?")
  }

  private func decodeReport(_ folder: String) throws -> AuditReport {
    try JSONDecoder().decode(
      AuditReport.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/report.json")))
  }
}
