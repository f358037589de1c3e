import Basics

extension SpecificationReader {
  func readCohort(_ object: ObjectReader) -> CohortSpecification? {
    object.allowOnly([
      "design", "generator", "findings", "attributes", "baseCases", "seedsPerBaseCase", "seed",
      "placebos",
    ])
    let findings = readFindings(object)
    var cohort = CohortSpecification(findings: findings)
    cohort.design = object.choice("design", CohortSpecification.Design.self) ?? cohort.design
    if cohort.design == .replica {
      for key in ["attributes", "baseCases", "seedsPerBaseCase", "placebos"] where object.has(key) {
        object.fault(
          key, "has no meaning for a replica, whose twins copy the rows of 'real'; remove it")
      }
    } else {
      cohort.attributes = readAttributes(object)
    }
    if let generator = object.object("generator") {
      cohort.generator = readGenerator(generator)
      checkStrength(cohort, generator)
    }
    cohort.baseCases = object.integer("baseCases", in: 1...1_000_000) ?? cohort.baseCases
    cohort.seedsPerBaseCase =
      object.integer("seedsPerBaseCase", in: 1...100) ?? cohort.seedsPerBaseCase
    cohort.seed = object.seed("seed") ?? cohort.seed
    if case .array(let placebos)? = object.member("placebos")?.content, placebos.isEmpty {
      return cohort
    }
    cohort.placebos = object.choices("placebos", CohortSpecification.Placebo.self) ?? []
    return cohort
  }

  private func readFindings(_ object: ObjectReader) -> [FindingSpecification] {
    guard
      object.require(
        "findings", example: "{ \"Cardiomegaly\": { \"positive\": […], \"negative\": […] } }"),
      let findings = object.object("findings")
    else { return [] }
    if findings.members.isEmpty {
      object.fault("findings", "must not be empty; name at least one finding")
    }
    return findings.members.compactMap { member in
      findings.checkName(member.name, findings.keyPath, at: member.position)
      let keyPath = findings.path(member.name)
      guard let reader = ObjectReader(member.value, keyPath: keyPath, faults: faults) else {
        return nil
      }
      reader.allowOnly(["positive", "negative", "masks", "boxes"])
      reader.require("positive", example: "[\"Moderate cardiomegaly.\"]")
      reader.require("negative", example: "[\"No acute cardiopulmonary abnormality.\"]")
      let positive = reader.strings("positive")
      let negative = reader.strings("negative")
      noteSharedTexts(reader, positive ?? [], negative ?? [])
      var finding = FindingSpecification(
        name: member.name, positive: positive ?? [], negative: negative ?? [])
      finding.masks = reader.string("masks")
      finding.boxes = reader.string("boxes")
      return finding
    }
  }

  /// A text under both labels would make the label meaningless.
  private func noteSharedTexts(_ reader: ObjectReader, _ positive: [String], _ negative: [String]) {
    for text in negative where positive.contains(text) {
      reader.fault("negative", "has \"\(text.shortened(to: 40))\", which is also under positive")
    }
  }

  private func readAttributes(_ object: ObjectReader) -> AttributeGrid {
    guard
      object.require("attributes", example: "{ \"sex\": [\"Male\", \"Female\"] }"),
      let attributes = object.object("attributes")
    else { return AttributeGrid() }
    attributes.allowOnly(["sex", "age", "race"])
    if attributes.members.isEmpty {
      object.fault("attributes", "must not be empty; give sex, age or race its values")
    }
    var grid = AttributeGrid()
    for (key, keyPath) in [("sex", \AttributeGrid.sex), ("race", \AttributeGrid.race)] {
      grid[keyPath: keyPath] = attributes.strings(key) ?? []
      for value in grid[keyPath: keyPath] {
        attributes.checkName(value, attributes.path(key), at: attributes.position(of: key))
      }
    }
    if let ages = attributes.list("age") {
      let found = ages.compactMap { age -> (Double, SourcePosition)? in
        attributes.number(age.value, age.keyPath, "of years from 0 to 130") {
          (0...130).contains($0)
        }
        .map { ($0, age.value.position) }
      }
      attributes.noteRepetitions(found.map { ("\($0.0)", $0.1) }, in: attributes.path("age"))
      grid.age = found.map(\.0)
    }
    return grid
  }
}
