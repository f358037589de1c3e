/// A column together with the rule that fills it from a result.
struct ColumnOf<Row>: Sendable {
  var column: Table.Column
  var cell: @Sendable (Row) -> Cell

  init(_ column: Table.Column, _ cell: @escaping @Sendable (Row) -> Cell) {
    self.column = column
    self.cell = cell
  }
}

extension Table {
  /// Fills the columns from the results, row by row.
  ///
  /// - Parameter band: The heading under which a row stands, for tables of several attributes.
  init<Result>(
    _ anchor: Anchor, _ caption: Prose, of results: [Result], columns: [ColumnOf<Result>],
    note: Prose? = nil, band: (Result) -> String? = { _ in nil }
  ) {
    self.init(
      anchor: anchor, caption: caption, columns: columns.map(\.column),
      rows: results.map { result in
        Row(cells: columns.map { $0.cell(result) }, band: band(result))
      }, note: note)
  }
}

extension Sequence {
  /// The elements by key, keys in the order in which they first come.
  func grouped<Key: Hashable>(by key: (Element) -> Key) -> [(key: Key, members: [Element])] {
    var order: [Key] = []
    var members: [Key: [Element]] = [:]
    for element in self {
      let name = key(element)
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(element)
    }
    return order.map { ($0, members[$0] ?? []) }
  }
}
