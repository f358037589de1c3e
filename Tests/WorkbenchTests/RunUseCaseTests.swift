import AuditModel
import Basics
import Cohorts
import Foundation
import Images
import Synchronization
import Tables
import Testing
import Workbench

@Suite struct RunUseCaseTests {
  private func useCase(_ folder: AuditFolder, startOver: Bool = false) -> RunUseCase {
    RunUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports, startOver: startOver,
      makeGenerator: { _, _ in PatternGenerator() })
  }

  @Test func aRunWritesCohortScoresReportAndRebalancingSet() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    let outcome = try useCase(folder).run(context: RunContext())
    // 12 base cases × 2 labels × (2 sexes × 2 races + seed placebo)
    let manifest = try Table(contentsOf: folder.report + "/cohort/manifest.csv")
    #expect(manifest.rowCount == 12 * 2 * 5)
    for (image, hash) in zip(try manifest.column("image"), try manifest.column("sha256")) {
      #expect(try SHA256.hex(ofFile: folder.report + "/" + image) == hash)
    }
    let text = try readPNGText(at: folder.report + "/" + (try manifest.column("image")[0]))
    #expect(text.contains { $0.0 == "Synthetic" && $0.1 == "true" })
    for name in ["report.html", "report.md", "report.json", "provenance.json"] {
      #expect(FileManager.default.fileExists(atPath: folder.report + "/" + name), "\(name)")
    }
    #expect(outcome.verdicts.map(\.attribute).sorted() == ["race", "sex"])
    #expect(outcome.verdicts.first { $0.attribute == "race" }?.verdict == .notEvaluable)
    let export = try Table(
      contentsOf: folder.report + "/rebalancing/huggingface/train/metadata.csv")
    #expect(export.rowCount == 6)
    for file in try export.column("file_name") {
      #expect(
        FileManager.default.fileExists(
          atPath: folder.report + "/rebalancing/huggingface/train/" + file))
    }
    let audited = Set(try manifest.column("sha256"))
    #expect(audited.isDisjoint(with: try export.column("sha256")))
  }

  /// Stops the run after every so many progress reports and starts it again until it is done.
  @Test(arguments: [3, 17, 40])
  func anInterruptedRunContinuesToTheSameFiles(stride: Int) throws {
    let whole = try AuditFolder(baseCases: 10)
    defer { whole.remove() }
    _ = try useCase(whole).run(context: RunContext())

    let broken = try AuditFolder(baseCases: 10)
    defer { broken.remove() }
    var attempts = 0
    while true {
      attempts += 1
      try #require(attempts < 500)
      let reports = Counter()
      // Each attempt may go a little further, so that it passes the point where the last stopped.
      let limit = stride + attempts
      let context = RunContext(
        report: { _ in reports.increment() }, isInterrupted: { reports.value >= limit })
      do {
        _ = try useCase(broken).run(context: context)
        break
      } catch let failure as AuditFailure {
        try #require(failure.kind == .interrupted, "\(failure)")
      }
    }
    #expect(attempts > 1)
    #expect(try differences(broken.products(), whole.products()) == [])
  }

  @Test func aChangedOrMissingImageIsDrawnAndScoredAgain() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    _ = try useCase(folder).run(context: RunContext())
    let before = try folder.products()
    let images = try Table(contentsOf: folder.report + "/cohort/manifest.csv").column("image")
    try Data("no image".utf8).write(to: URL(fileURLWithPath: folder.report + "/" + images[0]))
    try FileManager.default.removeItem(atPath: folder.report + "/" + images[1])
    let notes = Counter()
    _ = try useCase(folder).run(context: RunContext(note: { _ in notes.increment() }))
    #expect(notes.value >= 2)
    #expect(try differences(folder.products(), before) == [])
  }

  /// Names of the files that differ or are on one side only.
  private func differences(_ left: [String: Data], _ right: [String: Data]) -> [String] {
    Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
  }

  @Test func anotherDesignUnderTheSameNameIsRefusedUntilStartedOver() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    _ = try useCase(folder).run(context: RunContext())
    try folder.write(seed: 4)
    #expect(throws: AuditFailure.self) { try useCase(folder).run(context: RunContext()) }
    _ = try useCase(folder, startOver: true).run(context: RunContext())
  }

  @Test func severalSeedsPerBaseCaseAreDrawnPairedAndJudged() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    try folder.write(baseCases: 10, cohort: "\"seedsPerBaseCase\": 3,")
    _ = try useCase(folder).run(context: RunContext())
    let manifest = try Table(contentsOf: folder.report + "/cohort/manifest.csv")
    #expect(manifest.rowCount == 10 * 2 * (3 * 4 + 1))
    let report = try JSONDecoder().decode(
      AuditReport.self,
      from: Data(contentsOf: URL(fileURLWithPath: folder.report + "/report.json")))
    let seeds = try #require(report.gates.first { $0.id == "G7" })
    #expect(seeds.status == .pass && seeds.value == 3)
    // Arms share the stripes of a seed, and other seeds have others.
    let partners = try #require(report.gates.first { $0.id == "G4" })
    // All are found; 20 base cases cannot show that it is more than 95 % of them.
    #expect(partners.status == .warn && partners.value == 1, "\(partners)")
    let distance = try #require(report.gates.first { $0.id == "G21" })
    #expect(distance.status == .pass && (distance.value ?? 1) < 0.2, "\(distance)")
    // Beside the four arms of one seed stands the anchor that they descend from, which is no case.
    for row in report.gallery {
      #expect(row.images.map(\.arm).first == "anchor, not scored" && row.images.count == 1 + 4)
      #expect(row.images.first?.scores.isEmpty == true && row.images.first?.difference == nil)
      #expect(row.images.dropFirst().allSatisfy { $0.difference != nil && !$0.scores.isEmpty })
    }
    #expect(!report.gallery.isEmpty)
    // Every seed makes pairs of its own: base cases × seeds × values of the other attribute.
    let pairs = report.counterfactual.filter { $0.attribute == "sex" && $0.label == "all" }
    #expect(pairs.map(\.pairs) == [20 * 3 * 2] && pairs.map(\.clusters) == [20])
    // With fewer seeds the cohort would hold images that no longer belong to it.
    try folder.write(baseCases: 10, cohort: "\"seedsPerBaseCase\": 2,")
    #expect(throws: AuditFailure.self) { try useCase(folder).run(context: RunContext()) }
  }

  @Test func aPlanChangedAfterScoringMarksTheReportExploratory() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    _ = try useCase(folder).run(context: RunContext())
    func report() throws -> AuditReport {
      try JSONDecoder().decode(
        AuditReport.self,
        from: Data(contentsOf: URL(fileURLWithPath: folder.report + "/report.json")))
    }
    #expect(try report().plan.exploratory == false)
    try folder.write(delta: 0.2)
    _ = try useCase(folder).run(context: RunContext())
    #expect(try report().plan.exploratory)
  }

  @Test func twoRunsInOneFolderAreRefused() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    _ = try useCase(folder).run(through: .generate, context: RunContext())
    let workspace = try AuditWorkspace(
      specificationPath: folder.specificationPath, reports: folder.reports)
    #expect(throws: AuditFailure.self) { try useCase(folder).run(context: RunContext()) }
    withExtendedLifetime(workspace) {}
  }
}

/// A count that closures on any thread may raise.
final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func increment() { count.add(1, ordering: .relaxed) }
}
