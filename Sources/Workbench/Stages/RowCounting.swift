import AuditModel
import AuditStore
import Fairness
import Vocabulary

/// Counts the rows of one attribute of one table, whatever is missing of them.
struct RowCounting {
  let column: AttributeColumn
  /// Places among the cases: scored ones first, then labelled ones without a score, then those without
  /// a label.
  let rows: [Int32]
  let scored: Int
  let cases: [StoredCase]
  /// By case: 1, 0, or −1 where it is unknown.
  let labels: [Int8]

  /// A value of fewer rows than this is not named: it may be one person's.
  private static let namedFrom = 5

  func account() -> RowAccount {
    var groups = column.groups.map {
      Accounting.Group(group: $0, rows: 0, positives: 0, negatives: 0)
    }
    var withoutValue = 0
    var outside: [String: Int] = [:]
    for (row, place) in rows.enumerated() {
      let member = Int(column.membership[row])
      guard member >= 0 else {
        if let value = value(of: cases[Int(place)]) {
          outside[value, default: 0] += 1
        } else {
          withoutValue += 1
        }
        continue
      }
      groups[member].rows += 1
      guard row >= scored else { continue }
      switch labels[Int(place)] {
      case 1: groups[member].positivesWithoutScore += 1
      case 0: groups[member].negativesWithoutScore += 1
      default: groups[member].withoutLabel += 1
      }
    }
    let named = outside.filter { $0.value >= Self.namedFrom }
      .map { Accounting.Outside(value: $0.key, rows: $0.value) }
      .sorted { ($1.rows, $0.value) < ($0.rows, $1.value) }
    let rest = outside.values.reduce(0, +) - named.reduce(0) { $0 + $1.rows }
    return RowAccount(
      rows: rows.count, withoutValue: withoutValue, inNoGroup: outside.values.reduce(0, +),
      outside: named + (rest > 0 ? [Accounting.Outside(value: "other values", rows: rest)] : []),
      groups: groups)
  }

  /// The value in the table; of an intersection all of them, or nil where one is missing.
  private func value(of item: StoredCase) -> String? {
    var values: [String] = []
    for name in Grouping.attributes(of: column.name) {
      guard let value = item.attributes[name], !Attribute.isMissing(value) else { return nil }
      values.append(value)
    }
    return values.joined(separator: ", ")
  }
}
