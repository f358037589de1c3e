import Vocabulary

extension SpecificationReader {
  /// Columns of the training table default to those of the real table, then to the plain names.
  func readRebalance(_ object: ObjectReader, specification: AuditSpecification)
    -> RebalanceSpecification?
  {
    object.allowOnly([
      "trainingTable", "format", "strategy", "budget", "maximumSyntheticShare", "formats",
      "columns",
      "impressions", "trainingImages", "attempts", "metrics", "companions",
    ])
    guard object.require("trainingTable", example: "\"train.csv\""),
      var rebalance = readSet(object, specification: specification)
    else { return nil }
    rebalance.strategy =
      object.choice("strategy", RebalanceSpecification.Strategy.self) ?? rebalance.strategy
    rebalance.metrics =
      object.choices("metrics", among: RebalanceSpecification.actionable) ?? rebalance.metrics
    rebalance.companions =
      object.choice("companions", RebalanceSpecification.Companions.self) ?? rebalance.companions
    rebalance.budget = object.integer("budget", in: 1...10_000_000) ?? rebalance.budget
    rebalance.maximumSyntheticShare =
      object.number("maximumSyntheticShare", "above 0 and below 1") { $0 > 0 && $0 < 1 }
      ?? rebalance.maximumSyntheticShare
    return rebalance
  }

  /// What every set of images has: a table where there is one, prompts, gates and layouts.
  func readSet(_ object: ObjectReader, specification: AuditSpecification)
    -> RebalanceSpecification?
  {
    let key = object.has("trainingTable") ? "trainingTable" : "table"
    let table = object.has(key) ? object.string(key) : ""
    guard let table else { return nil }
    var rebalance = RebalanceSpecification(trainingTable: table)
    rebalance.format = readFormat(object)
    rebalance.formats =
      object.choices("formats", RebalanceSpecification.Format.self) ?? rebalance.formats
    checkPlaces(rebalance.formats, in: object, specification: specification)
    rebalance.impressions = readImpressions(object) ?? rebalance.impressions
    rebalance.trainingImages = object.string("trainingImages")
    rebalance.attempts = object.integer("attempts", in: 1...20) ?? rebalance.attempts

    let columns = object.object("columns")
    columns?.allowOnly(Attribute.known.map(\.name) + ["attributes", "labels"])
    let real = specification.real
    for source in real?.attributes ?? [] {
      rebalance.columns[source.attribute.name] = source.column
    }
    for source in columns.map(readAttributeColumns) ?? [] {
      rebalance.columns[source.attribute.name] = source.column
      if !source.attribute.isKnown { rebalance.attributes.append(source.attribute.name) }
    }
    if let others = columns?.object("attributes") {
      note(undeclared: others, among: specification.attributes.map(\.name))
    }
    if let pairs = columns?.stringMap("labels") {
      rebalance.labels = Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    } else if case .columns(let labels)? = real?.labels {
      // A finding without a column of its own, such as an absence, is asked for by its name.
      rebalance.labels = labels.filter { !$0.value.isEmpty }
    } else {
      let findings = specification.auditedFindings
      rebalance.labels = Dictionary(findings.map { ($0, $0) }) { first, _ in first }
    }
    return rebalance
  }

  /// `"cohort"`, `"builtin"` or a table with its columns.
  private func readImpressions(_ object: ObjectReader) -> RebalanceSpecification.Impressions? {
    enum Library: String, CaseIterable { case cohort, builtin }
    guard let member = object.member("impressions") else { return nil }
    if case .string = member.content {
      return object.choice("impressions", Library.self).map { $0 == .builtin ? .builtin : .cohort }
    }
    guard let source = object.object("impressions") else { return nil }
    source.allowOnly(["table", "format", "columns"])
    guard let path = source.requiredString("table", example: "\"impressions.csv\"") else {
      return nil
    }
    var table = ImpressionTableSpecification(path: path)
    table.format = readFormat(source)
    let columns = source.object("columns")
    columns?.allowOnly(["impression", "finding", "label", "severity"])
    table.impressionColumn = columns?.string("impression") ?? table.impressionColumn
    table.findingColumn = columns?.string("finding") ?? table.findingColumn
    table.labelColumn = columns?.string("label")
    table.severityColumn = columns?.string("severity")
    return .table(table)
  }
}
