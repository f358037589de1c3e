import Basics
import Randomness
import Tensors

/// One image asked of the generator.
package struct RenderRequest: Sendable {
  package var prompt: EncodedPrompt
  package var seed: UInt64
  /// Names the noise. Initial noise comes from `noisePath + ["initialNoise"]`, that of step `s`
  /// from `noisePath + ["stepNoise", "s"]`: equal seeds and paths share every random number.
  package var noisePath: [String]
  package var control: ControlCondition?
  /// Whether the control checkpoint's network draws it. Without a control image that network is
  /// its base model, so that images with and without one come from the same weights.
  package var usesControlNetwork: Bool
  /// The attribute-free prompt of the anchor that this image descends from: requests with equal seed,
  /// path and anchor share it, as far as the options ask. nil descends from none.
  package var anchor: EncodedPrompt?

  package init(
    prompt: EncodedPrompt, seed: UInt64, noisePath: [String], control: ControlCondition? = nil,
    usesControlNetwork: Bool = false, anchor: EncodedPrompt? = nil
  ) {
    self.prompt = prompt
    self.seed = seed
    self.noisePath = noisePath
    self.control = control
    self.usesControlNetwork = usesControlNetwork || control != nil
    self.anchor = anchor
  }
}

/// What the denoiser has after one step.
package struct DenoisingStep: Sendable {
  /// 0 ..< `count`.
  package let index: Int
  package let count: Int
  /// On the scale of training, 0 to 999.
  package let timestep: Int
  /// `[requests, channels, height, width]`; after the last step, what ``RadiographModel/decode(_:)``
  /// takes.
  package let latents: Tensor
  /// The clean latents as predicted at this step, shaped as `latents`.
  package let predictedClean: Tensor

  package var isLast: Bool { index + 1 == count }
}

/// The steps from noise to latents. Each iteration is one step of all requests together.
package struct Denoising: Sequence, IteratorProtocol {
  private let transformer: DiffusionTransformer
  private let engine: MatrixEngine
  private let options: SamplingOptions
  private let nullCaption: CaptionConditioning
  private let withControl: Bool
  private let plan: LanePlan
  private var hasBranched: Bool
  /// The present lanes, ready for the network; nil until a step needs them.
  private var conditional: NetworkRows?
  /// The same with the rows that guidance asks for.
  private var guidedRows: NetworkRows?
  private var sampler: any Sampler
  private var latents: Tensor
  private var index = 0
  /// Memory of the tensors of a step, for the next one.
  let workspace = Workspace()

  /// Steps in all.
  package let stepCount: Int
  /// Rows that have passed through the network so far.
  package private(set) var networkRows = 0
  /// The trained timesteps in visiting order.
  package var timesteps: [Int] { sampler.timesteps }

  init(model: RadiographModel, requests: [RenderRequest], options: SamplingOptions) throws {
    let withControl = requests.contains { $0.usesControlNetwork }
    guard requests.allSatisfy({ $0.usesControlNetwork == withControl }),
      !requests.contains(where: { $0.control != nil })
        || requests.allSatisfy({ $0.control != nil })
    else {
      throw AuditFailure("requests with and without a control image cannot share a batch")
    }
    let transformer = try model.transformer(withControl: withControl)
    self.transformer = transformer
    let engine = model.engine
    self.engine = engine
    self.options = options
    self.withControl = withControl
    sampler = try options.makeSampler()
    stepCount = sampler.timesteps.count
    nullCaption = try model.nullCaption(withControl: withControl)

    // Captions depend on the text alone, so each distinct one is projected once.
    var conditionings: [[String]: CaptionConditioning] = [:]
    let plan = try LanePlan(requests, options: options) { prompt, frozen in
      let key = [prompt.cleanedText] + (frozen.map { [$0.cleanedText] } ?? [])
      if let known = conditionings[key] { return known }
      let features = try frozen.map { try prompt.features(freezing: $0) } ?? prompt.features
      let made = engine.use { transformer.condition(on: features) }
      conditionings[key] = made
      return made
    }
    self.plan = plan
    hasBranched = options.trunkSteps == 0
    let lanes = hasBranched ? plan.branches : plan.trunk

    let size = try model.latentSize(of: options.size, withControl: withControl)
    let shape = [transformer.sizes.latentChannels, size.height, size.width]
    guard lanes.allSatisfy({ $0.condition.map { Array($0.shape.dropFirst()) == shape } ?? true })
    else { throw AuditFailure("a control image's latents are not \(shape)") }
    latents = Self.noise(lanes, shape: shape, purpose: ["initialNoise"])
  }

  /// The next step, or nil after the last.
  package mutating func next() -> DenoisingStep? {
    let (workspace, engine) = (workspace, engine)
    return workspace.use { engine.use { advance() } }
  }

  private mutating func advance() -> DenoisingStep? {
    guard index < stepCount, !plan.origins.isEmpty else { return nil }
    if !hasBranched, index == options.trunkSteps {
      latents = latents.gatheringRows(plan.continued)
      sampler.gatherRows(plan.continued)
      hasBranched = true
      (conditional, guidedRows) = (nil, nil)
    }
    let lanes = hasBranched ? plan.branches : plan.trunk
    let timestep = sampler.timesteps[index]
    let prediction = predict(lanes, timestep: timestep)
    let shape = Array(latents.shape.dropFirst())
    let index = index
    let step = sampler.step(index, latents: latents, prediction: prediction) {
      Self.noise(lanes, shape: shape, purpose: ["stepNoise", String(index)])
    }
    latents = step.latents
    self.index += 1
    return DenoisingStep(
      index: index, count: stepCount, timestep: timestep, latents: shown(latents),
      predictedClean: shown(step.predictedClean))
  }

  /// The rows of the requests among those of the lanes.
  private func shown(_ lanes: Tensor) -> Tensor {
    guard hasBranched else { return lanes.gatheringRows(plan.origins) }
    return plan.anchorCount == 0 ? lanes : lanes.rows(plan.anchorCount..<lanes.shape[0])
  }

  /// Noise and variance values of the lanes, after guidance. All rows go through one pass.
  private mutating func predict(_ lanes: [Lane], timestep: Int) -> Tensor {
    let isGuided = options.isGuided(at: timestep, withControl: withControl)
    let known = isGuided ? guidedRows : conditional
    let rows = known ?? NetworkRows(lanes, isGuided: isGuided, null: null(beside:))
    if isGuided { guidedRows = rows } else { conditional = rows }
    networkRows += rows.count
    let output = transformer.predict(
      latents: rows.count == lanes.count ? latents : latents.gatheringRows(rows.lanes),
      timesteps: Array(repeating: Float(timestep), count: rows.count),
      captions: rows.captions, condition: rows.condition)
    guard rows.count > lanes.count else { return output }
    return guided(
      output, lanes: rows.parts, channels: options.guidanceChannels,
      latentChannels: transformer.sizes.latentChannels)
  }

  private func null(beside lane: Lane) -> CaptionConditioning {
    options.nullCaptionLength == .promptLength
      ? nullCaption.prefix(lane.caption.tokenCount) : nullCaption
  }

  private static func noise(_ lanes: [Lane], shape: [Int], purpose: [String]) -> Tensor {
    let count = shape.reduce(1, *)
    let values = lanes.flatMap { lane -> [Float] in
      var stream = RandomStream(seed: lane.seed, path: lane.noisePath + purpose)
      return stream.normals(count)
    }
    return Tensor(values, shape: [lanes.count] + shape)
  }
}
