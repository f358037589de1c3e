import Vocabulary

package struct RebalancingRecord: Sendable, Equatable, Codable {
  package var strategy: String
  package var budget: Int
  package var cells: [RebalancingCell]
  /// Export format to path, relative to the report folder.
  package var exports: [String: String] = [:]
  package var notes: [String] = []
  /// What the training set holds before and after, by finding and group.
  package var subgroups: [RebalancingSubgroup]?
  /// What the quality gates made of the drawn images; nil where none were drawn.
  package var quality: RebalancingQuality?

  package init(strategy: String, budget: Int, cells: [RebalancingCell]) {
    self.strategy = strategy
    self.budget = budget
    self.cells = cells
  }
}

package struct RebalancingCell: Sendable, Equatable, Codable {
  package var finding: String
  /// `positive` or `negative`.
  package var label: String
  /// Group by attribute; an attribute that is absent is not told apart.
  package var groups: AttributeValues
  package var have: Int
  package var add: Int
  package var reason: String
  /// Images that passed the quality gates; nil where none were drawn.
  package var drawn: Int?
  /// Images of this cell that failed a gate and were drawn again.
  package var rejected: Int?
  /// Why the generator cannot express this cell.
  package var warning: String?

  package init(
    finding: String, label: String, groups: AttributeValues, have: Int, add: Int, reason: String
  ) {
    self.finding = finding
    self.label = label
    self.groups = groups
    self.have = have
    self.add = add
    self.reason = reason
  }
}

/// The training set of one finding and group before and after the additions.
package struct RebalancingSubgroup: Sendable, Equatable, Codable {
  package var finding: String
  /// Name of an attribute, or `all`.
  package var attribute: String
  package var group: String
  package var positivesBefore: Int
  package var negativesBefore: Int
  package var positivesAfter: Int
  package var negativesAfter: Int
  /// Share of images with the finding, 0...1; nil for an empty group.
  package var prevalenceBefore: Double?
  package var prevalenceAfter: Double?
  /// Share of synthetic images afterwards, 0...1; nil for an empty group.
  package var syntheticShare: Double?

  package init(
    finding: String, attribute: String, group: String, positivesBefore: Int, negativesBefore: Int,
    positivesAfter: Int, negativesAfter: Int
  ) {
    self.finding = finding
    self.attribute = attribute
    self.group = group
    self.positivesBefore = positivesBefore
    self.negativesBefore = negativesBefore
    self.positivesAfter = positivesAfter
    self.negativesAfter = negativesAfter
    let before = positivesBefore + negativesBefore
    let after = positivesAfter + negativesAfter
    prevalenceBefore = before > 0 ? Double(positivesBefore) / Double(before) : nil
    prevalenceAfter = after > 0 ? Double(positivesAfter) / Double(after) : nil
    syntheticShare = after > 0 ? Double(after - before) / Double(after) : nil
  }
}

/// How many drawn images passed the quality gates, and why the others did not.
package struct RebalancingQuality: Sendable, Equatable, Codable {
  /// Images drawn, every attempt counted.
  package var drawn: Int
  package var accepted: Int
  /// Planned images for which no attempt passed.
  package var unfilled: Int
  /// The most attempts for one planned image.
  package var attempts: Int
  /// The gates that ran, a sentence each.
  package var rules: [String]
  package var rejections: [RebalancingRejection]

  package init(
    drawn: Int, accepted: Int, unfilled: Int, attempts: Int, rules: [String],
    rejections: [RebalancingRejection]
  ) {
    self.drawn = drawn
    self.accepted = accepted
    self.unfilled = unfilled
    self.attempts = attempts
    self.rules = rules
    self.rejections = rejections
  }
}

/// Images of one cell that one gate rejected.
package struct RebalancingRejection: Sendable, Equatable, Codable {
  package var finding: String
  /// `positive` or `negative`.
  package var label: String
  package var groups: AttributeValues
  package var reason: String
  package var images: Int

  package init(_ cell: RebalancingCell, reason: String, images: Int) {
    finding = cell.finding
    label = cell.label
    groups = cell.groups
    self.reason = reason
    self.images = images
  }
}
