import Vocabulary

/// What became of the rows of a cohort, from the table to the analysis.
package struct RowCounts: AnswerContent {
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
    rows: Int, withoutValue: Int, inNoGroup: Int, outside: [Outside],
    groups: [Group]
  ) {
    self.rows = rows
    self.withoutValue = withoutValue
    self.inNoGroup = inNoGroup
    self.outside = outside
    self.groups = groups
    analysed = groups.reduce(0) { $0 + $1.positives + $1.negatives }
  }
}

/// What became of the rows of one question's cohort.
package typealias Accounting = Answer<RowCounts>

extension Answer where Content == RowCounts {
  package typealias Group = RowCounts.Group
  package typealias Outside = RowCounts.Outside
}
