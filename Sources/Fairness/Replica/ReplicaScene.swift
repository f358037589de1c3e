import AuditModel
import Basics
import Statistics
import Vocabulary

/// One classifier × finding on real cases and their twins, with a bootstrap over patients.
struct ReplicaScene: Sendable {
  /// The groups of one attribute, as places among all groups of the scene.
  struct Attribute: Sendable {
    var name: String
    var groups: [String]
    /// Of the real cases; the twins' groups follow ``pairCount`` further on.
    var places: Range<Int>
  }

  /// Of one classifier and finding, on both cohorts.
  let questions: QuestionPattern
  var classifier: String { questions.classifier ?? QuestionPattern.allClassifiers }
  var finding: String { questions.finding ?? QuestionPattern.allFindings }
  let clusterCount: Int
  let attributes: [Attribute]
  /// Groups, each on real cases and on twins.
  let pairCount: Int
  let observed: WeightedGroups.Values
  let replicates: [WeightedGroups.Values]
  private let hasThreshold: Bool
  private let level: Double
  /// Groups large enough on both sides.
  private let isUsable: [Bool]

  /// - Returns: nil without a common attribute.
  init?(
    real: EvaluationTable, twins: EvaluationTable, threshold: Double?,
    specification: AnalysisSpecification
  ) throws {
    questions = QuestionPattern(classifier: real.classifier, finding: real.finding)
    clusterCount = max(real.clusterCount, twins.clusterCount)
    hasThreshold = threshold != nil
    level = 1 - specification.alpha
    let (attributes, columns) = Self.common(real, twins)
    let count = attributes.last?.places.upperBound ?? 0
    guard count > 0 else { return nil }
    self.attributes = attributes
    pairCount = count
    // A case counts once for every attribute, so the rows come once for each.
    var scores: [Double] = []
    var labels: [Bool] = []
    var clusters: [Int32] = []
    var membership: [Int32] = []
    for column in columns {
      scores += real.scores + twins.scores
      labels += real.labels + twins.labels
      clusters += real.clusters + twins.clusters
      membership += column.real + column.twins.map { $0 < 0 ? -1 : $0 + Int32(count) }
    }
    let cases: SortedCases
    do {
      cases = try SortedCases(
        scores: scores, labels: labels, clusters: clusters, clusterCount: clusterCount)
    } catch {
      throw AuditFailure("\(real.place) and its twins: \(error.reason)")
    }
    let groups = WeightedGroups(
      cases, membership: membership, groupCount: 2 * count, threshold: threshold)
    let found = groups.observed()
    observed = found
    replicates = groups.bootstrap(
      replicates: specification.replicates, seed: specification.seed,
      path: ["fairness", "replica"])
    isUsable = (0..<count).map { group in
      [group, group + count].allSatisfy {
        found.positives[$0] >= Double(specification.minimumPositives)
          && found.negatives[$0] >= Double(specification.minimumNegatives)
      }
    }
  }

  /// The attributes of both tables, and every row's place among the groups of the real ones; −1 is
  /// none.
  private static func common(_ real: EvaluationTable, _ twins: EvaluationTable) -> (
    attributes: [Attribute], columns: [(real: [Int32], twins: [Int32])]
  ) {
    var attributes: [Attribute] = []
    var columns: [(real: [Int32], twins: [Int32])] = []
    var count = 0
    for column in real.attributes {
      guard let other = twins.attributes.first(where: { $0.name == column.name }) else { continue }
      let places = other.groups.map { name in
        column.groups.firstIndex(of: name).map { Int32($0) } ?? -1
      }
      attributes.append(
        Attribute(
          name: column.name, groups: column.groups, places: count..<(count + column.groups.count)))
      let offset = Int32(count)
      columns.append(
        (
          column.membership.map { $0 < 0 ? -1 : $0 + offset },
          other.membership.map {
            $0 < 0 || places[Int($0)] < 0 ? -1 : places[Int($0)] + offset
          }
        ))
      count += column.groups.count
    }
    return (attributes, columns)
  }

  private func question(of attribute: String?) -> QuestionPattern {
    var question = questions
    question.attribute = attribute
    return question
  }

  func has(_ metric: ReplicaMetric) -> Bool { metric == .auc || hasThreshold }

  private func usable(_ attribute: Attribute) -> [Int] {
    attribute.places.filter { isUsable[$0] }
  }

  /// - Parameter name: An attribute; nil: all groups together.
  func agreement(_ metric: ReplicaMetric, attribute name: String?) -> ReplicaAgreement? {
    let chosen = attributes.filter { name == nil || $0.name == name }
    let groups = chosen.flatMap(usable)
    guard groups.count > 1 else { return nil }
    let pairs = chosen.flatMap { Self.pairs(usable($0)) }
    let summary = ReplicaSummary(level: level)
    var seen = sides(observed, metric, groups)
    seen.scarcest = scarcest(of: groups)
    return summary.agreement(
      question(of: name), metric: metric,
      observed: seen,
      replicates: replicates.lazy.map {
        sides($0, metric, groups)
      },
      pairs: pairs.map { pair in (groups.firstIndex(of: pair.0), groups.firstIndex(of: pair.1)) }
        .compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } })
  }

  /// Cases of the scarcest class of some groups, on real cases and on twins.
  func scarcest(of groups: [Int]) -> Double {
    groups.flatMap { [$0, $0 + pairCount] }
      .map { min(observed.positives[$0], observed.negatives[$0]) }.min() ?? .infinity
  }

  private func sides(
    _ values: WeightedGroups.Values, _ metric: ReplicaMetric, _ groups: [Int]
  ) -> ReplicaSummary.Sides {
    let all = metric.values(of: values)
    return ReplicaSummary.Sides(
      real: groups.map { all[$0] }, twins: groups.map { all[$0 + pairCount] })
  }

  private static func pairs(_ groups: [Int]) -> [(Int, Int)] {
    groups.enumerated().flatMap { index, first in groups[(index + 1)...].map { (first, $0) } }
  }

  func groups(_ metric: ReplicaMetric) -> [ReplicaGroup] {
    let all = metric.values(of: observed)
    let drawn = replicates.map { metric.values(of: $0) }
    return attributes.flatMap { attribute in
      attribute.places.map { place in
        var row = ReplicaGroup(
          question(of: attribute.name),
          TwinGroup(
            group: attribute.groups[place - attribute.places.lowerBound],
            metric: metric.rawValue))
        row.real = all[place].isNaN ? nil : all[place]
        row.synthetic = all[place + pairCount].isNaN ? nil : all[place + pairCount]
        guard isUsable[place] else { return row }
        row.difference = interval(all[place + pairCount] - all[place], drawn) {
          $0[place + pairCount] - $0[place]
        }
        return row
      }
    }
  }

  /// Every gap of attributes that are no intersection.
  func gaps(_ metric: ReplicaMetric) -> [ReplicaGap] {
    let all = metric.values(of: observed)
    let drawn = replicates.map { metric.values(of: $0) }
    return attributes.filter { !$0.name.contains("*") }.flatMap { attribute in
      Self.pairs(usable(attribute)).compactMap { first, second -> ReplicaGap? in
        let real = all[first] - all[second]
        let synthetic = all[first + pairCount] - all[second + pairCount]
        guard real.isFinite, synthetic.isFinite else { return nil }
        let found = TwinGap(
          groupA: attribute.groups[first - attribute.places.lowerBound],
          groupB: attribute.groups[second - attribute.places.lowerBound],
          metric: metric.rawValue, real: interval(real, drawn) { $0[first] - $0[second] },
          synthetic: interval(synthetic, drawn) {
            $0[first + pairCount] - $0[second + pairCount]
          },
          difference: interval(synthetic - real, drawn) {
            $0[first + pairCount] - $0[second + pairCount] - ($0[first] - $0[second])
          }, sameSign: real * synthetic > 0 || real == synthetic)
        return ReplicaGap(question(of: attribute.name), found)
      }
    }
  }

  private func interval(
    _ estimate: Double, _ drawn: [[Double]], _ value: ([Double]) -> Double
  ) -> IntervalEstimate {
    ReplicaSummary.interval(estimate, drawn.map(value), level: level)
  }
}
