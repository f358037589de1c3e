import AuditModel
import Vocabulary

/// Groups of the two sets by attribute, each cut to one number of images.
///
/// Distances grow as images get fewer, so groups of one attribute are compared at equal numbers.
struct MeasureGroups {
  struct Group {
    var attribute: String
    var group: String
    /// Rows of the set; of equal number in all groups of the attribute. Empty where `reason` says why.
    var synthetic: [Int]
    var real: [Int]
    /// All rows of the group.
    var allSynthetic: [Int]
    var allReal: [Int]
    var reason: String?
  }

  private(set) var groups: [Group] = []
  private(set) var notes: [String] = []

  init(
    synthetic: MeasuredSet, real: MeasuredSet, analysis: AnalysisSpecification, minimum: Int,
    limit: Int, seed: UInt64
  ) throws {
    func names(_ set: MeasuredSet) -> Set<String> {
      Set(set.images.flatMap { $0.attributes.attributes })
    }
    let common = names(synthetic).intersection(names(real))
    for name in names(synthetic).subtracting(common).sorted() {
      notes.append(
        "Groups of \(name) were not compared: the real images do not say it.")
    }
    let attributes = common.sorted(by: Attribute.precedes).map { Attribute.named($0) }
    let images = synthetic.images + real.images
    func values(_ name: String) -> [String?] { images.map { $0.attributes[name] } }
    let cohort = CohortGroups(
      attributes: attributes, rules: analysis.groups, intersections: analysis.intersections,
      values: values)
    for column in try cohort.columns(values: values) {
      add(
        column, synthetic: synthetic, real: real, minimum: minimum, limit: limit, seed: seed)
    }
  }

  private mutating func add(
    _ column: AttributeColumn, synthetic: MeasuredSet, real: MeasuredSet, minimum: Int, limit: Int,
    seed: UInt64
  ) {
    let count = synthetic.images.count
    let members = column.groups.indices.map { group in
      let rows = column.membership.indices.filter { Int(column.membership[$0]) == group }
      return (
        synthetic: rows.filter { $0 < count }, real: rows.filter { $0 >= count }.map { $0 - count }
      )
    }
    let large = members.filter { $0.synthetic.count >= minimum && $0.real.count >= minimum }
    let drawn = min(large.map(\.synthetic.count).min() ?? 0, limit)
    let taken = min(large.map(\.real.count).min() ?? 0, limit)
    for (name, rows) in zip(column.groups, members) {
      var group = Group(
        attribute: column.name, group: name, synthetic: [], real: [], allSynthetic: rows.synthetic,
        allReal: rows.real)
      if rows.synthetic.count < minimum || rows.real.count < minimum {
        group.reason =
          "\(rows.synthetic.count) synthetic and \(rows.real.count) real images; at least \(minimum) of "
          + "each are needed"
      } else {
        func sample(_ rows: [Int], _ set: MeasuredSet, _ limit: Int, _ role: String) -> [Int] {
          var stream = SampleStream(seed: seed, name: "\(role) \(column.name) \(name)")
          return stream.rows(clusters: rows.map { set.images[$0].cluster }, limit: limit)
            .map { rows[$0] }
        }
        group.synthetic = sample(rows.synthetic, synthetic, drawn, "synthetic")
        group.real = sample(rows.real, real, taken, "real")
      }
      groups.append(group)
    }
  }
}
