import AuditModel
import Basics

/// How images are sampled; the defaults are those of the reference.
package struct SamplingOptions: Sendable, Equatable {
  package typealias NullCaptionLength = GeneratorSpecification.NullCaptionLength
  package typealias ControlGuidance = GeneratorSpecification.ControlGuidance

  package var sampler: GeneratorSpecification.Sampler = .ancestral
  /// nil takes the sampler's own; see ``GeneratorSpecification/Sampler/usualSpacing``.
  package var spacing: GeneratorSpecification.TimestepSpacing?
  package var steps = 100
  /// 1 samples without guidance.
  package var guidance = 4.0
  /// Steps outside are conditional predictions; nil guides every step.
  ///
  /// - SeeAlso: Kynkäänniemi et al. 2024, who find guidance at high noise harmful and at low noise
  ///   without effect.
  package var guidanceInterval: GeneratorSpecification.GuidanceInterval?
  package var guidanceChannels: GuidanceChannels = .firstThree
  package var nullCaptionLength: NullCaptionLength = .promptLength
  package var controlGuidance: ControlGuidance = .ignored
  /// Leading steps taken once per noise path by the anchor; see ``RenderRequest/anchor``.
  package var sharedSteps = 0
  /// How near arms stay to their anchor; nil: as ``sharedSteps`` says.
  package var strength: CounterfactualStrength?
  /// How the model's weights were loaded; recorded here, chosen there.
  package var precision: GeneratorSpecification.Precision = .fp32
  /// Pixels; nil is the square that the positions were stored for.
  package var size: GeneratorSpecification.ImageSize?

  package init() {}

  /// What the specification says, then the model card's defaults, then the reference's.
  package static func resolved(
    _ specification: GeneratorSpecification, card: ModelCard?
  ) -> SamplingOptions {
    var options = SamplingOptions()
    options.sampler = specification.sampler ?? card?.defaultSampler ?? .ancestral
    let cardSteps =
      specification.sampler == nil || specification.sampler == card?.defaultSampler
      ? card?.defaultSteps : nil
    options.steps = specification.steps ?? cardSteps ?? options.sampler.usualSteps
    options.guidance = specification.guidance ?? card?.defaultGuidance ?? 4
    options.spacing = specification.spacing
    options.guidanceInterval = specification.guidanceInterval
    options.guidanceChannels = specification.guidanceChannels
    options.nullCaptionLength = specification.nullCaption
    options.controlGuidance = specification.controlGuidance
    options.sharedSteps = specification.sharedSteps
    switch specification.strength {
    case nil: break
    case .auto: options.strength = card?.tunedStrength
    case .fixed(let strength): options.strength = strength
    }
    options.precision = specification.precision
    options.size = specification.size
    return options
  }

  /// Every option by name, for provenance.
  package var record: [String: String] {
    var record = [
      "sampler": sampler.rawValue, "steps": String(steps), "guidance": String(guidance),
      "spacing": (spacing ?? sampler.usualSpacing).rawValue,
      "guidanceInterval": guidanceInterval.map { "\($0.lower)-\($0.upper)" } ?? "all",
      "guidanceChannels": guidanceChannels.rawValue,
      "nullCaptionLength": nullCaptionLength.rawValue,
      "controlGuidance": controlGuidance.rawValue, "sharedSteps": String(sharedSteps),
      "precision": precision.rawValue,
    ]
    // Absent where nothing differs, so that keys of plain cohorts stay as they were.
    for (name, value) in strength?.record ?? [] { record[name] = value }
    if let factoredGuidance { record["guidanceFinding"] = "\(factoredGuidance.finding)" }
    record["size"] = size.map { "\($0.width)x\($0.height)" }
    return record
  }

  /// Whether guidance acts at a timestep, 0 to 999, of a network with or without control.
  func isGuided(at timestep: Int, withControl: Bool) -> Bool {
    guard guidance != 1 || factoredGuidance != nil, !(withControl && controlGuidance == .ignored)
    else { return false }
    guard let guidanceInterval else { return true }
    let fraction = Double(timestep) / Double(NoiseSchedule.trainedStepCount - 1)
    return (guidanceInterval.lower...guidanceInterval.upper).contains(fraction)
  }

  /// The sampler ready for its first step.
  ///
  /// - Throws: `AuditFailure` when the sampler cannot take this many steps.
  package func makeSampler() throws -> any Sampler {
    guard (1...NoiseSchedule.trainedStepCount).contains(steps) else {
      throw AuditFailure(
        "\(steps) denoising steps are asked for; possible are 1 to "
          + "\(NoiseSchedule.trainedStepCount)")
    }
    guard (0...steps).contains(trunkSteps) else {
      throw AuditFailure(
        "\(trunkSteps) shared steps are asked for, but there are only \(steps) steps")
    }
    let spacing = spacing ?? sampler.usualSpacing
    switch sampler {
    case .ancestral: return try AncestralSampler(stepCount: steps, spacing: spacing)
    case .ddim: return try DDIMSampler(stepCount: steps, spacing: spacing)
    case .dpmSolverPlusPlus2M: return try DPMSolverPlusPlus2M(stepCount: steps, spacing: spacing)
    }
  }
}

extension GeneratorSpecification.Sampler {
  /// Steps that the sampler is usually given.
  fileprivate var usualSteps: Int {
    switch self {
    case .ancestral: 100
    case .ddim: 50
    case .dpmSolverPlusPlus2M: 20
    }
  }

  /// The reference's spacing; for the sampler that the reference lacks, that of diffusers.
  package var usualSpacing: GeneratorSpecification.TimestepSpacing {
    switch self {
    case .ancestral, .dpmSolverPlusPlus2M: .linspace
    case .ddim: .leading
    }
  }
}
