import Basics
import Vocabulary

extension SpecificationReader {
  func readAnalysis(
    _ object: ObjectReader, findings: [String], classifiers: [String],
    among specification: AuditSpecification, in top: ObjectReader
  ) -> AnalysisSpecification {
    object.allowOnly([
      "groups", "intersections", "cluster", "alpha", "delta", "harm", "thresholds", "minimumCell",
      "multiplicity", "replicates", "seed", "missing", "metrics", "strata",
      "deploymentPrevalence", "reference",
    ])
    var analysis = AnalysisSpecification()
    let groups = readGroups(object, of: specification, in: top)
    analysis.groups = groups.rules
    analysis.intersections = groups.intersections
    analysis.cluster =
      object.choice("cluster", AnalysisSpecification.Cluster.self) ?? analysis.cluster
    analysis.metrics = readMetrics(object) ?? analysis.metrics
    analysis.alpha =
      object.number("alpha", "above 0 and at most 0.5") { $0 > 0 && $0 <= 0.5 } ?? analysis.alpha
    analysis.delta = delta(object) ?? analysis.delta
    analysis.harm = harm(object) ?? analysis.harm
    analysis.reference = readReference(
      object, of: specification, in: top, crossed: analysis.intersections)
    analysis.strata = readStrata(object, of: specification, in: top)
    analysis.deploymentPrevalence = readPrevalences(object, findings: findings)
    let thresholds = readThresholds(object, findings: findings, classifiers: classifiers)
    analysis.thresholds = thresholds.shared
    analysis.classifierThresholds = thresholds.byClassifier
    analysis.multiplicity =
      object.choice("multiplicity", AnalysisSpecification.Multiplicity.self)
      ?? analysis.multiplicity
    analysis.missing =
      object.number("missing", "from 0 to 1") { $0 >= 0 && $0 <= 1 } ?? analysis.missing
    analysis.replicates = object.integer("replicates", in: 1...10_000_000) ?? analysis.replicates
    analysis.seed = object.seed("seed") ?? analysis.seed
    if let cell = object.object("minimumCell") {
      cell.allowOnly(["positives", "negatives", "clusters"])
      analysis.minimumPositives =
        cell.integer("positives", in: 1...1_000_000_000) ?? analysis.minimumPositives
      analysis.minimumNegatives =
        cell.integer("negatives", in: 1...1_000_000_000) ?? analysis.minimumNegatives
      analysis.minimumClusters =
        cell.integer("clusters", in: 1...1_000_000_000) ?? analysis.minimumClusters
    }
    return analysis
  }

  private func delta(_ object: ObjectReader) -> Double? {
    object.number("delta", "above 0 and below 1") { $0 > 0 && $0 < 1 }
  }

  private func harm(_ object: ObjectReader) -> Double? {
    object.number("harm", "from 0 to below 1") { $0 >= 0 && $0 < 1 }
  }

  /// Names of metrics, or objects that give one margins of its own.
  private func readMetrics(_ object: ObjectReader) -> [JudgedMetric]? {
    guard let elements = object.list("metrics") else { return nil }
    var read: [JudgedMetric] = []
    for element in elements {
      var judged: JudgedMetric?
      if case .object = element.value.content {
        guard let own = ObjectReader(element.value, keyPath: element.keyPath, faults: faults)
        else { continue }
        own.allowOnly(["metric", "delta", "harm"])
        own.require("metric", example: "\"sensitivity\"")
        judged = own.choice("metric", Metric.self).map {
          JudgedMetric($0, delta: delta(own), harm: harm(own))
        }
      } else {
        judged = object.choice(element.value, element.keyPath, among: Metric.allCases)
          .map { JudgedMetric($0) }
      }
      guard let judged else { continue }
      if read.contains(where: { $0.metric == judged.metric }) {
        faults.add(
          "\(element.keyPath): \"\(judged.metric.rawValue)\" stands twice; remove one",
          at: element.value.position)
      } else if let other = judged.metric.complement, read.contains(where: { $0.metric == other }) {
        faults.add(
          "\(element.keyPath): \"\(judged.metric.rawValue)\" says the same as"
            + " \"\(other.rawValue)\"; a gap would be tested twice. Remove one",
          at: element.value.position)
      } else {
        read.append(judged)
      }
    }
    return read.isEmpty ? nil : read
  }

  /// `{ "race": "White" }`: the group that all others are compared with.
  private func readReference(
    _ object: ObjectReader, of specification: AuditSpecification, in top: ObjectReader,
    crossed: [[String]]
  ) -> [String: String] {
    guard let block = object.object("reference") else { return [:] }
    if let declared = declared(specification, in: top) {
      note(undeclared: block, among: declared + crossed.map(Grouping.crossed))
    }
    var result: [String: String] = [:]
    for member in block.members { result[member.name] = block.string(member.name) }
    return result
  }

  /// Attributes, each once.
  private func readStrata(
    _ object: ObjectReader, of specification: AuditSpecification, in top: ObjectReader
  ) -> [String] {
    guard object.has("strata"), let elements = object.list("strata") else { return [] }
    let declared = declared(specification, in: top)
    let names = elements.compactMap { element -> (String, SourcePosition)? in
      guard let text = object.string(element.value, element.keyPath) else { return nil }
      guard let declared, !declared.contains(text) else { return (text, element.value.position) }
      faults.add(
        "\(element.keyPath) \(Self.undeclared(text, declared))", at: element.value.position)
      return nil
    }
    object.noteRepetitions(names, in: object.path("strata"))
    return names.map(\.0)
  }

  /// `{ "Effusion": 0.08 }`, of findings of the audit.
  private func readPrevalences(_ object: ObjectReader, findings: [String]) -> [String: Double] {
    guard let block = object.object("deploymentPrevalence") else { return [:] }
    var result: [String: Double] = [:]
    for member in block.members {
      if !findings.isEmpty, !findings.contains(member.name) {
        block.fault(
          member.name,
          "is no finding of the audit"
            + (nearestName(to: member.name, in: findings).map { "; did you mean '\($0)'?" } ?? ""))
      }
      result[member.name] = block.number(member.name, "above 0 and below 1") { $0 > 0 && $0 < 1 }
    }
    return result
  }

  static func inWords(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
