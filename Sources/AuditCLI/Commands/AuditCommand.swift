import Arguments
import Workbench

/// The root of the command line.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract:
      "Audit chest-radiograph classifiers for fairness between women and men, ages and races.",
    discussion: """
      Start with 'audit init NAME', edit audits/NAME.json, look at 'audit plan audits/NAME.json' and \
      run 'audit run audits/NAME.json'. Results go to reports/NAME; open report.html there.

      Exit codes: 0 done, 1 the policy's gate failed, 2 could not do it, 64 wrong usage, \
      130 interrupted (run the same command again to continue).
      """,
    version: "audit \(toolVersion)",
    subcommands: [
      RunCommand.self, PlanCommand.self, TuneCommand.self, MeasureCommand.self,
      SynthesizeCommand.self, TrainCommand.self,
    ] + stageCommands + [
      StatusCommand.self, CancelCommand.self, GatherCommand.self,
      OpenCommand.self, VerifyCommand.self, CompareCommand.self, SampleCommand.self,
      FindingsCommand.self, SchemaCommand.self, DoctorCommand.self, InitCommand.self,
      CompletionsCommand.self, ManualCommand.self,
    ])
}
