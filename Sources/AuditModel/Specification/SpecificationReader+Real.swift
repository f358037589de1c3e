import Basics
import Vocabulary

extension SpecificationReader {
  func readReal(_ object: ObjectReader) -> RealCohortSpecification? {
    object.allowOnly([
      "dataset", "table", "format", "images", "join", "columns", "findings", "where", "fold",
      "howToGet",
    ])
    readDataset(object)
    let table = object.requiredString("table", example: "\"metadata.csv\"")
    guard object.require("columns", example: "{ \"labels\": { \"Cardiomegaly\": \"…\" } }"),
      let columns = object.object("columns")
    else { return nil }
    columns.allowOnly(
      ["image", "patient"] + Attribute.known.map(\.name) + ["attributes", "labels", "scores"],
      otherwise: {
        "name the column of a further attribute under \"attributes\": { \"\($0)\": \"\($0)\" }"
      })
    let labels = readLabels(columns).flatMap { chosen($0, from: object) }
    guard let table, let labels else { return nil }

    var real = RealCohortSpecification(table: table, labels: labels.source)
    real.labelRules = labels.rules
    real.findingsMustOccur = !object.has("dataset") || object.has("findings")
    real.folding = readFolding(object)
    real.format = readFormat(object)
    (real.images, real.imageOptions) = readImages(object)
    real.howToGet = object.string("howToGet")
    real.imageColumn = columns.string("image") ?? real.imageColumn
    readPatient(columns, into: &real)
    real.ageRule = readAge(columns)
    let age = real.ageRule?.columns.first.map { AttributeSource(.named("age"), column: $0) }
    real.attributes =
      (readAttributeColumns(columns, known: Attribute.known.filter { $0.name != "age" })
      + [age].compactMap { $0 })
      .sorted { Attribute.precedes($0.attribute.name, $1.attribute.name) }
    real.joins = readJoins(object)
    real.scores = readScores(columns)
    (real.filter, real.alternatives) = readFilter(object)
    return real
  }

  /// Attributes by column: known ones by keys of their own, any others under `attributes`.
  func readAttributeColumns(_ columns: ObjectReader) -> [AttributeSource] {
    readAttributeColumns(columns, known: Attribute.known)
  }

  private func readAttributeColumns(_ columns: ObjectReader, known: [Attribute])
    -> [AttributeSource]
  {
    var found = known.compactMap { attribute in
      columns.string(attribute.name).map { AttributeSource(attribute, column: $0) }
    }
    guard let others = columns.object("attributes") else { return found }
    for member in others.members {
      guard let column = others.string(member.name) else { continue }
      if Attribute.named(member.name).isKnown {
        others.fault(
          member.name, "has a key of its own: write \"\(member.name)\" in \(columns.keyPath)")
      } else if let problem = Attribute.problem(ofName: member.name) {
        faults.add(
          "\(others.keyPath): the attribute's name \"\(member.name.shortened(to: 40))\" \(problem)",
          at: member.position)
      } else {
        found.append(AttributeSource(.named(member.name), column: column))
      }
    }
    return found.sorted { Attribute.precedes($0.attribute.name, $1.attribute.name) }
  }

  private func readScores(_ columns: ObjectReader) -> [String: [String: String]] {
    guard let classifiers = columns.object("scores") else { return [:] }
    if classifiers.members.isEmpty {
      columns.fault("scores", "must not be empty; name classifier, finding and column")
    }
    var scores: [String: [String: String]] = [:]
    for member in classifiers.members {
      guard let pairs = classifiers.stringMap(member.name) else { continue }
      scores[member.name] = Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    }
    return scores
  }

  /// Names of presets are checked here; their contents have been put in place before.
  private func readDataset(_ object: ObjectReader) {
    guard let name = object.string("dataset"), !DatasetPreset.names.contains(name) else { return }
    let nearest = nearestName(to: name, in: DatasetPreset.names).map { "; did you mean \"\($0)\"?" }
    object.fault(
      "dataset",
      "must be one of \(DatasetPreset.names.map { "\"\($0)\"" }.joined(separator: ", "));"
        + " found \"\(name.shortened(to: 40))\"\(nearest ?? "")")
  }

  /// The labels that `real.findings` chooses, all where it is absent.
  private func chosen(
    _ labels: (source: RealCohortSpecification.LabelSource, rules: LabelRules),
    from object: ObjectReader
  ) -> (source: RealCohortSpecification.LabelSource, rules: LabelRules)? {
    guard let findings = object.strings("findings") else { return labels }
    switch labels.source {
    case .list(let column, let separator, _):
      for finding in findings {
        object.checkName(finding, object.path("findings"), at: object.position(of: "findings"))
      }
      return (.list(column: column, separator: separator, findings: findings), labels.rules)
    case .columns(let columns):
      for finding in findings where columns[finding] == nil {
        let nearest = nearestName(to: finding, in: columns.keys.sorted())
          .map { "; did you mean \"\($0)\"?" }
        object.fault(
          "findings",
          "has \"\(finding.shortened(to: 40))\", which has no label column\(nearest ?? "")")
      }
      return (.columns(columns.filter { findings.contains($0.key) }), labels.rules)
    }
  }

  private func readFilter(_ object: ObjectReader) -> ([String: String], [String: [String]]) {
    guard let filter = object.object("where") else { return ([:], [:]) }
    var wanted: [String: String] = [:]
    var alternatives: [String: [String]] = [:]
    for member in filter.members {
      switch member.value.content {
      case .string(let text): wanted[member.name] = text
      case .number(let text): wanted[member.name] = text
      case .array: alternatives[member.name] = filter.strings(member.name)
      default:
        filter.fault(
          member.name,
          "must be the text, the number or the list of texts to select; found \(member.value.kindInWords)"
        )
      }
    }
    return (wanted, alternatives)
  }

  /// Fills the findings of a label list from the classifiers, checks `scores` against both, and
  /// keeps of `scores` the columns of the real table.
  func complete(
    _ real: RealCohortSpecification, classifiers: [ClassifierSpecification], in top: ObjectReader
  ) -> RealCohortSpecification {
    guard let columns = top.object("real")?.object("columns") else { return real }
    var real = real
    if case .list(let column, let separator, let findings) = real.labels, findings.isEmpty {
      let found = Self.findings(of: classifiers, scores: real.scores)
      if found.isEmpty, !classifiers.isEmpty {
        columns.fault(
          "labels", "does not say which findings to audit; add \"findings\": [\"Cardiomegaly\", …]")
      }
      real.labels = .list(column: column, separator: separator, findings: found)
    }
    if let scores = columns.object("scores") {
      checkScores(scores, real.labels, classifiers.map(\.name))
    }
    // Columns of a score file belong to its classifier, not to the real table.
    real.scores = real.scores.filter { name, _ in
      !classifiers.contains { $0.name == name && $0.kind.origin != .realTable }
    }
    return real
  }

  /// Findings that the classifiers' outputs and score columns name, in ascending order.
  private static func findings(
    of classifiers: [ClassifierSpecification], scores: [String: [String: String]]
  ) -> [String] {
    var found = Set(scores.values.flatMap(\.keys))
    for classifier in classifiers { found.formUnion(classifier.kind.declaredFindings) }
    return found.sorted()
  }

  private func checkScores(
    _ scores: ObjectReader, _ labels: RealCohortSpecification.LabelSource, _ classifiers: [String]
  ) {
    for member in scores.members {
      if !classifiers.isEmpty, !classifiers.contains(member.name) {
        let nearest = nearestName(to: member.name, in: classifiers).map {
          "; did you mean '\($0)'?"
        }
        faults.add(
          "\(scores.path(member.name)) names no classifier of this spec\(nearest ?? "")",
          at: member.position)
      }
      guard case .columns(let labelled) = labels, case .object(let pairs) = member.value.content
      else { continue }
      for pair in pairs where labelled[pair.name] == nil {
        let nearest = nearestName(to: pair.name, in: labelled.keys.sorted())
          .map { "; did you mean '\($0)'?" }
        faults.add(
          "\(scores.path(member.name)).\(pair.name) has no label column under real.columns.labels"
            + (nearest ?? ""), at: pair.position)
      }
    }
  }
}
