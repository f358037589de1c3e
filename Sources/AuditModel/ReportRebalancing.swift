package struct RebalancingRecord: Sendable, Equatable, Codable {
  package var strategy: String
  package var budget: Int
  package var cells: [RebalancingCell]
  /// Export format to path, relative to the report folder.
  package var exports: [String: String] = [:]
  package var notes: [String] = []

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
  package var sex: String?
  package var age: String?
  package var race: String?
  package var have: Int
  package var add: Int
  package var reason: String

  package init(
    finding: String, label: String, sex: String?, age: String?, race: String?, have: Int, add: Int,
    reason: String
  ) {
    self.finding = finding
    self.label = label
    self.sex = sex
    self.age = age
    self.race = race
    self.have = have
    self.add = add
    self.reason = reason
  }
}
