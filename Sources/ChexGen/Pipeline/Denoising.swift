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
  /// The prompt of the leading shared steps; requests with equal seed, path and trunk are one
  /// until they branch. nil takes part in no sharing.
  package var trunk: EncodedPrompt?

  package init(
    prompt: EncodedPrompt, seed: UInt64, noisePath: [String], control: ControlCondition? = nil,
    usesControlNetwork: Bool = false, trunk: EncodedPrompt? = nil
  ) {
    self.prompt = prompt
    self.seed = seed
    self.noisePath = noisePath
    self.control = control
    self.usesControlNetwork = usesControlNetwork || control != nil
    self.trunk = trunk
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
  /// One row of the batch that is being denoised.
  fileprivate struct Lane {
    var caption: CaptionConditioning
    var seed: UInt64
    var noisePath: [String]
    var condition: Tensor?
  }

  private let transformer: DiffusionTransformer
  private let engine: MatrixEngine
  private let options: SamplingOptions
  private let nullCaption: CaptionConditioning
  private let withControl: Bool
  private let requests: [Lane]
  /// The lane of each request while the trunk is shared; nil without a trunk.
  private let trunkLane: [Int]?
  private var lanes: [Lane]
  /// The present lanes, ready for the network; nil until a step needs them.
  private var conditional: NetworkRows?
  /// The same with the unconditional half behind.
  private var guidancePair: NetworkRows?
  private var sampler: any Sampler
  private var latents: Tensor
  private var index = 0
  /// Memory of the tensors of a step, for the next one.
  let workspace = Workspace()

  /// Steps in all.
  package let stepCount: Int
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
    var conditionings: [String: CaptionConditioning] = [:]
    func conditioning(_ prompt: EncodedPrompt) -> CaptionConditioning {
      if let known = conditionings[prompt.cleanedText] { return known }
      let made = engine.use { transformer.condition(on: prompt.features) }
      conditionings[prompt.cleanedText] = made
      return made
    }
    func lane(_ request: RenderRequest, _ prompt: EncodedPrompt) -> Lane {
      Lane(
        caption: conditioning(prompt), seed: request.seed, noisePath: request.noisePath,
        condition: request.control?.latents)
    }
    let finalLanes = requests.map { lane($0, $0.prompt) }
    self.requests = finalLanes

    if options.sharedSteps > 0, requests.contains(where: { $0.trunk != nil }) {
      var laneOf: [TrunkKey: Int] = [:]
      var shared: [Lane] = []
      trunkLane = requests.enumerated().map { place, request in
        let key = TrunkKey(request, place: place)
        if let known = laneOf[key] { return known }
        laneOf[key] = shared.count
        shared.append(lane(request, request.trunk ?? request.prompt))
        return shared.count - 1
      }
      lanes = shared
    } else {
      trunkLane = nil
      lanes = finalLanes
    }

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
    guard index < stepCount, !requests.isEmpty else { return nil }
    if let trunkLane, index == options.sharedSteps {
      latents = latents.gatheringRows(trunkLane)
      sampler.gatherRows(trunkLane)
      lanes = requests
      (conditional, guidancePair) = (nil, nil)
    }
    let timestep = sampler.timesteps[index]
    let prediction = predict(timestep: timestep)
    let shape = Array(latents.shape.dropFirst())
    let (lanes, index) = (lanes, index)
    let step = sampler.step(index, latents: latents, prediction: prediction) {
      Self.noise(lanes, shape: shape, purpose: ["stepNoise", String(index)])
    }
    latents = step.latents
    self.index += 1
    var (shown, clean) = (latents, step.predictedClean)
    if let trunkLane, index < options.sharedSteps {
      (shown, clean) = (shown.gatheringRows(trunkLane), clean.gatheringRows(trunkLane))
    }
    return DenoisingStep(
      index: index, count: stepCount, timestep: timestep, latents: shown, predictedClean: clean)
  }

  /// Noise and variance values of the lanes, after guidance. Both halves go through one pass.
  private mutating func predict(timestep: Int) -> Tensor {
    guard options.isGuided(at: timestep, withControl: withControl) else {
      let rows = conditional ?? NetworkRows(lanes)
      conditional = rows
      return run(rows, latents: latents, timestep: timestep)
    }
    let pair = guidancePair ?? NetworkRows(lanes + lanes.map(unconditional))
    guidancePair = pair
    let output = run(
      pair, latents: Tensor.concatenated([latents, latents]), timestep: timestep)
    let rows = lanes.count
    return guided(
      conditional: output.rows(0..<rows), unconditional: output.rows(rows..<2 * rows),
      scale: Float(options.guidance), channels: options.guidanceChannels,
      latentChannels: transformer.sizes.latentChannels)
  }

  private func run(_ rows: NetworkRows, latents: Tensor, timestep: Int) -> Tensor {
    transformer.predict(
      latents: latents,
      timesteps: Array(repeating: Float(timestep), count: latents.shape[0]),
      captions: rows.captions, condition: rows.condition)
  }

  private func unconditional(_ lane: Lane) -> Lane {
    var lane = lane
    lane.caption =
      options.nullCaptionLength == .promptLength
      ? nullCaption.prefix(lane.caption.tokenCount) : nullCaption
    return lane
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

/// Captions and conditions stacked for the network, one row each.
private struct NetworkRows {
  let captions: CaptionBatch
  let condition: Tensor?

  init(_ lanes: [Denoising.Lane]) {
    captions = CaptionBatch(lanes.map(\.caption))
    let conditions = lanes.compactMap(\.condition)
    condition = conditions.isEmpty ? nil : Tensor.concatenated(conditions)
  }
}

/// What requests must have in common to share the leading steps.
private struct TrunkKey: Hashable {
  let seed: UInt64
  let noisePath: [String]
  let trunk: String?
  let control: [UInt8]?
  /// Set where there is no trunk, so that such a request shares with nobody.
  let place: Int?

  init(_ request: RenderRequest, place: Int) {
    seed = request.seed
    noisePath = request.noisePath
    trunk = request.trunk?.cleanedText
    control = request.control?.image.bytes
    self.place = request.trunk == nil ? place : nil
  }
}
