import Basics

/// What makes `audit run` end with exit code 1.
package struct PolicySpecification: Sendable, Equatable {
  /// Verdicts that fail the gate.
  package var failOn: [Verdict.Kind] = []
  /// What becomes of declared questions that could not be asked: passing must be asked for.
  package var whenNotEvaluable: GapLimit.Unknown = .fail
  /// Largest gaps that the audit's owner accepts.
  package var limits: [GapLimit] = []

  package init() {}

  package var isEmpty: Bool { failOn.isEmpty && limits.isEmpty }

  /// One line of JSON, equal for equal rules.
  package var canonicalText: String {
    func optional(_ name: String?) -> WritableJSON { name.map { .string($0) } ?? .null }
    var members: [String: WritableJSON] = [
      "failOn": .array(failOn.map(\.rawValue).sorted().map { .string($0) }),
      "limits": .array(
        limits.map { limit in
          .object([
            "atMost": .number(limit.atMost), "judgedBy": .string(limit.judgedBy.rawValue),
            "whenNotEvaluable": .string(limit.whenNotEvaluable.rawValue),
            "classifier": optional(limit.classifier), "cohort": optional(limit.cohort),
            "finding": optional(limit.finding), "attribute": optional(limit.attribute),
          ])
        }),
    ]
    // Left at its default it leaves the text of former rules as it was.
    if whenNotEvaluable != .fail {
      members["whenNotEvaluable"] = .string(whenNotEvaluable.rawValue)
    }
    return WritableJSON.object(members).canonicalText
  }
}

/// The largest difference in AUC between any two groups that the audit's owner accepts.
///
/// It is held against every classifier, cohort, finding and attribute that it does not narrow down.
package struct GapLimit: Sendable, Equatable, Codable {
  /// The number of a pair of groups that must not exceed the limit.
  package enum Basis: String, Sendable, Codable, CaseIterable {
    /// Fails once the data show a larger gap; few cases pass.
    case lowerLimit
    /// Fails when the observed gap is larger, chance or not.
    case estimate
    /// Fails until the data rule out a larger gap; few cases fail.
    case upperLimit
  }
  /// What becomes of a question in which a pair of groups could not be compared.
  package enum Unknown: String, Sendable, Codable, CaseIterable { case fail, pass }

  package var atMost: Double
  package var judgedBy: Basis
  package var whenNotEvaluable: Unknown = .fail
  package var classifier: String?
  /// `real` or `synthetic`.
  package var cohort: String?
  package var finding: String?
  /// An attribute or an intersection, `sex*age`.
  package var attribute: String?

  package init(atMost: Double, judgedBy: Basis) {
    self.atMost = atMost
    self.judgedBy = judgedBy
  }
}
