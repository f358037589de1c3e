import Foundation
import Testing

/// Numbers that the README names are the program's.
@Suite struct ReadmeTests {
  @Test func theQuickstartDrawsAsManyImagesAsTheReadmeSays() throws {
    let readme = try String(contentsOfFile: packageRoot + "/README.md", encoding: .utf8)
    let told = try #require(readme.firstMatch(of: /draws ([0-9]+) synthetic\s+radiographs/))
    let plan = try AuditProgram.run(["plan", "audits/quickstart.json"], in: packageRoot)
    let planned = try #require(
      plan.standardOutput.firstMatch(of: /images +([0-9]+)\n/), "\(plan.transcript)")
    #expect(told.1 == planned.1)
  }
}
