import Basics

extension SpecificationReader {
  /// `training`: stage, images, network and how it is optimised.
  func readTraining(_ object: ObjectReader) -> TrainingSpecification? {
    object.allowOnly([
      "stage", "generator", "data", "masks", "maskColumn", "plainColumn", "exclude", "validation",
      "size", "network", "lora", "steps", "batch", "accumulation", "processes", "learningRate",
      "weightDecay", "epsilon", "clip", "average", "captionDropout", "prefixDropout", "precision",
      "recompute", "saveEvery", "keep", "validateEvery", "seed",
    ])
    guard
      object.require("data", example: "{ \"images\": \"images/\", \"table\": \"train.csv\", … }"),
      let data = object.object("data"), let images = readImageSet(data)
    else { return nil }
    if images.table == nil || images.promptColumn == nil {
      data.fault(
        "columns", "must name a table's \"prompt\": every image is trained with its caption")
    }
    if images.patientColumn == nil {
      data.fault(
        "columns", "must name the \"patient\", by whom training and validation are divided")
    }
    var training = TrainingSpecification(images: images)
    checkStage(object)
    training.stage = object.choice("stage", TrainingSpecification.Stage.self) ?? training.stage
    if let generator = object.object("generator") { training.generator = readGenerator(generator) }
    training.masks = object.string("masks")
    training.maskColumn = object.string("maskColumn")
    training.plainColumn = object.string("plainColumn")
    training.exclude = object.has("exclude") ? object.strings("exclude") ?? [] : []
    training.validation =
      object.number("validation", "from 0 to 0.5") { (0...0.5).contains($0) } ?? training.validation
    training.size = object.integer("size", in: 8...2048)
    training.network = object.object("network").flatMap(readNetwork)
    training.lora = object.object("lora").flatMap(readLora)
    readOptimiser(object, into: &training)
    check(training, object)
    return training
  }

  /// Stages that the mini was made with and that this command does not have yet are named as such.
  private func checkStage(_ object: ObjectReader) {
    guard case .string(let name)? = object.member("stage")?.content,
      ["autoencoder", "text", "lora"].contains(name)
    else { return }
    object.fault(
      "stage",
      name == "lora"
        ? "\"lora\" is a way to fine-tune; write \"stage\": \"finetune\", \"lora\": { \"rank\": 8, \"alpha\": 8 }"
        : "\"\(name)\" is not trained by this program; it trains pretrain, finetune and control")
  }

  private func readLora(_ object: ObjectReader) -> TrainingSpecification.Lora? {
    object.allowOnly(["rank", "alpha"])
    object.require("rank", example: "8")
    object.require("alpha", example: "8")
    let rank = object.integer("rank", in: 1...1024)
    let alpha = object.number("alpha", "above 0", { $0 > 0 })
    guard let rank, let alpha else { return nil }
    return TrainingSpecification.Lora(rank: rank, alpha: alpha)
  }

  private func readNetwork(_ object: ObjectReader) -> TrainingSpecification.Network? {
    object.allowOnly(["width", "depth", "heads", "patch", "positionScale"])
    guard let width = object.integer("width", in: 8...8192),
      let depth = object.integer("depth", in: 1...128),
      let heads = object.integer("heads", in: 1...256)
    else {
      for key in ["width", "depth", "heads"] { object.require(key, example: "…") }
      return nil
    }
    if width % (4 * heads) != 0 {
      object.fault("width", "must be a multiple of four times the heads, \(4 * heads)")
    }
    return TrainingSpecification.Network(
      width: width, depth: depth, heads: heads, patch: object.integer("patch", in: 1...8) ?? 2,
      positionScale: object.number("positionScale", "above 0") { $0 > 0 } ?? 1)
  }

  private func readOptimiser(_ object: ObjectReader, into training: inout TrainingSpecification) {
    func count(_ key: String, _ value: inout Int, upTo limit: Int) {
      value = object.integer(key, in: 1...limit) ?? value
    }
    func share(_ key: String, _ value: inout Double) {
      value = object.number(key, "from 0 to below 1") { $0 >= 0 && $0 < 1 } ?? value
    }
    count("steps", &training.steps, upTo: 100_000_000)
    count("batch", &training.batch, upTo: 65_536)
    count("accumulation", &training.accumulation, upTo: 65_536)
    count("processes", &training.processes, upTo: 64)
    count("saveEvery", &training.saveEvery, upTo: 10_000_000)
    count("keep", &training.keep, upTo: 1000)
    count("validateEvery", &training.validateEvery, upTo: 10_000_000)
    share("average", &training.average)
    share("captionDropout", &training.captionDropout)
    share("prefixDropout", &training.prefixDropout)
    training.learningRate =
      object.number("learningRate", "above 0") { $0 > 0 } ?? training.learningRate
    training.weightDecay =
      object.number("weightDecay", "of at least 0") { $0 >= 0 } ?? training.weightDecay
    training.epsilon = object.number("epsilon", "above 0") { $0 > 0 } ?? training.epsilon
    training.clip = object.number("clip", "above 0") { $0 > 0 }
    training.precision =
      object.choice("precision", GeneratorSpecification.Precision.self) ?? training.precision
    training.recompute = object.flag("recompute") ?? training.recompute
    training.seed = object.seed("seed") ?? training.seed
  }

  private func check(_ training: TrainingSpecification, _ object: ObjectReader) {
    if training.batch % (training.accumulation * training.processes) != 0 {
      object.fault(
        "batch",
        "must be a multiple of 'accumulation' × 'processes', "
          + "\(training.accumulation * training.processes)")
    }
    if training.stage == .control, training.masks == nil || training.maskColumn == nil {
      object.fault("stage", "\"control\" is trained on masks; add \"masks\" and \"maskColumn\"")
    }
    if training.stage != .control {
      for key in ["masks", "maskColumn"] where object.has(key) {
        object.fault(key, "belongs to \"stage\": \"control\"; remove it")
      }
    }
    if training.stage != .finetune, object.has("lora") {
      object.fault(
        "lora", "adapts weights that are there; use \"stage\": \"finetune\", or remove it")
    }
    if training.stage != .pretrain, training.network != nil {
      object.fault("network", "is that of the weights; remove it, or use \"stage\": \"pretrain\"")
    }
    if training.prefixDropout > 0, training.plainColumn == nil {
      object.fault(
        "prefixDropout", "takes captions without their prefix; name their column as \"plainColumn\""
      )
    }
  }
}
