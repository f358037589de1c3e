import Randomness
import Vocabulary

/// The attribute groups that span the cells, named as the audit names them.
package struct CellGrid: Sendable, Equatable {
  /// In the order of ``Attribute/precedes(_:_:)``.
  package let groupings: [Grouping]

  package init(_ groupings: [Grouping]) {
    self.groupings = groupings.sorted {
      Attribute.precedes($0.attribute.name, $1.attribute.name)
    }
  }

  /// Groups by attribute name and rule.
  package init(_ rules: KeyValuePairs<String, GroupRule>) {
    self.init(rules.map { Grouping(.named($0.key), rule: $0.value) })
  }

  /// Every cell of one finding and label, the first attribute outermost.
  package func cells(finding: String, isPositive: Bool) -> [TrainingCell] {
    groupings.reduce([TrainingCell(finding: finding, isPositive: isPositive)]) { cells, grouping in
      cells.flatMap { cell in
        grouping.groups.map { group in
          var cell = cell
          cell.groups[grouping.attribute.name] = group
          return cell
        }
      }
    }
  }

  /// The whole numbers that images of a bin are drawn with; open bins reach ten up. nil where `group`
  /// is no bin.
  package func numbers(of group: String?, attribute: String) -> ClosedRange<Int>? {
    guard let group,
      let grouping = groupings.first(where: { $0.attribute.name == attribute }),
      let bounds = grouping.bounds(of: group)
    else { return nil }
    // Far beyond what is a year or any unit of a body; keeps the conversion exact.
    let lower = Int(min(max(bounds.lower, -1e9), 1e9).rounded(.up))
    guard let upper = bounds.upper else { return lower...(lower + 10) }
    return lower...max(lower, Int(min(max(upper, -1e9), 1e9).rounded(.up)) - 1)
  }
}
