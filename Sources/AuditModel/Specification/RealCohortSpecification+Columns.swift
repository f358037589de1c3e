extension RealCohortSpecification {
  /// A column of the table and the key of the spec that names it.
  package struct NamedColumn: Sendable, Equatable {
    package var key: String
    package var column: String
  }

  /// Every column that the table must have.
  package var namedColumns: [NamedColumn] {
    var columns = [NamedColumn(key: "real.columns.image", column: imageColumn)]
    func add(_ key: String, _ column: String?) {
      if let column { columns.append(NamedColumn(key: key, column: column)) }
    }
    add("real.columns.patient", patientColumn)
    for source in attributes {
      let name = source.attribute.name
      add(
        source.attribute.isKnown ? "real.columns.\(name)" : "real.columns.attributes.\(name)",
        source.column)
    }
    switch labels {
    case .columns(let map):
      for (finding, column) in map.sorted(by: { $0.key < $1.key }) where !column.isEmpty {
        add("real.columns.labels.\(finding)", column)
      }
    case .list(let column, _, _): add("real.columns.labels", column)
    }
    for (classifier, findings) in scores.sorted(by: { $0.key < $1.key }) {
      for (finding, column) in findings.sorted(by: { $0.key < $1.key }) {
        add("real.columns.scores.\(classifier).\(finding)", column)
      }
    }
    for column in filter.keys.sorted() { add("real.where", column) }
    for column in alternatives.keys.sorted() { add("real.where", column) }
    for column in ageRule?.columns.dropFirst() ?? [] { add("real.columns.age", column) }
    add("real.fold", folding?.readerColumn)
    for join in joins { for key in join.keys { add("real.join", key.own) } }
    // What a join gives is not looked for in the table itself.
    let joined = Set(joins.flatMap { $0.columns.map(\.own) })
    return columns.filter { !joined.contains($0.column) }
  }
}
