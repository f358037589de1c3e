import Basics
import Vocabulary

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
    if attributes.members.isEmpty {
      object.fault("attributes", "must not be empty; give sex, age or race its values")
    }
    var grid = AttributeGrid()
    for member in attributes.members {
      if let problem = Attribute.problem(ofName: member.name) {
        faults.add(
          "\(attributes.keyPath): the attribute's name \"\(member.name.shortened(to: 40))\" \(problem)",
          at: member.position)
        continue
      }
      var attribute = Attribute.named(member.name)
      if !attribute.isKnown, Self.holdsNumbers(member.value) { attribute.kind = .number }
      let values =
        attribute.kind == .number
        ? readNumbers(attributes, attribute) : readWords(attributes, attribute)
      grid.set(values, of: attribute)
    }
    return grid
  }

  private static func holdsNumbers(_ value: JSONValue) -> Bool {
    guard case .array(let elements) = value.content else { return false }
    return !elements.isEmpty
      && elements.allSatisfy { if case .number = $0.content { true } else { false } }
  }

  private func readWords(_ attributes: ObjectReader, _ attribute: Attribute) -> [String] {
    let values = attributes.strings(attribute.name) ?? []
    for value in values {
      attributes.checkName(
        value, attributes.path(attribute.name), at: attributes.position(of: attribute.name))
    }
    noteSameValues(values, attribute, attributes)
    return values
  }

  private func readNumbers(_ attributes: ObjectReader, _ attribute: Attribute) -> [String] {
    let range = attribute.range
    let rule =
      range.map {
        "of \(attribute.unit ?? "units") from \(Self.inWords($0.lowerBound)) to \(Self.inWords($0.upperBound))"
      } ?? "that is finite"
    let found = (attributes.list(attribute.name) ?? []).compactMap {
      element -> (Double, SourcePosition)? in
      attributes.number(element.value, element.keyPath, rule) { range?.contains($0) ?? true }
        .map { ($0, element.value.position) }
    }
    attributes.noteRepetitions(
      found.map { ("\($0.0)", $0.1) }, in: attributes.path(attribute.name))
    return found.map { Attribute.text($0.0) }
  }

  /// Two spellings of one value would make two arms, or two groups, of the same people.
  func noteSameValues(_ values: [String], _ attribute: Attribute, _ object: ObjectReader) {
    var seen: [String: String] = [:]
    for value in values {
      if let first = seen.updateValue(value, forKey: attribute.key(value)), first != value {
        object.fault(
          attribute.name, "lists \"\(first)\" and \"\(value)\", which mean the same; keep one")
      }
    }
  }
}
