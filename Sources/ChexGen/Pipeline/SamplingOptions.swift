import AuditModel

/// How images are sampled; the defaults are those of the reference.
package struct SamplingOptions: Sendable, Equatable {
  /// The caption of the unconditional half under guidance.
  package enum NullCaptionLength: String, Sendable, CaseIterable {
    /// Cut to the prompt's length, as the reference's tiled mask does.
    case promptLength
    /// All tokens of the learned null caption.
    case full
  }

  /// Whether guidance acts when a control image is given.
  package enum ControlGuidance: String, Sendable, CaseIterable {
    /// Plain conditional samples, whatever the guidance scale, as the reference does.
    case ignored
    case applied
  }

  package var sampler: GeneratorSpecification.Sampler = .ancestral
  package var steps = 100
  /// 1 samples without guidance.
  package var guidance = 4.0
  package var guidanceChannels: GuidanceChannels = .firstThree
  package var nullCaptionLength: NullCaptionLength = .promptLength
  package var controlGuidance: ControlGuidance = .ignored
  /// Leading steps taken once per noise path under the trunk prompt; see ``RenderRequest/trunk``.
  package var sharedSteps = 0
  /// How the model's weights were loaded; recorded here, chosen there.
  package var precision: GeneratorSpecification.Precision = .fp32

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
    options.sharedSteps = specification.sharedSteps
    options.precision = specification.precision
    return options
  }

  /// Every option by name, for provenance.
  package var record: [String: String] {
    [
      "sampler": sampler.rawValue, "steps": String(steps), "guidance": String(guidance),
      "guidanceChannels": guidanceChannels.rawValue,
      "nullCaptionLength": nullCaptionLength.rawValue,
      "controlGuidance": controlGuidance.rawValue, "sharedSteps": String(sharedSteps),
      "precision": precision.rawValue,
    ]
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
    guard (0...steps).contains(sharedSteps) else {
      throw AuditFailure(
        "\(sharedSteps) shared steps are asked for, but there are only \(steps) steps")
    }
    switch sampler {
    case .ancestral: return try AncestralSampler(stepCount: steps)
    case .ddim: return try DDIMSampler(stepCount: steps)
    case .dpmSolverPlusPlus2M: return try DPMSolverPlusPlus2M(stepCount: steps)
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
}
