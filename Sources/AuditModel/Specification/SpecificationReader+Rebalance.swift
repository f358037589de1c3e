extension SpecificationReader {
  /// Columns of the training table default to those of the real table, then to the plain names.
  func readRebalance(_ object: ObjectReader, specification: AuditSpecification)
    -> RebalanceSpecification?
  {
    object.allowOnly([
      "trainingTable", "strategy", "budget", "maximumSyntheticShare", "formats", "columns",
    ])
    guard let table = object.requiredString("trainingTable", example: "\"train.csv\"") else {
      return nil
    }
    var rebalance = RebalanceSpecification(trainingTable: table)
    rebalance.strategy =
      object.choice("strategy", RebalanceSpecification.Strategy.self) ?? rebalance.strategy
    rebalance.budget = object.integer("budget", in: 1...10_000_000) ?? rebalance.budget
    rebalance.maximumSyntheticShare =
      object.number("maximumSyntheticShare", "above 0 and below 1") { $0 > 0 && $0 < 1 }
      ?? rebalance.maximumSyntheticShare
    rebalance.formats =
      object.choices("formats", RebalanceSpecification.Format.self) ?? rebalance.formats

    let columns = object.object("columns")
    columns?.allowOnly(["sex", "age", "race", "labels"])
    let real = specification.real
    rebalance.sexColumn = columns?.string("sex") ?? real?.sexColumn ?? rebalance.sexColumn
    rebalance.ageColumn = columns?.string("age") ?? real?.ageColumn ?? rebalance.ageColumn
    rebalance.raceColumn = columns?.string("race") ?? real?.raceColumn ?? "race"
    if let pairs = columns?.stringMap("labels") {
      rebalance.labels = Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    } else if case .columns(let labels)? = real?.labels {
      rebalance.labels = labels
    } else {
      let findings = specification.auditedFindings
      rebalance.labels = Dictionary(findings.map { ($0, $0) }) { first, _ in first }
    }
    return rebalance
  }
}
