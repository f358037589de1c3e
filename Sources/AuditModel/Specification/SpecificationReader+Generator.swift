extension SpecificationReader {
  /// Generators that come with this program.
  static let builtinGenerators = ["builtin:chexgen-mini"]

  func readGenerator(_ object: ObjectReader) -> GeneratorSpecification {
    object.allowOnly([
      "model", "dit", "t5", "vae", "control", "sampler", "spacing", "steps", "guidance",
      "guidanceInterval", "guidanceChannels", "nullCaption", "controlGuidance", "sharedSteps",
      "strength", "precision", "matrixEngine", "checkpointKey", "size", "engine", "device",
      "engineOptions",
    ])
    var generator = GeneratorSpecification()
    readFiles(object, into: &generator)
    readSampling(object, into: &generator)
    generator.strength = readStrength(object)
    generator.precision =
      object.choice("precision", GeneratorSpecification.Precision.self) ?? generator.precision
    generator.matrixEngine =
      object.choice("matrixEngine", GeneratorSpecification.MatrixEngine.self)
      ?? generator.matrixEngine
    generator.size = readSize(object)
    readEngine(object, into: &generator)
    return generator
  }

  private func readEngine(_ object: ObjectReader, into generator: inout GeneratorSpecification) {
    generator.engine =
      object.choice("engine", GeneratorSpecification.Engine.self) ?? generator.engine
    generator.device = object.integer("device", in: 0...1023)
    if object.has("engineOptions") {
      generator.engineOptions = Dictionary(
        (object.stringMap("engineOptions") ?? []).map { ($0.name, $0.value) },
        uniquingKeysWith: { $1 })
    }
    if generator.device != nil, generator.engine != .cuda {
      object.fault("device", "is the number of a GPU; it needs \"engine\": \"onnxruntime-cuda\"")
    }
    if !generator.engineOptions.isEmpty, [.builtIn, .cpu].contains(generator.engine) {
      object.fault(
        "engineOptions", "are for a provider of ONNX Runtime, which \"engine\" must name")
    }
    if generator.engine != .builtIn, generator.precision != .fp32 {
      object.fault(
        "precision",
        "is \"\(generator.precision.rawValue)\", which the built-in networks have; with"
          + " \"engine\": \"\(generator.engine.rawValue)\" use \"fp32\"")
    }
  }

  private func readFiles(_ object: ObjectReader, into generator: inout GeneratorSpecification) {
    let files = ["dit", "t5", "vae", "control", "checkpointKey"].filter(object.has)
    if let model = object.string("model") {
      checkModel(model, object)
      generator.model = model
      if let file = files.first {
        object.fault(file, "is given beside 'model'; keep 'model' or the files 'dit', 't5', 'vae'")
      }
    } else if !files.isEmpty {
      generator.model = nil
      // A control checkpoint holds a whole denoiser.
      if !object.has("control") { object.require("dit", example: "\"weights/…\"") }
      for needed in ["t5", "vae"] { object.require(needed, example: "\"weights/…\"") }
    }
    generator.dit = object.string("dit")
    generator.t5 = object.string("t5")
    generator.vae = object.string("vae")
    generator.control = object.string("control")
    generator.checkpointKey = object.string("checkpointKey") ?? generator.checkpointKey
  }

  private func readSampling(_ object: ObjectReader, into generator: inout GeneratorSpecification) {
    generator.sampler = object.choice("sampler", GeneratorSpecification.Sampler.self)
    generator.spacing = object.choice("spacing", GeneratorSpecification.TimestepSpacing.self)
    generator.steps = object.integer("steps", in: 1...1000)
    generator.guidance = object.number("guidance", "from 0 to 100") { (0...100).contains($0) }
    generator.guidanceInterval = readInterval(object)
    generator.guidanceChannels =
      object.choice("guidanceChannels", GeneratorSpecification.GuidanceChannels.self)
      ?? generator.guidanceChannels
    generator.nullCaption =
      object.choice("nullCaption", GeneratorSpecification.NullCaptionLength.self)
      ?? generator.nullCaption
    generator.controlGuidance =
      object.choice("controlGuidance", GeneratorSpecification.ControlGuidance.self)
      ?? generator.controlGuidance
    generator.sharedSteps = object.integer("sharedSteps", in: 0...1000) ?? generator.sharedSteps
    if let steps = generator.steps, generator.sharedSteps > steps {
      object.fault("sharedSteps", "is \(generator.sharedSteps), more than the \(steps) steps")
    }
  }

  private func readInterval(_ object: ObjectReader) -> GeneratorSpecification.GuidanceInterval? {
    guard let elements = object.list("guidanceInterval") else { return nil }
    let ends = elements.compactMap {
      object.number($0.value, $0.keyPath, "from 0 to 1") { (0...1).contains($0) }
    }
    guard ends.count == elements.count else { return nil }
    guard ends.count == 2,
      let interval = GeneratorSpecification.GuidanceInterval(lower: ends[0], upper: ends[1])
    else {
      object.fault(
        "guidanceInterval",
        "must be two fractions of the timesteps, the lower first, such as [0.2, 0.8]")
      return nil
    }
    return interval
  }

  private func readSize(_ object: ObjectReader) -> GeneratorSpecification.ImageSize? {
    guard let elements = object.list("size") else { return nil }
    let sides = elements.compactMap { object.integer($0.value, $0.keyPath, in: 1...8192) }
    guard sides.count == elements.count else { return nil }
    guard sides.count == 2 else {
      object.fault("size", "must be width and height in pixels, such as [512, 640]")
      return nil
    }
    return GeneratorSpecification.ImageSize(width: sides[0], height: sides[1])
  }

  private func checkModel(_ model: String, _ object: ObjectReader) {
    guard model.hasPrefix("builtin:"), !Self.builtinGenerators.contains(model) else { return }
    object.fault(
      "model",
      "\"\(model.shortened(to: 40))\" does not come with this program; use"
        + " \"\(Self.builtinGenerators[0])\" or give the files 'dit', 't5' and 'vae'")
  }
}
