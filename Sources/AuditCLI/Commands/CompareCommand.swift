import Arguments
import AuditModel
import Foundation
import Workbench
import Vocabulary

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two finished audits: before and after retraining, or two vendors.",
    discussion: """
      Both must be of the same cohort, data and plan. Gaps are compared case by case, with paired \
      intervals. Naming one folder twice compares two of its classifiers, for example \
      'audit compare reports/quickstart reports/quickstart --classifier balanced --with skewed'.
      """)

  @Argument(help: "Report folder of the first audit.") var before: String
  @Argument(help: "Report folder of the second audit.") var after: String
  @Option(help: "Classifier in the first audit.") var classifier: String?
  @Option(help: "Classifier in the second audit; default: the same name.") var with: String?
  @Option(
    name: .customLong("output"),
    help: "Folder for comparison.html, comparison.md and comparison.json.")
  var folder: String?
  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    if with != nil, classifier == nil {
      throw ValidationError("'--with' needs '--classifier'")
    }
  }

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    let comparison = try CompareUseCase(classifierBefore: classifier, classifierAfter: with).run(
      before: before, after: after, context: session.context)
    let paths = try folder.map { try CompareUseCase.write(comparison, to: $0) } ?? []
    session.printer.finish()
    switch output.format {
    case .json: try Output.json(comparison)
    case .text:
      Output.result(text(comparison) + (paths.first.map { "\nreport: \($0)" } ?? ""))
    }
  }

  private func text(_ comparison: AuditComparison) -> String {
    func number(_ value: Double?) -> String { value.map { WrittenNumber.fixed($0, 3) } ?? "—" }
    func signed(_ value: Double?) -> String { value.map { WrittenNumber.signed($0, 3) } ?? "—" }
    // No p value is 0, however many digits are shown.
    func probability(_ value: Double?) -> String {
      guard let value else { return "p —" }
      return value < 0.001 ? "p < 0.001" : "p " + number(value)
    }
    var lines = [
      "before  \(comparison.classifierBefore) in \(comparison.before)",
      "after   \(comparison.classifierAfter) in \(comparison.after)", "",
    ]
    for row in comparison.overall {
      lines.append(
        "\(row.finding) (\(row.cohort)): overall AUC \(number(row.aucBefore)) → \(number(row.aucAfter))"
      )
    }
    lines.append("")
    let percent = Int((comparison.level * 100).rounded())
    for row in comparison.gaps {
      let gap = row.gap
      let place = "\(gap.finding) (\(gap.cohort)), \(gap.attribute) \(gap.groupA) − \(gap.groupB)"
      if let reason = gap.reason {
        lines.append("\(place): not estimable, \(reason)")
      } else {
        lines.append(
          "\(place): gap \(signed(gap.gapBefore)) → \(signed(gap.gapAfter)), change "
            + "\(signed(gap.change)) (\(percent) % interval \(signed(gap.lower)) to "
            + "\(signed(gap.upper)), \(probability(gap.pAdjusted))): \(words(gap.direction))")
      }
    }
    if let count = comparison.comparisons {
      lines.append(
        "Intervals and p hold for all \(count) pairs of groups together: the chance of any change said "
          + "in error is at most \(100 - percent) %.")
    }
    lines.append("")
    for change in comparison.verdictChanges {
      lines.append(
        "verdict changed: \(change.finding) by \(change.attribute)"
          + (change.question.metric.map { ", \($0.title)" } ?? "") + " (\(change.cohort)): "
          + "\(change.before.words) → \(change.after.words)")
    }
    lines.append("\(comparison.unchangedVerdicts) verdicts unchanged")
    return lines.joined(separator: "\n")
  }

  private func words(_ direction: GapChange.Direction?) -> String {
    switch direction {
    case .narrower: "narrower"
    case .wider: "wider"
    case .reversed: "changed sides"
    case .notShown, nil: "no change shown"
    }
  }
}
