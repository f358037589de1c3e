import Vocabulary

/// One cell of the table that rebalancing balances: a finding, its label and the attribute groups.
package struct TrainingCell: Sendable, Hashable, Comparable {
  package var finding: String
  package var isPositive: Bool
  /// Group by attribute, such as `40-59` of `age`.
  package var groups: AttributeValues

  package init(finding: String, isPositive: Bool, groups: AttributeValues = [:]) {
    self.finding = finding
    self.isPositive = isPositive
    self.groups = groups
  }

  package var label: String { isPositive ? "positive" : "negative" }

  /// Words for a reason sentence: `Female, age 40-59`.
  package var groupDescription: String {
    let parts = groups.entries.map { entry in
      let attribute = Attribute.named(entry.attribute)
      let isPlain = attribute.isKnown && attribute.kind == .categories
      return isPlain ? entry.value : "\(entry.attribute) \(entry.value)"
    }
    return parts.isEmpty ? "all" : parts.joined(separator: ", ")
  }

  package static func < (left: TrainingCell, right: TrainingCell) -> Bool {
    left.key.lexicographicallyPrecedes(right.key)
  }

  private var key: [String] {
    [finding, isPositive ? "0" : "1"]
      + groups.entries.flatMap { entry -> [String] in
        // Bins sort by their lower edge, which is what the name starts with.
        let lower = String(entry.value.prefix { $0.isNumber })
        let padded = String(repeating: "0", count: max(0, 3 - lower.count)) + lower
        return [padded, entry.value]
      }
  }
}
