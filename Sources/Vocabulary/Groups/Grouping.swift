import Basics

/// The groups of one attribute and the group of each value: the only namer of groups and bins.
///
/// A grouping is made once for a cohort, so that the groups of all its findings have one name.
package struct Grouping: Sendable, Equatable {
  package let attribute: Attribute
  package let rule: GroupRule?
  /// Names in the order of display.
  package let groups: [String]
  /// Ascending; empty where groups are values.
  private let edges: [Double]
  /// ``Attribute/key(_:)`` to group.
  private let place: [String: Int32]

  /// Groups by a rule; without one every distinct value is a group, numbers in numeric order.
  ///
  /// Without a rule the spellings of a value are gathered under the commonest of them, and cells that
  /// say that nothing is known are no group.
  package init(_ attribute: Attribute, rule: GroupRule?, values: [String?] = []) {
    self.attribute = attribute
    self.rule = rule
    switch rule {
    case .edges(let listed):
      edges = listed.sorted()
      groups = Self.binNames(edges)
      place = [:]
    case .values(let listed):
      edges = []
      groups = listed
      place = Self.places(of: listed, attribute)
    case .gathered(let gathered):
      edges = []
      groups = gathered.map(\.name)
      place = [:]
    case nil:
      edges = []
      groups = Self.distinct(values, attribute)
      place = Self.places(of: groups, attribute)
    }
  }

  private static func places(of groups: [String], _ attribute: Attribute) -> [String: Int32] {
    var place: [String: Int32] = [:]
    // The first of two that mean the same counts; specs with such rules are refused.
    for (index, group) in groups.enumerated().reversed() {
      place[attribute.key(group)] = Int32(index)
    }
    return place
  }

  private static func distinct(_ values: [String?], _ attribute: Attribute) -> [String] {
    var counts: [String: Int] = [:]
    for case let value? in values { counts[value, default: 0] += 1 }
    var common: [String: (spelling: String, count: Int)] = [:]
    for (value, count) in counts where !Attribute.isMissing(value) {
      let key = attribute.key(value)
      let spelling =
        attribute.kind == .number ? key : Self.trimmed(value)
      let known = common[key]
      // Spellings that are equally common: the first in the alphabet, so that no order of rows counts.
      if known.map({ (count, $0.spelling) > ($0.count, spelling) }) ?? true {
        common[key] = (spelling, count)
      }
    }
    return common.values.map(\.spelling).sorted { first, second in
      if let x = Attribute.number(first), let y = Attribute.number(second), x != y { return x < y }
      return first < second
    }
  }

  private static func trimmed(_ value: String) -> String {
    var text = value[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// Index into ``groups``; −1 for a value outside the rule or a missing one.
  ///
  /// - Throws: ``AuditFailure`` when the rule gives edges and `value` is not a number.
  package func index(of value: String?) throws -> Int32 {
    guard let value else { return -1 }
    if case .gathered(let gathered) = rule {
      return Int32(gathered.firstIndex { $0.contains(value, of: attribute) } ?? -1)
    }
    guard !edges.isEmpty else { return place[attribute.key(value)] ?? -1 }
    let text = Self.trimmed(value)
    guard let number = Attribute.number(text) else {
      if Attribute.isMissing(text) { return -1 }
      throw AuditFailure(
        "attribute '\(attribute.name)': '\(text.prefix(40))' is not a number, but "
          + "analysis.groups.\(attribute.name) gives edges",
        hint: "list the values instead of edges, or correct the table")
    }
    return Int32((edges.firstIndex { $0 > number } ?? edges.count) - 1)
  }

  /// The name of the group of `value`, or nil where it has none.
  package func group(of value: String?) throws -> String? {
    let index = Int(try index(of: value))
    return index < 0 ? nil : groups[index]
  }

  /// The groups of all rows.
  ///
  /// - Throws: ``AuditFailure`` with the row, counted from 1, where edges meet a word.
  package func column(of values: [String?]) throws -> AttributeColumn {
    // Tables have many rows and few distinct values.
    var known: [String: Int32] = [:]
    var membership: [Int32] = []
    membership.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      guard let value else {
        membership.append(-1)
        continue
      }
      if let index = known[value] {
        membership.append(index)
        continue
      }
      do {
        let index = try index(of: value)
        known[value] = index
        membership.append(index)
      } catch let failure as AuditFailure {
        throw AuditFailure("row \(row + 1): \(failure.message)", hint: failure.hint)
      }
    }
    return AttributeColumn(name: attribute.name, groups: groups, membership: membership)
  }

  /// The numbers of a bin, from `lower` to below `upper`; nil for a group that is no bin.
  package func bounds(of group: String) -> (lower: Double, upper: Double?)? {
    guard !edges.isEmpty, let index = groups.firstIndex(of: group) else { return nil }
    return (edges[index], index + 1 < edges.count ? edges[index + 1] : nil)
  }

  /// Groups of the rule, other than bins, that no row has: misspelt, or absent from the table.
  package func unmatched(in values: [String?]) -> [String] {
    if case .gathered(let gathered) = rule {
      let present = Set(values.compactMap { $0 })
      return gathered.filter { group in !present.contains { group.contains($0, of: attribute) } }
        .map(\.name)
    }
    guard case .values = rule else { return [] }
    let present = Set(Set(values.compactMap { $0 }).map(attribute.key))
    return groups.filter { !present.contains(attribute.key($0)) }
  }

  /// Values and patterns that groups gather and no row has; a pattern's stars are any text.
  package func gatheredWithoutRows(in values: [String?]) -> [(group: String, pattern: String)] {
    guard case .gathered(let gathered) = rule else { return [] }
    let present = Set(values.compactMap { $0 })
    return gathered.flatMap { group in
      group.patterns.compactMap { pattern in
        let alone = GroupRule.Gathering(name: group.name, patterns: [pattern])
        return present.contains { alone.contains($0, of: attribute) } ? nil : (group.name, pattern)
      }
    }
  }

  /// Distinct values that belong to no group, with how many rows have them, commonest first; the empty
  /// text stands for missing ones.
  package func outside(_ values: [String?]) throws -> [(value: String, rows: Int)] {
    var counts: [String: Int] = [:]
    for value in values { counts[value ?? "", default: 0] += 1 }
    return try counts.filter { try index(of: $0.key.isEmpty ? nil : $0.key) < 0 }
      .map { (value: $0.key, rows: $0.value) }
      .sorted { ($1.rows, $0.value) < ($0.rows, $1.value) }
  }

  /// `0-19` has an inclusive upper end; edges that are not whole are named `0-<19.5`.
  private static func binNames(_ edges: [Double]) -> [String] {
    edges.indices.map { index in
      guard index + 1 < edges.count else { return Attribute.text(edges[index]) + "+" }
      let (low, high) = (edges[index], edges[index + 1])
      guard low == low.rounded(), high == high.rounded() else {
        return "\(Attribute.text(low))-<\(Attribute.text(high))"
      }
      return high - low == 1
        ? Attribute.text(low) : "\(Attribute.text(low))-\(Attribute.text(high - 1))"
    }
  }
}
