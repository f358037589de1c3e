/// The groups of one attribute, or of an intersection, and the group of each row.
package struct AttributeColumn: Sendable {
  /// Name of an attribute, or an intersection `sex*age`.
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
    // Where all are listed, a combination's place is its number.
    let isWhole = combinations <= 1000
    var place: [Int: Int32] = [:]
    if !isWhole { for (index, value) in listed.enumerated() { place[value] = Int32(index) } }
    let names = listed.map { value -> String in
      var rest = value
      var parts: [String] = []
      for column in columns.reversed() {
        let size = max(1, column.groups.count)
        let part = rest % size
        parts.append(part < column.groups.count ? column.groups[part] : "")
        rest /= size
      }
      return Grouping.crossed(parts.reversed())
    }
    return AttributeColumn(
      name: Grouping.crossed(columns.map(\.name)), groups: names,
      membership: code.map { $0 < 0 ? -1 : isWhole ? Int32($0) : place[$0] ?? -1 },
      notEvaluableReason: columns.compactMap(\.notEvaluableReason).first, isIntersection: true)
  }
}
