import AuditStore
import Basics
import Foundation
import Testing

@testable import Workbench

/// Shares drawn apart and brought together are the run that drew everything itself.
@Suite struct ShardTests {
  @Test func batchesKeepBaseCasesWholeWhereArmsHaveAnAnchor() {
    let cases = [("a", 3), ("b", 3), ("c", 9), ("d", 2)].flatMap { cluster, count in
      (0..<count).map { StoredCase(cohort: .synthetic, name: "\(cluster)\($0)", cluster: cluster) }
    }
    func sizes(_ keeps: Bool) -> [Int] {
      CohortRendering.batches(cases, size: 8, keepsBaseCases: keeps).map(\.count)
    }
    // Six, then the nine that no batch holds, then what is left of them with the next base case.
    #expect(sizes(true) == [6, 8, 3] && sizes(false) == [8, 8, 1])
    #expect(CohortRendering.batches(cases, size: 8, keepsBaseCases: true).flatMap { $0 } == cases)
    #expect(CohortRendering.batches([], size: 8, keepsBaseCases: true).isEmpty)
  }

  private func useCase(
    _ folder: AuditFolder, reports: String? = nil, steps: String = "2"
  ) -> RunUseCase {
    RunUseCase(
      specificationPath: folder.specificationPath, reports: reports ?? folder.reports,
      makeGenerator: { _, _ in
        var generator = PatternGenerator()
        generator.options["steps"] = steps
        return generator
      })
  }

  private func context(shard: String? = nil, from folders: [String] = []) throws -> RunContext {
    var context = RunContext()
    context.shard = try shard.map { try #require(Shard($0)) }
    context.imageFolders = folders
    return context
  }

  private func differences(_ left: [String: Data], _ right: [String: Data]) -> [String] {
    Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
  }

  @Test func sharesOfTheCohortAndOfTheSetGiveTheFilesOfOneRun() throws {
    let whole = try AuditFolder(baseCases: 10)
    defer { whole.remove() }
    _ = try useCase(whole).run(context: RunContext())

    let parts = try AuditFolder(baseCases: 10)
    defer { parts.remove() }
    var folders: [String] = []
    var drawn = 0
    for number in 1...3 {
      let reports = parts.root + "/share\(number)"
      let outcome = try useCase(parts, reports: reports)
        .run(through: .generate, context: context(shard: "\(number)/3"))
      let share = try #require(outcome.shard)
      #expect(share.shard == "\(number)/3" && share.planned == 10 * 2 * 5)
      // Seven or six of twenty base cases, whole.
      #expect([35, 30].contains(share.drawn))
      drawn += share.drawn
      #expect(!FileManager.default.fileExists(atPath: outcome.folder + "/cohort/manifest.csv"))
      folders.append(outcome.folder)
    }
    #expect(drawn == 100)
    // A tampered image is not taken over.
    let image = try #require(
      FileManager.default.enumerator(atPath: folders[0] + "/cohort")?
        .compactMap { $0 as? String }.first { $0.hasSuffix(".png") })
    try Data("no image".utf8)
      .write(to: URL(fileURLWithPath: folders[0] + "/cohort/" + image))
    let analysed = try useCase(parts).run(through: .analyse, context: context(from: folders))
    #expect(analysed.shard == nil)

    // Copies of the analysed folder draw shares of the rebalancing set.
    var sets: [String] = []
    for number in 1...2 {
      let reports = parts.root + "/set\(number)"
      try FileManager.default.createDirectory(atPath: reports, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: parts.report, toPath: reports + "/pattern")
      let outcome = try useCase(parts, reports: reports)
        .run(through: .rebalance, context: context(shard: "\(number)/2"))
      let share = try #require(outcome.shard)
      #expect(share.drawn == 3 && share.planned == 6)
      #expect(
        !FileManager.default.fileExists(atPath: outcome.folder + "/rebalancing/huggingface"))
      sets.append(outcome.folder)
    }
    _ = try useCase(parts).run(context: context(from: sets))
    #expect(try differences(parts.products(), whole.products()) == [])
  }

  @Test func imagesOfOtherWeightsAreRefused() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    let other = folder.root + "/other"
    _ = try useCase(folder, reports: other, steps: "3")
      .run(through: .generate, context: context(shard: "1/2"))
    let failure = #expect(throws: AuditFailure.self) {
      try useCase(folder).run(through: .generate, context: context(from: [other + "/pattern"]))
    }
    #expect(failure?.description.contains("other weights or options") == true)
    #expect(
      failure?.description.contains("steps was '3' and is '2'") == true,
      "\(failure?.description ?? "")")
    let missing = #expect(throws: AuditFailure.self) {
      try useCase(folder).run(through: .generate, context: context(from: [folder.root + "/none"]))
    }
    #expect(missing?.description.contains("holds no audit") == true)
  }

  @Test(arguments: ["0/4", "5/4", "2", "2/", "/4", "a/b", "2/4/8", "-1/4", "1/0"])
  func aShareThatIsNoneIsRefused(text: String) {
    #expect(Shard(text) == nil)
  }
}
