import Arguments
import Foundation
import Workbench
import Vocabulary

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what a run would do and what is missing for it: images, time, disk.",
    discussion:
      "Everything that a run will need is looked at; exit code 2 names all that is missing.")

  @Argument(help: "Audit spec, for example audits/quickstart.json.") var spec: String
  @OptionGroup var place: ReportsOptions
  @Option(help: "Report of a pilot audit; its standard errors replace the assumptions.")
  var pilot: String?
  @Option(help: "AUC to plan with where no pilot says better.") var auc = 0.85
  @Option(help: "Correlation between arms to plan with where no pilot says better.")
  var correlation = 0.5
  @Flag(help: "Also decode every image of the real cohort, instead of reading its header alone.")
  var decode = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard auc > 0.5, auc < 1 else {
      throw ValidationError("'--auc' must lie between 0.5 and 1; got \(auc)")
    }
    guard correlation >= 0, correlation < 1 else {
      throw ValidationError("'--correlation' must be at least 0 and below 1; got \(correlation)")
    }
  }

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    var useCase = PlanUseCase()
    useCase.pilot = pilot
    useCase.decodesImages = decode
    useCase.assumptions.auc = auc
    useCase.assumptions.armCorrelation = correlation
    let plan = try useCase.run(
      specificationPath: spec, reports: try place.folder(forSpec: spec), context: session.context)
    session.printer.finish()
    switch output.format {
    case .json: try Output.json(plan)
    case .text: Output.result(text(plan))
    }
  }

  private func words(_ cost: CostPerAnswer) -> String {
    "\(cost.images) images and \(cost.networkRows) rows "
      + "(arms correlate by \(WrittenNumber.fixed(cost.armCorrelation, 2)))"
  }

  private func text(_ plan: AuditPlan) -> String {
    var lines = [
      "audit        \(plan.name)", "classifiers  \(plan.classifiers.joined(separator: ", "))",
    ]
    if plan.images > 0 {
      lines.append("findings     \(plan.findings.joined(separator: ", "))")
      let placebos = plan.placebos.isEmpty ? "" : " and \(plan.placebos.joined(separator: ", "))"
      // A replica cohort has twins of real cases instead of arms.
      if !plan.arms.isEmpty {
        lines.append("arms         \(plan.arms.joined(separator: ", "))\(placebos)")
        let seeds =
          plan.seedsPerBaseCase == 1
          ? ""
          : ", \(plan.seedsPerBaseCase) seeds each (the detectable gaps do not count on them)"
        lines.append("base cases   \(plan.baseCases)\(seeds)")
      }
      lines.append("images       \(plan.images)")
      lines.append("scorings     \(plan.scorings)")
      let options = plan.options.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      lines.append("sampling     \(options.joined(separator: ", "))")
      if let rows = plan.networkRows { lines.append("rows         \(rows) through the network") }
      if let plain = plan.plainCost, let cost = plan.cost {
        lines.append(
          "cost         a gap of δ, the hardest question, 80 % power: \(words(cost)); with plain arms "
            + words(plain))
      }
      lines += plan.conditions.map { "conditions   \($0)" }
      if let seconds = plan.estimatedSeconds {
        lines.append(
          "time         about \(ProgressPrinter.duration(seconds)) to draw, measured on this machine"
        )
      }
      lines.append(
        "disk         about \(WrittenNumber.fixed(Double(plan.estimatedBytes) / 1e6, 0)) MB")
    } else {
      lines.append("images       none are drawn; only the real cohort is audited")
    }
    if let free = plan.freeBytes {
      lines.append("free         \(WrittenNumber.fixed(Double(free) / 1e9, 1)) GB")
    }
    for reason in plan.notEvaluable { lines.append("not evaluable  \(reason)") }
    lines += plan.notes.map { "real table   \($0)" }
    lines += plan.details.map { "detectable   \($0)" }
    if let controls = plan.controls { lines.append("controls     \(controls)") }
    lines.append("plan hash    \(plan.planHash)")
    return lines.joined(separator: "\n")
  }
}
