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
      for (finding, column) in map.sorted(by: { $0.key < $1.key }) {
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
    return columns
  }
}
