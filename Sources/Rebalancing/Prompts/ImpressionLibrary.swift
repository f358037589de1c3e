import AuditModel
import Randomness

/// One sentence of a report, as a prompt's impression.
package struct Impression: Sendable, Hashable {
  package var text: String
  /// `mild`, or a word of the user's own; nil where the source does not say.
  package var severity: String?

  package init(_ text: String, severity: String? = nil) {
    self.text = text
    self.severity = severity
  }
}

/// The sentences that prompts are drawn from, by finding and label.
package struct ImpressionLibrary: Sendable {
  struct Key: Hashable {
    var finding: String
    var isPositive: Bool
  }
  var sentences: [Key: [Impression]] = [:]
  /// What a reader should know: rows left out, sentences taken from elsewhere.
  package internal(set) var notes: [String] = []

  /// The sentences of the audit's own findings.
  package init(cohort findings: [FindingSpecification]) {
    for finding in findings {
      for isPositive in [true, false] {
        sentences[Key(finding: finding.name, isPositive: isPositive)] =
          (isPositive ? finding.positive : finding.negative).map { Impression($0) }
      }
    }
  }

  /// The library of the program; findings that it does not know keep the cohort's sentences.
  package static func builtIn(for findings: [FindingSpecification]) -> ImpressionLibrary {
    var library = ImpressionLibrary(cohort: findings)
    for finding in findings {
      if let positives = BuiltInImpressions.positive(finding.name) {
        library.sentences[Key(finding: finding.name, isPositive: true)] = positives
        library.sentences[Key(finding: finding.name, isPositive: false)] =
          BuiltInImpressions.negative
      } else {
        library.notes.append(
          "The built-in library has no sentences for '\(finding.name)'; the cohort's own were used."
        )
      }
    }
    return library
  }

  package func impressions(finding: String, isPositive: Bool) -> [Impression] {
    sentences[Key(finding: finding, isPositive: isPositive)] ?? []
  }

  /// One sentence: severities equally often, then the sentences of one severity equally often.
  package func draw(
    finding: String, isPositive: Bool, using stream: inout RandomStream
  ) -> Impression? {
    let all = impressions(finding: finding, isPositive: isPositive)
    guard !all.isEmpty else { return nil }
    var severities: [String?] = []
    for item in all where !severities.contains(item.severity) { severities.append(item.severity) }
    guard severities.count > 1 else { return all[stream.integer(below: all.count)] }
    let severity = severities[stream.integer(below: severities.count)]
    let chosen = all.filter { $0.severity == severity }
    return chosen[stream.integer(below: chosen.count)]
  }
}
