import AuditModel
import AuditStore
import Vocabulary

/// The cases of a cohort as columns, made once for all its tables: a row of a table is a number here,
/// and no case is copied for it.
struct CaseColumns {
  let cases: [StoredCase]
  /// Attributes without intersections, over all cases.
  private let attributes: [AttributeColumn]
  private let groups: CohortGroups
  /// By case: number of its cluster among all of ``numbering``, −1 where it has none there.
  private let cluster: [Int32]
  private let clusterCount: Int
  /// The cases whose clusters are numbered, and the cluster of each.
  private let numbering: (cases: [StoredCase], cluster: [Int32])

  /// - Parameters:
  ///   - numbering: Whose clusters are numbered: the cases, or the real ones of twins.
  ///   - reasons: Attribute to why nothing may be concluded about it.
  init(
    _ cases: [StoredCase], numbering: [StoredCase]?, specification: AuditSpecification,
    reasons: [String: String]
  ) throws {
    self.cases = cases
    let groups = CohortGroups(
      attributes: specification.attributes, rules: specification.analysis.groups,
      intersections: specification.analysis.intersections
    ) { name in cases.map { $0.attributes[name] } }
    attributes = try groups.columns(reasons: reasons, crossed: false) { name in
      cases.map { $0.attributes[name] }
    }
    self.groups = groups
    var numbers: [String: Int32] = [:]
    func number(_ item: StoredCase) -> Int32 {
      if let known = numbers[item.cluster] { return known }
      numbers[item.cluster] = Int32(numbers.count)
      return Int32(numbers.count - 1)
    }
    let numbered = (numbering ?? cases).map(number)
    clusterCount = numbers.count
    cluster = numbering == nil ? numbered : cases.map { numbers[$0.cluster] ?? -1 }
    self.numbering = (numbering ?? cases, numbered)
  }

  /// What the tables of one finding share.
  struct Finding {
    let name: String
    /// By case: 1, 0, or −1 where the label is unknown.
    var labels: [Int8]
    /// Cases with a label, placebos among them.
    var labelled: [Int32]
    /// By case: number of its cluster, in order of first appearance among those with a label; −1 is none.
    var cluster: [Int32]
    var clusterCount: Int
  }

  func finding(_ name: String) -> Finding {
    var reading = LabelReading(of: name)
    let labels = cases.indices.map { index -> Int8 in
      reading.label(in: cases[index].labels).map { $0 ? 1 : 0 } ?? -1
    }
    var numbers = [Int32](repeating: -1, count: clusterCount)
    var count: Int32 = 0
    for index in numbering.cases.indices
    where reading.label(in: numbering.cases[index].labels) != nil {
      let place = Int(numbering.cluster[index])
      if numbers[place] < 0 {
        numbers[place] = count
        count += 1
      }
    }
    return Finding(
      name: name, labels: labels,
      labelled: labels.indices.filter { labels[$0] >= 0 }.map(Int32.init),
      cluster: cluster.map { $0 < 0 ? -1 : numbers[Int($0)] }, clusterCount: Int(count))
  }

  /// The columns of a table of these cases: attributes, then intersections.
  func columns(of rows: [Int32]) -> [AttributeColumn] {
    let cut = attributes.map { column in
      var cut = column
      cut.membership = rows.map { column.membership[Int($0)] }
      return cut
    }
    return cut + groups.crossings(of: cut)
  }
}
