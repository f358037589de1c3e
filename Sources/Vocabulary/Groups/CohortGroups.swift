/// How the cases of one cohort fall into groups: its attributes, the spec's rules, intersections.
///
/// Whatever counts or compares groups of a cohort asks this, so that a plan counts what a run counts.
package struct CohortGroups: Sendable {
  /// Attributes with at least two groups, in the order of ``Attribute/precedes(_:_:)``.
  package let groupings: [Grouping]
  /// Those whose attributes all have two groups or more.
  package let intersections: [[String]]

  /// - Parameter values: An attribute's value for every case of the cohort.
  package init(
    attributes: [Attribute], rules: [String: GroupRule], intersections: [[String]],
    values: (String) -> [String?]
  ) {
    groupings = attributes.compactMap { attribute in
      let all = values(attribute.name)
      guard all.contains(where: { $0 != nil }) else { return nil }
      let grouping = Grouping(attribute, rule: rules[attribute.name], values: all)
      return grouping.groups.count > 1 ? grouping : nil
    }
    let known = Set(groupings.map(\.attribute.name))
    self.intersections = intersections.filter { known.isSuperset(of: $0) }
  }

  /// The columns of a table of cases: attributes, then intersections.
  ///
  /// - Parameters:
  ///   - reasons: Attribute to why nothing may be concluded about it.
  ///   - crossed: False leaves the intersections out.
  ///   - values: An attribute's value for every row of the table.
  /// - Throws: `AuditFailure` where edges meet a word.
  package func columns(
    reasons: [String: String] = [:], crossed: Bool = true, values: (String) -> [String?]
  ) throws -> [AttributeColumn] {
    let single = try groupings.map { grouping -> AttributeColumn in
      var column = try grouping.column(of: values(grouping.attribute.name))
      column.notEvaluableReason = reasons[column.name]
      return column
    }
    return crossed ? single + crossings(of: single) : single
  }

  /// The intersections of columns of attributes.
  package func crossings(of columns: [AttributeColumn]) -> [AttributeColumn] {
    intersections.map { names in
      AttributeColumn.intersection(
        of: names.compactMap { name in columns.first { $0.name == name } })
    }
  }
}
