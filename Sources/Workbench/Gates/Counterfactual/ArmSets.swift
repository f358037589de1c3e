import AuditStore
import Vocabulary

/// The drawn images of a cohort by base case and noise seed, for checks that compare arms.
struct ArmSets {
  /// One base case as drawn from one noise.
  struct BaseCase {
    /// Numbered over base cases, so that seeds of one are one cluster.
    var cluster: Int32
    var finding: String
    var isPositive: Bool
    var arms: [StoredCase] = []
    var placebos: [StoredCase] = []

    var label: String { isPositive ? "positive" : "negative" }

    /// The arm that a placebo repeats: the one with its attribute values.
    func original(of placebo: StoredCase) -> StoredCase? {
      arms.first { $0.attributes == placebo.attributes }
    }
  }

  /// Two arms of one base case and noise that differ in one attribute.
  struct Pair {
    var baseCase: Int
    var first: StoredCase
    var second: StoredCase
  }

  private(set) var baseCases: [BaseCase] = []
  private(set) var clusterCount = 0
  /// Attributes with at least two values, in the order of the report.
  let attributes: [String]
  /// Attribute to its values, numbers ascending, others as first met.
  let values: [String: [String]]

  /// - Parameter cases: Of the synthetic cohort.
  init(_ cases: [StoredCase]) {
    var place: [String: Int] = [:]
    var clusters: [String: Int32] = [:]
    var values: [String: [String]] = [:]
    var names: [String] = []
    for item in cases where item.sha256 != nil && item.placebo == nil {
      for name in item.attributes.attributes where !names.contains(name) { names.append(name) }
      guard let finding = item.finding, let isPositive = item.labels[finding] else { continue }
      for name in names {
        guard let value = item.attributes[name], values[name]?.contains(value) != true else {
          continue
        }
        values[name, default: []].append(value)
      }
      let key = item.cluster + "\u{1F}" + (item.noise ?? "")
      let cluster = clusters[item.cluster] ?? Int32(clusters.count)
      clusters[item.cluster] = cluster
      if place[key] == nil {
        place[key] = baseCases.count
        baseCases.append(
          BaseCase(cluster: cluster, finding: finding, isPositive: isPositive))
      }
      if let place = place[key] { baseCases[place].arms.append(item) }
    }
    // Placebos have a noise of their own and belong to the first seed of their base case.
    var first: [String: Int] = [:]
    for (place, base) in baseCases.enumerated() {
      guard let cluster = base.arms.first?.cluster, first[cluster] == nil else { continue }
      first[cluster] = place
    }
    for item in cases where item.sha256 != nil && item.placebo != nil {
      if let place = first[item.cluster] { baseCases[place].placebos.append(item) }
    }
    clusterCount = clusters.count
    for name in names where Attribute.named(name).kind == .number {
      values[name]?.sort { (Attribute.number($0) ?? 0) < (Attribute.number($1) ?? 0) }
    }
    self.values = values
    attributes = names.sorted(by: Attribute.precedes).filter { (values[$0]?.count ?? 0) > 1 }
  }

  /// Pairs of arms that differ in `attribute` alone, the earlier value first.
  ///
  /// - Parameter limit: The most pairs of one base case; other base cases then give other pairs.
  func pairs(of attribute: String, limit: Int = .max) -> [Pair] {
    let order = Dictionary(
      (values[attribute] ?? []).enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
    let others = values.keys.filter { $0 != attribute }
    return baseCases.indices.flatMap { place -> [Pair] in
      let arms = baseCases[place].arms
      var found: [Pair] = []
      for (index, first) in arms.enumerated() {
        for second in arms[(index + 1)...] {
          guard others.allSatisfy({ first.attributes[$0] == second.attributes[$0] }),
            let a = first.attributes[attribute].flatMap({ order[$0] }),
            let b = second.attributes[attribute].flatMap({ order[$0] }), a != b
          else { continue }
          found.append(
            a < b
              ? Pair(baseCase: place, first: first, second: second)
              : Pair(baseCase: place, first: second, second: first))
        }
      }
      guard found.count > limit else { return found }
      return (0..<limit).map { found[(place + $0 * found.count / limit) % found.count] }
    }
  }

  /// The base cases that pass `isKept`, with the clusters as they are numbered here.
  func keeping(_ isKept: (BaseCase) -> Bool) -> ArmSets {
    var copy = self
    copy.baseCases = baseCases.filter(isKept)
    return copy
  }
}
