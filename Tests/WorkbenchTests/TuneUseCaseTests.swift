import AuditModel
import Basics
import Cohorts
import Foundation
import Images
import Randomness
import Testing
import Vocabulary

@testable import Workbench

/// Arms that share as much of their noise as their strength says, of ten steps.
private struct StrengthGenerator: RadiographGenerator {
  var name = "strength-generator 1"
  var options = ["steps": "10", "guidance": "3.0"]
  var hashes = ["dit": "0000"]
  var trunk = 0
  var nearness = 1.0

  var usesAnchors: Bool { trunk > 0 }
  let card = GeneratorCard(caption: .chexgen)
  mutating func prepare(prompts: [String]) throws -> [String] { [] }

  func adopting(_ strength: CounterfactualStrength) -> (any RadiographGenerator)? {
    var copy = self
    copy.trunk = strength.trunkSteps
    copy.nearness = (strength.frozenFindingTokens ? 0.9 : 1) * (strength.guidance == nil ? 1 : 0.8)
    return copy
  }

  func networkRows(arms: Int) -> Int? { 2 * trunk + 2 * arms * (10 - trunk) }

  func render(_ jobs: [RenderJob], step: (Int, Int) throws -> Void) throws -> [RasterImage] {
    jobs.map { job in
      var shared = RandomStream(seed: job.seed, path: job.noisePath)
      var own = RandomStream(seed: job.seed, path: job.noisePath + [job.prompt])
      let part = nearness * Double(10 - trunk) / 20
      let bytes = (0..<32 * 32).map { _ in
        UInt8(clamping: Int(120 + 40 * ((1 - part) * shared.normal() + part * own.normal())))
      }
      return RasterImage(width: 32, height: 32, channels: 1, bytes: bytes)
    }
  }
}

@Suite struct TuneUseCaseTests {
  /// A reader that sees sex up to a trunk of five of ten steps and under full guidance, and never race.
  private func tuned(_ folder: AuditFolder) throws -> StrengthTuning {
    let script = """
      #!/bin/sh
      while read -r line; do
        id=$(printf '%s' "$line" | sed 's/.*"id" *: *"\\([^"]*\\)".*/\\1/; s/\\\\\\//\\//g')
        trunk=$(printf '%s' "$id" | cut -d/ -f3)
        case "$id" in *[Ff]emale*) sex=0.9 ;; *) sex=0.1 ;; esac
        if [ "${trunk%%-*}" -gt 5 ]; then sex=0.5; fi
        case "$trunk" in *attribute*) sex=0.5 ;; esac
        printf '{"id": "%s", "scores": {"sex:Female": %s, "sex:Male": null, "race:White": 0.5, "race:Black": null}}\\n' "$id" "$sex"
      done
      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: folder.root + "/predict.sh"))
    let text = try String(contentsOfFile: folder.specificationPath, encoding: .utf8)
    if !text.contains("attributePredictors") {
      try Data(
        text.replacingOccurrences(
          of: "\"cohort\": {",
          with: """
            "attributePredictors": [{ "name": "reader", "command": ["/bin/sh", "predict.sh"] }],
            "cohort": {
            """
        ).utf8
      ).write(to: URL(fileURLWithPath: folder.specificationPath))
    }
    return try TuneUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports,
      makeGenerator: { _, _ in StrengthGenerator() }
    ).run(context: RunContext())
  }

  @Test func theNearestArmsThatStillDifferAreChosenAndKept() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    let tuning = try tuned(folder)
    #expect(tuning.strength.trunk == ["sex": 5])
    #expect(tuning.notEvaluable.keys.sorted() == ["race"])
    #expect(tuning.points.count == 2 * 6 + 3 && tuning.baseCases == 40)
    // Three manners at the trunk that was chosen; the nearest two hide the attribute.
    let manners = tuning.points.filter { $0.guidance != nil || $0.frozenFindingTokens == true }
    #expect(manners.map(\.trunk) == [5, 5, 5])
    #expect(manners.map(\.isEffective) == [true, false, false])
    #expect(manners.map(\.guidance?.attribute) == [nil, 2, 2])
    #expect(tuning.strength.frozenFindingTokens && tuning.strength.guidance == nil)
    #expect(tuning.mannerInWords == "finding's tokens frozen")
    let sex = tuning.points.filter { $0.attribute == "sex" }.dropLast(3)
    #expect(sex.map(\.trunk) == [0, 2, 3, 4, 5, 6])
    #expect(sex.map(\.isEffective) == [true, true, true, true, true, false])
    let distances = sex.compactMap(\.distance?.estimate)
    #expect(distances == distances.sorted(by: >))
    #expect(sex.map(\.networkRows) == sex.map { 2 * $0.trunk + 8 * (10 - $0.trunk) })
    #expect(tuning.readers.keys.sorted() == ["reader"])
    // Kept beside the audit, and taken by "auto".
    #expect(try StrengthTuning.stored(in: folder.report) == tuning)
    var generator = GeneratorSpecification()
    generator.strength = .auto
    #expect(try generator.tuned(in: folder.report).strength == .fixed(tuning.strength))
    #expect(try generator.tuned(in: folder.root).strength == .auto)
    // Another tuning draws what is missing, and finds the same.
    let images = try FileManager.default.subpathsOfDirectory(atPath: folder.report + "/calibration")
      .filter { $0.hasSuffix(".png") }.sorted().map { folder.report + "/calibration/" + $0 }
    #expect(images.count > 0)
    let dates = try images.map(date)
    try FileManager.default.removeItem(atPath: images[7])
    #expect(try tuned(folder) == tuning)
    let changed = try zip(images, dates).filter { try date($0) != $1 }.map(\.0)
    #expect(changed.contains(images[7]) && changed.count < images.count / 4)
  }

  private func date(_ path: String) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
  }

  @Test func aStrengthIsNotChosenOnceScoresUnderAuditWereRead() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    _ = try RunUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports,
      makeGenerator: { _, _ in PatternGenerator() }
    ).run(through: .score, context: RunContext())
    #expect(throws: AuditFailure.self) { try tuned(folder) }
  }

  @Test func withoutPredictorsThereIsNothingToTuneBy() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    let useCase = TuneUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports,
      makeGenerator: { _, _ in StrengthGenerator() })
    #expect(throws: AuditFailure.self) { try useCase.run(context: RunContext()) }
  }

  @Test func aFileThatIsNoTuningIsRefused() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    let path = folder.root + "/tuning.json"
    try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: AuditFailure.self) { try StrengthTuning.stored(in: folder.root) }
    // Verifying looks for it in a stranger's folder.
    try FileManager.default.moveItem(atPath: path, toPath: folder.root + "/elsewhere.json")
    try #require(symlink(folder.root + "/elsewhere.json", path) == 0)
    let failure = #expect(throws: AuditFailure.self) {
      try StrengthTuning.stored(in: folder.root)
    }
    #expect(failure?.message.contains("is a link") == true)
  }
}
