import Basics
import Vocabulary

/// SHA-256 of what is judged and how: analysis, findings, attributes and the classifiers' names.
///
/// Comments, white space, member order and the order of classifiers leave it unchanged, and so do
/// paths, because a moved file is not another plan.
/// - Returns: 64 hexadecimal digits.
package func planHash(_ specification: AuditSpecification) -> String {
  SHA256.hex(of: planDescription(specification).canonicalText)
}

/// The plan as one JSON value; its canonical text is what ``planHash(_:)`` hashes.
package func planDescription(_ specification: AuditSpecification) -> JSONValue {
  func names(_ classifiers: [ClassifierSpecification]) -> JSONValue {
    .array(classifiers.map(\.name).sorted().map { .string($0) })
  }
  // Absent predictors leave the hash of plans without them as it was.
  let predictors =
    specification.attributePredictors.isEmpty
    ? [] : [(name: "attributePredictors", value: names(specification.attributePredictors))]
  return .object(
    [
      (name: "schema", value: .string(AuditSpecification.schema)),
      (name: "analysis", value: description(of: specification.analysis)),
      (name: "findings", value: .array(specification.auditedFindings.sorted().map { .string($0) })),
      (name: "attributes", value: attributes(of: specification)),
      (name: "classifiers", value: names(specification.classifiers)),
      (name: "referencePanel", value: names(specification.referencePanel)),
    ] + predictors + gates(of: specification) + scales(of: specification))
}

/// What a failed gate does to verdicts, where gates can do something.
private func gates(of specification: AuditSpecification) -> [(name: String, value: JSONValue)] {
  guard specification.cohort?.design == .counterfactual else { return [] }
  let rules = ValidityGate.all.filter { $0.consequence != .none }
    .map { JSONValue.string("\($0.id) \($0.consequence.rawValue)") }
  return [(name: "gates", value: .array(rules))]
}

/// Scores are judged on the scale that is declared; where none is, the hash stays as it was.
private func scales(of specification: AuditSpecification) -> [(name: String, value: JSONValue)] {
  let declared = (specification.classifiers + specification.referencePanel).filter {
    $0.scoreScale != nil
  }
  guard !declared.isEmpty else { return [] }
  let names = declared.map { ($0.name, JSONValue.string($0.scoreScale?.rawValue ?? "")) }
  return [
    (
      name: "scoreScales",
      value: .object(Dictionary(names, uniquingKeysWith: { first, _ in first }))
    )
  ]
}

private func description(of analysis: AnalysisSpecification) -> JSONValue {
  var thresholds = analysis.thresholds.mapValues { description(of: $0) }
  for (finding, rules) in analysis.classifierThresholds {
    thresholds[finding] = .object(["classifiers": .object(rules.mapValues(description))])
  }
  // What is left at its default leaves the hash of former plans as it was.
  var added: [(name: String, value: JSONValue)] = []
  let usual = AnalysisSpecification()
  if analysis.missing != usual.missing {
    added.append((name: "missing", value: .number(analysis.missing)))
  }
  if analysis.metrics != usual.metrics {
    func margin(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    added.append(
      (
        name: "metrics",
        value: .array(
          analysis.metrics.map {
            .object([
              "metric": .string($0.metric.rawValue), "delta": margin($0.delta),
              "harm": margin($0.harm),
            ])
          })
      ))
  }
  if analysis.reference != usual.reference {
    added.append(
      (name: "reference", value: .object(analysis.reference.mapValues { .string($0) })))
  }
  if analysis.strata != usual.strata {
    added.append((name: "strata", value: .array(analysis.strata.map { .string($0) })))
  }
  if analysis.deploymentPrevalence != usual.deploymentPrevalence {
    added.append(
      (
        name: "deploymentPrevalence",
        value: .object(analysis.deploymentPrevalence.mapValues { .number($0) })
      ))
  }
  return .object(
    [
      (name: "groups", value: .object(analysis.groups.mapValues(description))),
      (
        name: "intersections",
        value: .array(analysis.intersections.map { .array($0.map { .string($0) }) })
      ),
      (name: "cluster", value: .string(analysis.cluster.rawValue)),
      (name: "alpha", value: .number(analysis.alpha)),
      (name: "delta", value: .number(analysis.delta)),
      (name: "harm", value: .number(analysis.harm)),
      (name: "thresholds", value: .object(thresholds)),
      (name: "minimumPositives", value: .integer(analysis.minimumPositives)),
      (name: "minimumNegatives", value: .integer(analysis.minimumNegatives)),
      (name: "minimumClusters", value: .integer(analysis.minimumClusters)),
      (name: "multiplicity", value: .string(analysis.multiplicity.rawValue)),
      (name: "replicates", value: .integer(analysis.replicates)),
      (name: "seed", value: .integer(analysis.seed)),
    ] + added)
}

private func description(of rule: GroupRule) -> JSONValue {
  switch rule {
  case .values(let values): .array(values.map { .string($0) })
  case .gathered(let groups):
    .object(
      groups.map { (name: $0.name, value: .array($0.patterns.map { .string($0) })) })
  case .edges(let edges): .object(["edges": .array(edges.map { .number($0) })])
  }
}

private func description(of rule: AnalysisSpecification.ThresholdRule) -> JSONValue {
  func named(_ name: String, _ value: Double?, _ chosenOn: String?) -> JSONValue {
    .object([
      "rule": .string(name), "value": value.map { .number($0) } ?? .null,
      "chosenOn": chosenOn.map { .string($0) } ?? .null,
    ])
  }
  return switch rule {
  case .value(let value): .number(value)
  case .sensitivity(let value, let chosenOn): named("sensitivity", value, chosenOn)
  case .specificity(let value, let chosenOn): named("specificity", value, chosenOn)
  case .maximumF1(let chosenOn): named("maximumF1", nil, chosenOn)
  }
}

/// The synthetic arms and the attributes of the real table.
///
/// Attributes without a key of their own are added only where there are any, so that the hash of other
/// plans stays what it was.
private func attributes(of specification: AuditSpecification) -> JSONValue {
  let grid = specification.cohort?.attributes ?? AttributeGrid()
  func values(_ attribute: Attribute) -> JSONValue {
    .array(
      grid[attribute.name].map { value in
        attribute.kind == .number
          ? Attribute.number(value).map { .number($0) } ?? .string(value) : .string(value)
      })
  }
  var members = Attribute.known.map { (name: $0.name, value: values($0)) }
  members.append(
    (
      name: "real",
      value: .array((specification.real?.givenAttributes ?? []).map { .string($0.name) })
    ))
  let others = grid.entries.map(\.attribute).filter { !$0.isKnown }
  if !others.isEmpty {
    members.append(
      (name: "drawn", value: .object(others.map { (name: $0.name, value: values($0)) })))
  }
  return .object(members)
}
