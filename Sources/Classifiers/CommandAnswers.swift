import Basics
import ChildProcesses
import Foundation

/// Reads a command's answer lines and keeps the books: which cases still wait.
struct CommandAnswers {
  private struct Answer: Decodable {
    let id: String
    let scores: [String: Double?]
  }

  let expectedCount: Int
  private(set) var count = 0
  private let findings: [String]
  private let order: [String]
  /// Case id to whether it was answered.
  private var answered: [String: Bool]

  init(cases: [ImageCase], findings: [String]) {
    self.findings = findings
    order = cases.map(\.id)
    answered = Dictionary(order.map { ($0, false) }) { first, _ in first }
    expectedCount = cases.count
  }

  var firstMissing: String? { order.first { answered[$0] == false } }

  /// One line, `{"id": "…", "scores": {"Finding": 0.83}}`; a score may be null, "not scored".
  /// - Throws: ``CommandProblem``: not such a line, an id that was not asked or is answered already, a
  ///   finding without a score, a score that is not finite.
  mutating func read(_ line: [UInt8]) throws -> ImageScore {
    let answer: Answer
    do {
      answer = try JSONDecoder().decode(Answer.self, from: Data(line))
    } catch {
      throw CommandProblem("answered \(CommandAnswers.complaint(about: line))")
    }
    // Decoding takes one of two equal keys in silence; which of two scores was meant nobody knows.
    do { _ = try JSON5Reader.value(of: line, path: "answer") } catch {
      let twice = (error as? AuditFailure)?.message ?? "\(error)"
      throw CommandProblem("answered for '\(answer.id.prefix(200))' with a line in which \(twice)")
    }
    switch answered[answer.id] {
    case nil:
      throw CommandProblem("answered for '\(answer.id.prefix(200))', which it was not asked about")
    case true?:
      throw CommandProblem("answered twice for '\(answer.id)'", showsMissing: false)
    case false?: break
    }
    var scores: [String: Double?] = [:]
    for finding in findings {
      guard let score = answer.scores[finding] else {
        let nearest = nearestName(to: finding, in: answer.scores.keys.sorted())
        throw CommandProblem(
          "answered for '\(answer.id)' without a score for '\(finding)'"
            + (nearest.map { " but with one for '\($0)'" } ?? ""),
          showsMissing: false)
      }
      if let score, !score.isFinite {
        throw CommandProblem(
          "gave a score that is not finite for '\(answer.id)'", showsMissing: false)
      }
      scores.updateValue(score, forKey: finding)
    }
    answered[answer.id] = true
    count += 1
    return ImageScore(id: answer.id, scores: scores)
  }

  private static func complaint(about line: [UInt8]) -> String {
    let shown = String(decoding: line.prefix(200), as: UTF8.self)
    // Python writes these words, which are not JSON.
    for word in ["NaN", "Infinity"] where shown.contains(word) {
      return "with a score that is not finite: \(shown)"
    }
    return "with a line that is not {\"id\": …, \"scores\": {…}}: \(shown)"
  }
}
