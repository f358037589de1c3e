import Vocabulary

/// A declared question that could not be asked, with its reason: it stays in the family and in every
/// count, so that nothing declared can vanish.
package struct Absence: Sendable, Equatable {
  package enum Cause: String, Sendable, Codable, CaseIterable {
    /// The classifier has no output of the finding.
    case noOutput
    /// No image has a label of the finding.
    case noLabels
    /// No labelled image has a score.
    case noScores
    /// No image has a value of the attribute that belongs to a group.
    case noValues
    /// All images belong to one group.
    case oneGroup
  }
  package var question: Question
  package var cause: Cause
  /// Quotable, with what is missing and where.
  package var sentence: String

  package init(_ question: Question, cause: Cause, sentence: String) {
    self.question = question
    self.cause = cause
    self.sentence = sentence
  }
}

/// What became of the rows of one question's cohort, from the table to the analysis.
package struct Accounting: Sendable, Equatable {
  /// One group's rows.
  package struct Group: Sendable, Equatable, Codable {
    package var group: String
    /// In the table, whatever is missing of them.
    package var rows: Int
    package var withoutLabel: Int
    /// With a label and no score, by class.
    package var positivesWithoutScore: Int
    package var negativesWithoutScore: Int
    /// Analysed.
    package var positives: Int
    package var negatives: Int
    /// Within which the AUC lies whatever the missing scores are; nil where none is missing.
    package var worstCaseLower: Double?
    package var worstCaseUpper: Double?

    package init(
      group: String, rows: Int, withoutLabel: Int = 0, positivesWithoutScore: Int = 0,
      negativesWithoutScore: Int = 0, positives: Int, negatives: Int
    ) {
      self.group = group
      self.rows = rows
      self.withoutLabel = withoutLabel
      self.positivesWithoutScore = positivesWithoutScore
      self.negativesWithoutScore = negativesWithoutScore
      self.positives = positives
      self.negatives = negatives
    }

    package var withoutScore: Int { positivesWithoutScore + negativesWithoutScore }
    /// Share of the rows that were not analysed, 0…1.
    package var missingShare: Double {
      rows > 0 ? Double(withoutLabel + withoutScore) / Double(rows) : 0
    }
  }

  /// Rows whose value belongs to no group.
  package struct Outside: Sendable, Equatable, Codable {
    /// As in the table.
    package var value: String
    package var rows: Int

    package init(value: String, rows: Int) {
      self.value = value
      self.rows = rows
    }
  }

  package var question: Question
  /// Of the cohort, without placebo images; on synthetic images those of the finding.
  package var rows: Int
  /// Without a value of the attribute.
  package var withoutValue: Int
  /// With a value that no group holds, in all and by value, commonest first, at most twenty.
  package var inNoGroup: Int
  package var outside: [Outside]
  package var analysed: Int
  package var groups: [Group]

  package init(
    _ question: Question, rows: Int, withoutValue: Int, inNoGroup: Int, outside: [Outside],
    groups: [Group]
  ) {
    self.question = question
    self.rows = rows
    self.withoutValue = withoutValue
    self.inNoGroup = inNoGroup
    self.outside = outside
    self.groups = groups
    analysed = groups.reduce(0) { $0 + $1.positives + $1.negatives }
  }
}

extension Absence: Codable {
  private enum CodingKeys: String, CodingKey { case cause, sentence }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    question = try Question(from: decoder)
    cause = try container.decode(Cause.self, forKey: .cause)
    sentence = try container.decode(String.self, forKey: .sentence)
  }

  package func encode(to encoder: any Encoder) throws {
    try question.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(cause, forKey: .cause)
    try container.encode(sentence, forKey: .sentence)
  }
}

extension Accounting: Codable {
  private enum CodingKeys: String, CodingKey {
    case rows, withoutValue, inNoGroup, outside, analysed, groups
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    question = try Question(from: decoder)
    rows = try container.decode(Int.self, forKey: .rows)
    withoutValue = try container.decode(Int.self, forKey: .withoutValue)
    inNoGroup = try container.decode(Int.self, forKey: .inNoGroup)
    outside = try container.decode([Outside].self, forKey: .outside)
    analysed = try container.decode(Int.self, forKey: .analysed)
    groups = try container.decode([Group].self, forKey: .groups)
  }

  package func encode(to encoder: any Encoder) throws {
    try question.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(withoutValue, forKey: .withoutValue)
    try container.encode(inNoGroup, forKey: .inNoGroup)
    try container.encode(outside, forKey: .outside)
    try container.encode(analysed, forKey: .analysed)
    try container.encode(groups, forKey: .groups)
  }
}
