import AuditModel
import Statistics
import Vocabulary

/// Every group of an attribute set against all its others together.
///
/// The others of a group are the images of every other group of the attribute as one group, also of
/// groups that are too small to be compared themselves. What is asked of them is what is asked of any
/// group: counts, AUC, limits and influences come from the same code, for an attribute of the two.
struct OtherGroups: Sendable {
  /// What the others are called beside a group.
  static let name = AnalysisSpecification.allOthers

  /// A group and its others, as an attribute of two groups.
  struct Side: Sendable {
    let comparer: MetricComparer
    let subgroups: SubgroupAnalysis

    /// Counts and metrics of the others.
    var result: SubgroupResult { subgroups.results[1] }

    /// The test of the two by `metric`; `nil` where the others cannot be tested.
    func test(by metric: Metric) -> (any ContrastTest)? {
      let estimates = comparer.estimates(metric, grouped: subgroups.grouped)
      guard !estimates.values.contains(where: \.isNaN) else { return nil }
      return comparer.tests(
        of: metric, groups: [0, 1], grouped: subgroups.grouped, estimates: estimates)?.first
    }
  }

  /// By group of the attribute; `nil` for one that is not compared.
  let sides: [Side?]

  /// - Returns: `nil` where the plan asks for other pairs; of two groups, each is all others of the other.
  init?(_ comparer: MetricComparer, subgroups: SubgroupAnalysis, rules: SubgroupAnalysis.Rules) {
    let attribute = comparer.attribute
    guard PairPlan(attribute, comparer.specification) == .withAllOthers else { return nil }
    // By any metric: what separates the classes has no AUC to compare, and may have rates.
    let compared = Set(subgroups.evaluable(for: .sensitivity)).union(subgroups.evaluable)
    let few = compared.count <= ComparisonAnalysis.groupLimit
    sides = parallelMap(count: attribute.groups.count) { group -> Side? in
      guard few, compared.contains(group) else { return nil }
      let two = AttributeColumn(
        name: attribute.name, groups: [attribute.groups[group], Self.name],
        membership: attribute.sides(of: group), isIntersection: true)
      let pair = MetricComparer(
        table: comparer.table, cases: comparer.cases, attribute: two,
        threshold: comparer.threshold, specification: comparer.specification)
      return Side(
        comparer: pair,
        subgroups: SubgroupAnalysis(
          comparer.table, cases: comparer.cases, attribute: two, rules: rules))
    }
  }

  /// The others' counts and metrics, by the name of the group that they are the others of.
  var results: [String: SubgroupResult] {
    var results: [String: SubgroupResult] = [:]
    for case let side? in sides { results[side.subgroups.results[0].group] = side.result }
    return results
  }

  /// Those of `groups` whose others are enough for `metric`.
  func comparable(_ groups: [Int], by metric: Metric) -> [Int] {
    groups.filter { sides[$0]?.subgroups.evaluable(for: metric).contains(1) ?? false }
  }

  /// The values of all groups with those of their others behind them, in the same order.
  func extend(_ estimates: ClusterInfluence, by metric: Metric) -> ClusterInfluence {
    estimates.appending(
      sides.map { side in
        (side.map { $0.comparer.estimates(metric, grouped: $0.subgroups.grouped) }, [1])
      })
  }
}

/// Which pairs of groups of an attribute the plan compares.
package enum PairPlan: Equatable, Sendable {
  case allPairs
  /// Every group with this one.
  case with(Int)
  /// Every group with all its others together.
  case withAllOthers

  package init(_ attribute: AttributeColumn, _ specification: AnalysisSpecification) {
    self.init(attribute, reference: specification.reference[attribute.name])
  }

  /// - Parameter reference: A group of that name comes before the word for all others.
  package init(_ attribute: AttributeColumn, reference: String?) {
    if let group = reference.flatMap({ attribute.groups.firstIndex(of: $0) }) {
      self = .with(group)
    } else if reference == AnalysisSpecification.allOthers,
      Set(attribute.membership.lazy.filter { $0 >= 0 }).count > 2
    {
      self = .withAllOthers
    } else {
      self = .allPairs
    }
  }

  /// The pairs among `groups`; the others of a group stand behind all groups, `count` places after it.
  func pairs(of groups: [Int], count: Int) -> [(first: Int, second: Int)] {
    if self == .withAllOthers { return groups.map { ($0, count + $0) } }
    let all = groups.indices.flatMap { first in
      groups[(first + 1)...].map { (first: groups[first], second: $0) }
    }
    guard case .with(let reference) = self else { return all }
    return all.filter { $0.first == reference || $0.second == reference }
  }

  /// Names of the groups, with those of their others behind them where these are compared.
  func names(_ attribute: AttributeColumn) -> [String] {
    attribute.groups
      + (self == .withAllOthers
        ? [String](repeating: AnalysisSpecification.allOthers, count: attribute.groups.count) : [])
  }
}

extension AttributeColumn {
  /// 0 in the group, 1 in any other one, −1 in none.
  func sides(of group: Int) -> [Int32] {
    membership.map { $0 < 0 ? -1 : $0 == Int32(group) ? 0 : 1 }
  }

  /// How many pairs of its groups the plan compares.
  ///
  /// - Parameter reference: What the plan compares them with, see ``AnalysisSpecification/reference``.
  package func pairCount(reference: String?) -> Int {
    PairPlan(self, reference: reference)
      .pairs(of: Array(groups.indices), count: groups.count).count
  }
}
