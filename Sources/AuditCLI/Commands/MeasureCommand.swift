import Arguments
import AuditModel
import Foundation
import Workbench
import Vocabulary

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
    func interval(_ value: MeasuredValue?, _ text: (Double) -> String) -> String {
      guard let value else { return "—" }
      guard let lower = value.lower, let upper = value.upper else { return text(value.estimate) }
      return "\(text(value.estimate)) (\(text(lower)) to \(text(upper)))"
    }
    func share(_ value: MeasuredValue?) -> String {
      interval(value) { WrittenNumber.fixed($0, 3) }
    }
    func distance(_ value: MeasuredValue?) -> String {
      interval(value) { WrittenNumber.significant($0, 4) }
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
        "\(row.encoder), \(place): KID \(distance(values.kernel)), Fréchet "
          + "\(distance(values.frechet))"
          + (values.frechet?.nullMean.map { ", null \(WrittenNumber.significant($0, 4))" } ?? "")
          + ", told apart with AUC \(share(values.domain))")
    }
    for row in report.facts where row.attribute == nil {
      lines.append(
        "\(row.scorer), \(row.finding ?? "all findings"): AUC \(share(row.auc)), r "
          + share(row.correlation))
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
