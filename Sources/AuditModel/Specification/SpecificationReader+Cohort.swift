extension SpecificationReader {
  /// Generators that come with this program.
  static let builtinGenerators = ["builtin:chexgen-mini"]

  func readCohort(_ object: ObjectReader) -> CohortSpecification? {
    object.allowOnly([
      "design", "generator", "findings", "attributes", "baseCases", "seed", "placebos",
    ])
    let findings = readFindings(object)
    var cohort = CohortSpecification(findings: findings)
    cohort.design = object.choice("design", CohortSpecification.Design.self) ?? cohort.design
    if cohort.design == .replica {
      for key in ["attributes", "baseCases", "placebos"] where object.has(key) {
        object.fault(
          key, "has no meaning for a replica, whose twins copy the rows of 'real'; remove it")
      }
    } else {
      cohort.attributes = readAttributes(object)
    }
    cohort.generator = object.object("generator").map(readGenerator) ?? cohort.generator
    cohort.baseCases = object.integer("baseCases", in: 1...1_000_000) ?? cohort.baseCases
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

  private func readGenerator(_ object: ObjectReader) -> GeneratorSpecification {
    object.allowOnly([
      "model", "dit", "t5", "vae", "control", "sampler", "steps", "guidance", "sharedSteps",
      "precision", "checkpointKey",
    ])
    var generator = GeneratorSpecification()
    let files = ["dit", "t5", "vae", "control", "checkpointKey"].filter(object.has)
    if let model = object.string("model") {
      checkModel(model, object)
      generator.model = model
      if let file = files.first {
        object.fault(file, "is given beside 'model'; keep 'model' or the files 'dit', 't5', 'vae'")
      }
    } else if !files.isEmpty {
      generator.model = nil
      for needed in ["dit", "t5", "vae"] { object.require(needed, example: "\"weights/…\"") }
    }
    generator.dit = object.string("dit")
    generator.t5 = object.string("t5")
    generator.vae = object.string("vae")
    generator.control = object.string("control")
    generator.checkpointKey = object.string("checkpointKey") ?? generator.checkpointKey
    generator.sampler = object.choice("sampler", GeneratorSpecification.Sampler.self)
    generator.steps = object.integer("steps", in: 1...1000)
    generator.guidance = object.number("guidance", "from 0 to 100") { (0...100).contains($0) }
    generator.sharedSteps = object.integer("sharedSteps", in: 0...1000) ?? generator.sharedSteps
    generator.precision =
      object.choice("precision", GeneratorSpecification.Precision.self) ?? generator.precision
    if let steps = generator.steps, generator.sharedSteps > steps {
      object.fault("sharedSteps", "is \(generator.sharedSteps), more than the \(steps) steps")
    }
    return generator
  }

  private func checkModel(_ model: String, _ object: ObjectReader) {
    guard model.hasPrefix("builtin:"), !Self.builtinGenerators.contains(model) else { return }
    object.fault(
      "model",
      "\"\(model.shortened(to: 40))\" does not come with this program; use"
        + " \"\(Self.builtinGenerators[0])\" or give the files 'dit', 't5' and 'vae'")
  }
}
