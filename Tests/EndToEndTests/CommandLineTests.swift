import Foundation
import Testing

@Suite struct CommandLineTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func audit(_ arguments: String...) throws -> ProgramResult {
    try AuditProgram.run(arguments, in: folder.path)
  }

  @Test func helpListsTheCommandsOnStandardOutput() throws {
    for arguments in [["--help"], ["help"]] {
      let result = try AuditProgram.run(arguments, in: folder.path)
      #expect(result.exitCode == 0, "\(result.transcript)")
      #expect(result.standardError.isEmpty)
      for command in ["run", "plan", "generate", "score", "analyse", "report", "rebalance"] {
        #expect(result.standardOutput.contains("  \(command) "), "\(command)")
      }
      for command in ["sample", "doctor", "init"] {
        #expect(result.standardOutput.contains("  \(command) "), "\(command)")
      }
    }
  }

  @Test func everyCommandHasItsOwnHelp() throws {
    let commands = [
      "run", "plan", "generate", "score", "analyse", "report", "rebalance", "sample", "doctor",
      "init",
    ]
    for command in commands {
      let result = try audit(command, "--help")
      #expect(result.exitCode == 0, "\(result.transcript)")
      #expect(result.standardOutput.contains("Usage: audit \(command)"))
      #expect(try audit("help", command).standardOutput == result.standardOutput)
    }
  }

  @Test func versionIsOneLine() throws {
    let result = try audit("--version")
    #expect(result.exitCode == 0)
    #expect(result.standardOutput.split(separator: "\n").count == 1, "\(result.transcript)")
  }

  @Test(arguments: [
    (["rnu"], "unknown command 'rnu'; did you mean 'run'?"),
    (["run"], "the argument <spec> is missing"),
    (["run", "a.json", "--formt", "json"], "unknown option '--formt'; did you mean '--format'?"),
    (["run", "a.json", "--format", "xml"], "--format must be one of"),
    (["run", "a.json", "b.json"], "unexpected argument 'b.json'"),
    (["generate", "a.json", "--shard", "3/2"], "'--shard' is '3/2', not a share such as 2/4"),
    (["run", "a.json", "--images-from", ","], "'--images-from' names no folder"),
  ])
  func wrongUsageExitsWith64AndLeavesStandardOutputEmpty(
    arguments: [String], expected: String
  ) throws {
    let result = try AuditProgram.run(arguments, in: folder.path)
    #expect(result.exitCode == 64, "\(result.transcript)")
    #expect(result.standardError.contains(expected), "\(result.transcript)")
    #expect(result.standardOutput.isEmpty)
    #expect(folder.files().isEmpty)
  }

  /// All that plan finds wrong with it is the model that the user has yet to name.
  @Test func initWritesASpecThatPlanReads() throws {
    let result = try audit("init", "site-a")
    #expect(result.exitCode == 0, "\(result.transcript)")
    #expect(folder.files() == ["audits/site-a.json"])
    let plan = try audit("plan", "audits/site-a.json", "--quiet")
    #expect(plan.exitCode == 2, "\(plan.transcript)")
    #expect(plan.standardError.contains("models/"), "\(plan.transcript)")
    #expect(!plan.standardError.contains("things are missing"), "\(plan.transcript)")
    let again = try audit("init", "site-a")
    #expect(again.exitCode == 2, "an edited spec is never overwritten")
    let unreadable = try audit("init", "../outside")
    #expect([2, 64].contains(unreadable.exitCode), "\(unreadable.transcript)")
  }

  @Test func doctorSaysWhatThisMachineHas() throws {
    let result = try audit("doctor")
    #expect([0, 2].contains(result.exitCode), "\(result.transcript)")
    #expect(result.standardOutput.contains("ONNX Runtime"), "\(result.transcript)")
  }
}
