/// One cell of the table that rebalancing balances: a finding, its label and the attribute groups.
package struct TrainingCell: Sendable, Hashable, Comparable {
  package var finding: String
  package var isPositive: Bool
  package var sex: String?
  /// A group name such as `40-59` or `80+`.
  package var age: String?
  package var race: String?

  package init(
    finding: String, isPositive: Bool, sex: String? = nil, age: String? = nil, race: String? = nil
  ) {
    self.finding = finding
    self.isPositive = isPositive
    self.sex = sex
    self.age = age
    self.race = race
  }

  package var label: String { isPositive ? "positive" : "negative" }

  /// Words for a reason sentence: `women aged 40-59`.
  package var groupDescription: String {
    let parts = [sex, age.map { "age \($0)" }, race].compactMap { $0 }
    return parts.isEmpty ? "all" : parts.joined(separator: ", ")
  }

  package static func < (left: TrainingCell, right: TrainingCell) -> Bool {
    left.key.lexicographicallyPrecedes(right.key)
  }

  private var key: [String] {
    // Ages sort by their lower edge, which is what the name starts with.
    let lower = age.map { String($0.prefix { $0.isNumber }) } ?? ""
    let padded = String(repeating: "0", count: max(0, 3 - lower.count)) + lower
    return [finding, isPositive ? "0" : "1", sex ?? "", padded, age ?? "", race ?? ""]
  }
}

/// The attribute groups that span the cells.
package struct CellGrid: Sendable, Equatable {
  package struct AgeBin: Sendable, Equatable {
    package var name: String
    /// Years, both inclusive; `upper` of an open bin is nil.
    package var lower: Double
    package var upper: Double?

    package init(name: String, lower: Double, upper: Double?) {
      self.name = name
      self.lower = lower
      self.upper = upper
    }

    func contains(_ age: Double) -> Bool { age >= lower && upper.map { age < $0 + 1 } ?? true }
  }

  package var sexes: [String]
  package var ages: [AgeBin]
  package var races: [String]

  package init(sexes: [String], ages: [AgeBin], races: [String]) {
    self.sexes = sexes
    self.ages = ages
    self.races = races
  }

  /// Bins from ascending edges; the last is open: `[0, 20]` makes `0-19` and `20+`.
  package static func bins(edges: [Double]) -> [AgeBin] {
    edges.indices.map { index in
      let lower = edges[index]
      guard index + 1 < edges.count else {
        return AgeBin(name: "\(Int(lower))+", lower: lower, upper: nil)
      }
      let upper = edges[index + 1] - 1
      return AgeBin(name: "\(Int(lower))-\(Int(upper))", lower: lower, upper: upper)
    }
  }

  /// Every cell of one finding and label.
  package func cells(finding: String, isPositive: Bool) -> [TrainingCell] {
    func optional<Value>(_ values: [Value]) -> [Value?] { values.isEmpty ? [nil] : values }
    return optional(sexes).flatMap { sex in
      optional(ages).flatMap { age in
        optional(races).map { race in
          TrainingCell(
            finding: finding, isPositive: isPositive, sex: sex, age: age?.name, race: race)
        }
      }
    }
  }
}

/// `Female` and `Male` from the spellings that tables use; other words stay as they are.
package func sexWord(_ text: String) -> String {
  switch text.lowercased() {
  case "f", "female", "woman": "Female"
  case "m", "male", "man": "Male"
  default: text
  }
}
