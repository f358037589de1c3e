import AuditModel
import Basics
import Foundation
import Vocabulary

/// The verdicts of a run as a table of at most 80 columns, the strongest evidence first. Long names go on
/// in the next line; none is cut.
package struct VerdictTable: Sendable {
  private static let answerWidth = 15
  private static let questionWidth = 38
  private static let groupsWidth = 25
  /// Rows that are shown unless all are asked for.
  package static let shortLength = 20

  let verdicts: [Verdict]
  /// Differences in error rates that were detected.
  let detected: [RateGap]
  let ink: Ink
  /// Every verdict instead of the first ones.
  let showsAll: Bool

  package init(verdicts: [Verdict], detected: [RateGap] = [], ink: Ink, showsAll: Bool = false) {
    self.verdicts = verdicts
    self.detected = detected
    self.ink = ink
    self.showsAll = showsAll
  }

  package var lines: [String] {
    guard !verdicts.isEmpty else { return [] }
    let sorted = verdicts.enumerated().sorted { one, other in
      let (a, b) = (rank(one.element), rank(other.element))
      if a != b { return a < b }
      let (p, q) = (one.element.pAdjusted ?? 1, other.element.pAdjusted ?? 1)
      return p != q ? p < q : one.offset < other.offset
    }.map(\.element)
    let shown = showsAll ? sorted : Array(sorted.prefix(Self.shortLength))
    var lines = [header]
    lines += shown.flatMap(row)
    if shown.count < sorted.count {
      lines.append("and \(sorted.count - shown.count) more: --verbose, or the report")
    }
    return lines
  }

  /// `252 questions: 6 flagged, 0 within δ, …`, with what error rates say beside it.
  package var summary: String {
    let counts = Judgement.Kind.allCases.map { kind in
      "\(verdicts.count { $0.verdict == kind }) \(kind.words)"
    }
    let differing = verdicts.count { $0.verdict != .flagged && differs($0) }
    let rates = differing > 0 ? "; in \(differing) not flagged, error rates differ" : ""
    return "\(verdicts.count) questions: \(counts.joined(separator: ", "))\(rates)"
  }

  private var header: String {
    pad("verdict", Self.answerWidth) + pad("question", Self.questionWidth) + "worse by, for"
  }

  private func differs(_ verdict: Verdict) -> Bool {
    verdict.metric == .auc && detected.contains { $0.question.by(.auc) == verdict.question }
  }

  private func rank(_ verdict: Verdict) -> Int {
    switch verdict.verdict {
    case .flagged: 0
    case .inconclusive: differs(verdict) ? 1 : 2
    case .withinDelta: differs(verdict) ? 1 : 3
    case .notEvaluable: 4
    }
  }

  private func row(_ verdict: Verdict) -> [String] {
    let differs = verdict.verdict != .flagged && differs(verdict)
    let colour: Ink.Colour =
      switch verdict.verdict {
      case .flagged: .red
      case .withinDelta: differs ? .red : .green
      case .inconclusive: differs ? .red : .yellow
      case .notEvaluable: .plain
      }
    let question =
      "\(verdict.finding) by \(verdict.question.comparedBy.replacing("*", with: " × ")), "
      + "\(verdict.classifier) (\(verdict.cohort))"
    var gap = ""
    if let difference = verdict.worstDifference, verdict.worstPair.count == 2 {
      gap =
        WrittenNumber.fixed(abs(difference), 3) + " "
        + verdict.worstPair[1].replacing("*", with: ", ")
    }
    let answers = wrapped(
      differs ? "\(verdict.verdict.words), rates differ" : verdict.verdict.words,
      Self.answerWidth - 1)
    let columns = [
      answers, wrapped(visible(question), Self.questionWidth - 1),
      wrapped(visible(gap), Self.groupsWidth),
    ]
    let height = columns.map(\.count).max() ?? 0
    return (0..<height).map { line in
      func part(_ column: Int) -> String {
        line < columns[column].count ? columns[column][line] : ""
      }
      let answer = part(0)
      let padding = String(repeating: " ", count: max(0, Self.answerWidth - answer.count))
      let text =
        ink.painted(answer, colour) + padding + pad(part(1), Self.questionWidth) + part(2)
      return text.replacing(/\s+$/, with: "")
    }
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Lines of at most `width` characters, broken between words where there are any.
  private func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var rest = word[...]
      if !line.isEmpty, line.count + 1 + rest.count > width {
        lines.append(line)
        line = ""
      }
      while rest.count > width {
        if !line.isEmpty { lines.append(line) }
        line = ""
        lines.append(String(rest.prefix(width)))
        rest = rest.dropFirst(width)
      }
      line += (line.isEmpty ? "" : " ") + rest
    }
    return line.isEmpty ? (lines.isEmpty ? [""] : lines) : lines + [line]
  }
}
