import AuditModel
import AuditStore
import Basics
import Classifiers
import Foundation
import Vocabulary

/// Asks a classifier about its first images a second time.
///
/// Scores of a model that answers differently each time (dropout left on, test-time noise) cannot be
/// repeated by anybody; the report says so, and `audit verify` expects it.
struct RepeatabilityCheck {
  let store: AuditStore
  let context: RunContext

  /// Images asked about twice.
  static let imageCount = 3
  /// Differences up to this are the rounding of parallel sums, not another answer.
  static let tolerance = 1e-6

  /// Does nothing where the classifier was asked before.
  ///
  /// - Parameter images: Cases whose scores are in the store.
  /// - Throws: ``AuditFailure`` when the second asking fails.
  func run(
    _ classifier: any Classifier, images: [ImageCase], cohort: StoredCase.Cohort,
    findings: [String]
  ) throws {
    guard try store.key(of: .repeatability(classifier.name)) == nil else { return }
    let asked = Array(images.prefix(Self.imageCount))
    guard !asked.isEmpty else { return }
    let ids = Dictionary(
      try store.cases(of: cohort).map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
    var first: [String: [Int64: Double?]] = [:]
    for finding in findings {
      first[finding] = try store.scores(
        classifier: classifier.name, finding: finding, cohort: cohort)
    }
    var largest = 0.0
    try classifier.score(asked) { answers in
      try context.checkInterrupted()
      for answer in answers {
        guard let id = ids[answer.id] else { continue }
        for finding in findings {
          let before = first[finding]?[id] ?? nil
          let now = answer.scores[finding] ?? nil
          if let before, let now {
            largest = max(largest, abs(before - now))
          } else if (before == nil) != (now == nil) {
            largest = .infinity
          }
        }
      }
    }
    try store.set("\(largest) \(asked.count)", forKeyOf: .repeatability(classifier.name))
    if let sentence = try sentence(classifier.name) { context.note(sentence) }
  }

  /// Another model under the same name is asked anew.
  func forget(_ classifier: String) throws {
    try store.set(nil, forKeyOf: .repeatability(classifier))
  }

  /// What a reader must know of a classifier that answered differently; nil for all others.
  func sentence(_ classifier: String) throws -> String? {
    guard let text = try store.key(of: .repeatability(classifier)) else { return nil }
    let parts = text.split(separator: " ")
    guard parts.count == 2, let largest = Double(parts[0]), largest > Self.tolerance else {
      return nil
    }
    let difference =
      largest.isFinite
      ? "by up to \(WrittenNumber.significant(largest, 3))" : "with and without a score"
    return
      "The classifier '\(classifier)' answered differently (\(difference)) when it was asked a "
      + "second time about the first \(parts[1]) images: its scores cannot be repeated, and neither "
      + "can the results that rest on them."
  }
}
