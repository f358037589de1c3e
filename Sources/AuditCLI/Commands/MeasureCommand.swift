import Arguments
import AuditModel
import Foundation
import Workbench

struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure synthetic images against real ones: is the generator good enough?",
    discussion: """
      Distances (KID, Fréchet), coverage, diversity within a prompt, whether classifiers see what was \
      prompted, and copies of training images, each overall and by subgroup. The spec's block 'measure' \
      names the images: the audit's own cohort, or folders of anyone's.
      """)

  @Argument(help: "Spec with a block 'measure', or an audit whose cohort was drawn.") var spec:
    String
  @OptionGroup var place: ReportsOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    let (report, files) = try MeasureUseCase(
      specificationPath: spec, reports: try place.folder(forSpec: spec)
    ).run(context: session.context)
    session.printer.finish()
    switch output.format {
    case .json: try Output.json(report)
    case .text: Output.result(text(report) + (files.first.map { "\nreport: \($0)" } ?? ""))
    }
  }

  private func text(_ report: FidelityReport) -> String {
    func number(_ value: MeasuredValue?, _ format: String) -> String {
      guard let value else { return "—" }
      let estimate = String(format: format, value.estimate)
      guard let lower = value.lower, let upper = value.upper else { return estimate }
      return estimate + " (\(String(format: format, lower)) to \(String(format: format, upper)))"
    }
    var lines = report.sets.map {
      "\($0.role.rawValue)  \($0.images) images, \($0.clusters) \($0.clusterUnit)"
    }
    for row in report.distances {
      let place = row.group.map { "\(row.attribute ?? "") \($0)" } ?? "all images"
      guard let values = row.values else {
        lines.append("\(row.encoder), \(place): not measured, \(row.reason ?? "")")
        continue
      }
      lines.append(
        "\(row.encoder), \(place): KID \(number(values.kernel, "%.4g")), Fréchet "
          + "\(number(values.frechet, "%.4g"))"
          + (values.frechet?.nullMean.map { String(format: ", null %.4g", $0) } ?? "")
          + ", told apart with AUC \(number(values.domain, "%.3f"))")
    }
    for row in report.facts where row.attribute == nil {
      lines.append(
        "\(row.scorer), \(row.finding ?? "all findings"): AUC \(number(row.auc, "%.3f")), r "
          + number(row.correlation, "%.3f"))
    }
    for row in report.memorisation {
      lines.append(
        row.limit == nil
          ? "copies by \(row.by): not known, \(row.reason ?? "")"
          : "copies by \(row.by): \(row.copies)")
    }
    return (lines + report.notes.map { "note: \($0)" }).joined(separator: "\n")
  }
}
