import AuditModel
import Arguments
import Foundation
import Workbench
import Vocabulary

struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Find how near arms can stay to their base case, before any score is read.")

  @Argument(help: "Audit spec with attribute predictors, for example audits/quickstart.json.")
  var spec: String
  @OptionGroup var place: ReportsOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    let tuning = try TuneUseCase(
      specificationPath: spec, reports: try place.folder(forSpec: spec)
    ).run(context: session.context)
    session.printer.finish()
    switch output.format {
    case .json: try Output.json(tuning)
    case .text: Output.result(text(tuning))
    }
  }

  private func text(_ tuning: StrengthTuning) -> String {
    func interval(_ value: IntervalEstimate?) -> String {
      guard let estimate = value?.estimate else { return "unknown" }
      guard let lower = value?.lower, let upper = value?.upper else {
        return WrittenNumber.fixed(estimate, 2)
      }
      return "\(WrittenNumber.fixed(estimate, 2)) (\(WrittenNumber.fixed(lower, 2)) to "
        + "\(WrittenNumber.fixed(upper, 2)))"
    }
    var lines = tuning.points.map { point in
      "\(point.attribute), \(point.strengthInWords)  moves as prompted \(interval(point.effect)), "
        + "distance \(interval(point.distance)) of two seeds'"
        + (point.networkRows.map { ", \($0) network rows" } ?? "")
        + (point.failing.isEmpty ? "" : "; fails \(point.failing.joined(separator: "; "))")
    }
    lines.append("chosen: \(tuning.rule)")
    for (name, steps) in tuning.strength.trunk.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(name)  trunk of \(steps) steps")
    }
    if let manner = tuning.mannerInWords { lines.append("  all  \(manner)") }
    for (name, reason) in tuning.notEvaluable.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(name)  not evaluable: \(reason)")
    }
    lines.append(
      "kept as tuning.json of the audit's folder; \"strength\": \"auto\" takes it from there")
    return lines.joined(separator: "\n")
  }
}
