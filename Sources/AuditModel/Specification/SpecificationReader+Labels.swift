import Basics

extension SpecificationReader {
  /// Label columns by finding, or one column of joined names; with the rules for their cells.
  func readLabels(_ columns: ObjectReader)
    -> (source: RealCohortSpecification.LabelSource, rules: LabelRules)?
  {
    guard columns.require("labels", example: "{ \"Cardiomegaly\": \"y_Cardiomegaly\" }"),
      let labels = columns.object("labels")
    else { return nil }
    return labels.has("from") ? readLabelList(labels) : readLabelColumns(labels, in: columns)
  }

  private func readLabelColumns(_ labels: ObjectReader, in columns: ObjectReader)
    -> (source: RealCohortSpecification.LabelSource, rules: LabelRules)?
  {
    guard !labels.members.isEmpty else {
      columns.fault("labels", "must not be empty; remove the key or add a value")
      return nil
    }
    var names: [String: String] = [:]
    var rules = LabelRules()
    for member in labels.members {
      labels.checkName(member.name, labels.keyPath, at: member.position)
      guard case .object = member.value.content, let column = labels.object(member.name) else {
        names[member.name] = labels.string(member.name)
        continue
      }
      column.allowOnly(["column", "values", "absenceOf"])
      if column.has("absenceOf") {
        if column.has("column") {
          column.fault("absenceOf", "and 'column' exclude each other; keep one")
        }
        guard let others = column.strings("absenceOf") else { continue }
        rules.absenceOf[member.name] = others
        names[member.name] = ""
        continue
      }
      names[member.name] = column.requiredString("column", example: "\"\(member.name)\"")
      if let values = readMeanings(column) { rules.values[member.name] = values }
    }
    for (finding, others) in rules.absenceOf.sorted(by: { $0.key < $1.key }) {
      for other in others where (names[other] ?? "").isEmpty {
        let nearest = nearestName(to: other, in: names.keys.sorted()).map {
          "; did you mean '\($0)'?"
        }
        labels.fault(
          finding, "is the absence of '\(other)', which has no column here\(nearest ?? "")")
      }
    }
    return names.count == labels.members.count ? (.columns(names), rules) : nil
  }

  private func readMeanings(_ column: ObjectReader) -> [String: LabelMeaning]? {
    guard let values = column.object("values") else { return nil }
    var meanings: [String: LabelMeaning] = [:]
    for member in values.members {
      if let meaning = values.choice(member.name, LabelMeaning.self) {
        meanings[member.name] = meaning
      }
    }
    if !meanings.values.contains(.positive) || !meanings.values.contains(.negative) {
      column.fault("values", "must say which cells are \"positive\" and which are \"negative\"")
    }
    return meanings
  }

  private func readLabelList(_ labels: ObjectReader)
    -> (source: RealCohortSpecification.LabelSource, rules: LabelRules)?
  {
    labels.allowOnly(["from", "separator", "findings", "synonyms", "noFinding", "blank"])
    let column = labels.string("from")
    let separator = labels.string("separator") ?? "|"
    let findings = labels.strings("findings") ?? []
    for finding in findings {
      labels.checkName(finding, labels.path("findings"), at: labels.position(of: "findings"))
    }
    var rules = LabelRules()
    rules.noFinding = labels.strings("noFinding") ?? rules.noFinding
    rules.blankList = labels.choice("blank", LabelMeaning.self) ?? rules.blankList
    if rules.blankList == .positive {
      labels.fault(
        "blank", "cannot make every finding positive; write \"negative\" or \"leave out\"")
    }
    if let synonyms = labels.object("synonyms") {
      for member in synonyms.members { rules.synonyms[member.name] = synonyms.strings(member.name) }
    }
    return column.map { (.list(column: $0, separator: separator, findings: findings), rules) }
  }

  /// `"patient": "id"`, or with how its cells are compared and where in a path the patient stands.
  func readPatient(_ columns: ObjectReader, into real: inout RealCohortSpecification) {
    guard case .object? = columns.member("patient")?.content,
      let patient = columns.object("patient")
    else {
      real.patientColumn = columns.string("patient")
      return
    }
    patient.allowOnly(["column", "ids", "component"])
    real.patientColumn = patient.requiredString("column", example: "\"patient_id\"")
    real.patientIdentifiers = patient.choice("ids", PatientIdentifierRule.self) ?? .certain
    real.patientComponent = patient.integer("component", in: 1...50)
  }

  /// `"fold": "any"`, or `{ "rule": "majority", "reader": "rad_id" }`.
  func readFolding(_ object: ObjectReader) -> RowFolding? {
    guard let member = object.member("fold") else { return nil }
    guard case .object = member.content, let fold = object.object("fold") else {
      return object.choice("fold", RowFolding.Rule.self).map { RowFolding(rule: $0) }
    }
    fold.allowOnly(["rule", "reader"])
    guard fold.require("rule", example: "\"majority\""),
      let rule = fold.choice("rule", RowFolding.Rule.self)
    else { return nil }
    return RowFolding(rule: rule, readerColumn: fold.string("reader"))
  }
}
