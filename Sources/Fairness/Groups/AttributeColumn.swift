import AuditModel
import Basics
import Foundation

/// The groups of one sensitive attribute and the group of each row.
package struct AttributeColumn: Sendable {
  /// `sex`, `age`, `race`, or an intersection `sex*age`.
  package var name: String
  /// In the order of display.
  package var groups: [String]
  /// Index into ``groups`` by row; −1 is none.
  package var membership: [Int32]
  /// Why nothing may be concluded about this attribute, for instance a generator that cannot draw it.
  package var notEvaluableReason: String?
  package var isIntersection: Bool

  package init(
    name: String, groups: [String], membership: [Int32], notEvaluableReason: String? = nil,
    isIntersection: Bool = false
  ) {
    self.name = name
    self.groups = groups
    self.membership = membership
    self.notEvaluableReason = notEvaluableReason
    self.isIntersection = isIntersection
  }

  /// The crossing of attributes, groups named `F*0-19`.
  ///
  /// All combinations are listed, also empty ones, up to 1,000; beyond that only those that occur.
  package static func intersection(of columns: [AttributeColumn]) -> AttributeColumn {
    let rowCount = columns.first?.membership.count ?? 0
    var code = [Int](repeating: 0, count: rowCount)
    var combinations = 1
    for column in columns {
      let size = max(1, column.groups.count)
      combinations =
        combinations.multipliedReportingOverflow(by: size).overflow
        ? Int.max / 4096 : combinations * size
      for row in 0..<rowCount {
        let member = Int(column.membership[row])
        code[row] = member < 0 || code[row] < 0 ? -1 : code[row] &* size &+ member
      }
    }
    let listed =
      combinations <= 1000 ? Array(0..<combinations) : Set(code).subtracting([-1]).sorted()
    var place: [Int: Int32] = [:]
    for (index, value) in listed.enumerated() { place[value] = Int32(index) }
    let names = listed.map { value -> String in
      var rest = value
      var parts: [String] = []
      for column in columns.reversed() {
        let size = max(1, column.groups.count)
        let part = rest % size
        parts.append(part < column.groups.count ? column.groups[part] : "")
        rest /= size
      }
      return parts.reversed().joined(separator: "*")
    }
    return AttributeColumn(
      name: columns.map(\.name).joined(separator: "*"), groups: names,
      membership: code.map { $0 < 0 ? -1 : place[$0] ?? -1 },
      notEvaluableReason: columns.compactMap(\.notEvaluableReason).first, isIntersection: true)
  }
}

/// Groups the values of an attribute by a rule of the spec.
///
/// Without a rule every distinct value is a group, numbers in numeric order. Values outside the rule
/// and missing ones belong to no group. `M`/`Male` and `F`/`Female` mean the same in `sex`.
///
/// - Throws: ``AuditFailure`` when edges are given for values that are not numbers.
package func attributeColumn(
  name: String, values: [String?], rule: GroupRule?
) throws -> AttributeColumn {
  if case .edges = rule {
    let numbers = try values.enumerated().map { row, value -> Double? in
      guard let text = value?.trimmingCharacters(in: .whitespaces), !text.isEmpty else {
        return nil
      }
      guard let number = Double(text), number.isFinite else {
        throw AuditFailure(
          "attribute '\(name)', row \(row + 1): '\(text)' is not a number, but analysis.groups.\(name) gives edges",
          hint: "list the values instead of edges, or correct the table")
      }
      return number
    }
    return attributeColumn(name: name, values: numbers, rule: rule)
  }
  let cleaned = values.map { value -> String? in
    let text = value?.trimmingCharacters(in: .whitespaces)
    return text?.isEmpty == false ? text : nil
  }
  var groups: [String]
  if case .values(let listed) = rule {
    groups = listed
  } else {
    groups = Set(cleaned.compactMap { $0 }).sorted { a, b in
      if let x = Double(a), let y = Double(b), x != y { return x < y }
      return a < b
    }
  }
  var place: [String: Int32] = [:]
  for (index, group) in groups.enumerated().reversed() { place[group] = Int32(index) }
  for (index, group) in groups.enumerated().reversed() {
    let alias = canonical(group, attribute: name)
    if place[alias] == nil { place[alias] = Int32(index) }
  }
  let membership = cleaned.map { value -> Int32 in
    guard let value else { return -1 }
    return place[value] ?? place[canonical(value, attribute: name)] ?? -1
  }
  return AttributeColumn(name: name, groups: groups, membership: membership)
}

/// Groups numbers (ages in years) by a rule of the spec; bins are named `0-19`, `20-39`, …, `80+`.
package func attributeColumn(
  name: String, values: [Double?], rule: GroupRule?
) -> AttributeColumn {
  switch rule {
  case .edges(let edges):
    let sorted = edges.sorted()
    let membership = values.map { value -> Int32 in
      guard let value, value.isFinite else { return -1 }
      return Int32((sorted.firstIndex { $0 > value } ?? sorted.count) - 1)
    }
    return AttributeColumn(name: name, groups: binNames(sorted), membership: membership)
  case .values(let listed):
    var place: [Double: Int32] = [:]
    for (index, text) in listed.enumerated().reversed() {
      if let number = Double(text) { place[number] = Int32(index) }
    }
    return AttributeColumn(
      name: name, groups: listed,
      membership: values.map { $0.flatMap { place[$0] } ?? -1 })
  case nil:
    let distinct = Set(values.compactMap { $0 }.filter(\.isFinite)).sorted()
    var place: [Double: Int32] = [:]
    for (index, number) in distinct.enumerated() { place[number] = Int32(index) }
    return AttributeColumn(
      name: name, groups: distinct.map(numberName),
      membership: values.map { $0.flatMap { place[$0] } ?? -1 })
  }
}

/// `0-19` has an inclusive upper end; edges that are not whole years are named `0-<19.5`.
private func binNames(_ edges: [Double]) -> [String] {
  edges.indices.map { index in
    guard index + 1 < edges.count else { return numberName(edges[index]) + "+" }
    let (low, high) = (edges[index], edges[index + 1])
    guard low == low.rounded(), high == high.rounded() else {
      return "\(numberName(low))-<\(numberName(high))"
    }
    return high - low == 1 ? numberName(low) : "\(numberName(low))-\(numberName(high - 1))"
  }
}

private func numberName(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
}

private func canonical(_ value: String, attribute: String) -> String {
  guard attribute == "sex" else { return value }
  switch value.lowercased() {
  case "m", "male", "man": return "\u{1}male"
  case "f", "female", "woman": return "\u{1}female"
  default: return value
  }
}
