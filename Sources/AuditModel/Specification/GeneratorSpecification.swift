/// The generator of a spec: its files, and how it samples.
package struct GeneratorSpecification: Sendable, Equatable {
  package enum Sampler: String, Sendable, CaseIterable {
    case ancestral, ddim
    case dpmSolverPlusPlus2M = "dpm++2m"
  }
  package enum Precision: String, Sendable, CaseIterable { case fp32, bf16 }

  /// What multiplies matrices. Only the built-in engine promises equal bits whatever the batch, and
  /// on every CPU; a library may change its order of summation with the shape and its version.
  package enum MatrixEngine: String, Sendable, CaseIterable {
    case builtIn = "built-in"
    case oneDNN = "onednn"
  }

  /// What computes denoiser and decoder. Only the built-in networks promise equal bits on every machine;
  /// ONNX Runtime is opened at run time, and its providers are chosen by name.
  package enum Engine: String, Sendable, CaseIterable {
    case builtIn = "built-in"
    case cpu = "onnxruntime-cpu"
    case cuda = "onnxruntime-cuda"
    case openVINO = "onnxruntime-openvino"
    case miGraphX = "onnxruntime-migraphx"
    case xnnpack = "onnxruntime-xnnpack"

    /// As ONNX Runtime names it; nil for the built-in networks.
    package var provider: String? {
      switch self {
      case .builtIn: nil
      case .cpu: "CPU"
      case .cuda: "CUDA"
      case .openVINO: "OpenVINO"
      case .miGraphX: "MIGraphX"
      case .xnnpack: "XNNPACK"
      }
    }
  }

  /// Which of the 1,000 trained timesteps a sampler visits, by the names that diffusers uses.
  package enum TimestepSpacing: String, Sendable, CaseIterable {
    /// Evenly from the noisiest to the cleanest timestep.
    case linspace
    /// Whole strides up from the clean end; the noisiest timesteps may be left out.
    case leading
    /// Equal strides down from the noisiest timestep.
    case trailing
  }

  /// Which channels of the predicted noise guidance acts on.
  package enum GuidanceChannels: String, Sendable, CaseIterable {
    /// The first three of the four, as the reference does: the others stay conditional.
    case firstThree
    case all
  }

  /// The caption of the unconditional half under guidance.
  package enum NullCaptionLength: String, Sendable, CaseIterable {
    /// Cut to the prompt's length, as the reference's tiled mask does.
    case promptLength
    /// All tokens of the learned null caption.
    case full
  }

  /// Whether guidance acts in the network that takes masks and boxes.
  package enum ControlGuidance: String, Sendable, CaseIterable {
    /// Plain conditional samples, whatever the guidance scale, as the reference does.
    case ignored
    case applied
  }

  /// Width and height of images in pixels.
  package struct ImageSize: Sendable, Equatable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// Part of the noise levels, as fractions of the trained timesteps: 0 is clean, 1 pure noise.
  package struct GuidanceInterval: Sendable, Equatable {
    package var lower: Double
    package var upper: Double

    /// nil unless 0 ≤ lower < upper ≤ 1.
    package init?(lower: Double, upper: Double) {
      guard lower >= 0, lower < upper, upper <= 1 else { return nil }
      self.lower = lower
      self.upper = upper
    }
  }

  /// `builtin:chexgen-mini`, or nil when the four paths below are given.
  package var model: String? = "builtin:chexgen-mini"
  package var dit: String?
  package var t5: String?
  package var vae: String?
  package var control: String?
  package var checkpointKey = "state_dict_ema"
  /// nil means the model's own default.
  package var sampler: Sampler?
  /// nil means the sampler's own.
  package var spacing: TimestepSpacing?
  package var steps: Int?
  package var guidance: Double?
  /// nil guides at every step.
  package var guidanceInterval: GuidanceInterval?
  package var guidanceChannels: GuidanceChannels = .firstThree
  package var nullCaption: NullCaptionLength = .promptLength
  package var controlGuidance: ControlGuidance = .ignored
  package var sharedSteps = 0
  /// nil leaves the arms plain, or as ``sharedSteps`` says.
  package var strength: CounterfactualStrength.Choice?
  package var precision: Precision = .fp32
  package var matrixEngine: MatrixEngine = .builtIn
  package var engine: Engine = .builtIn
  /// Number of the GPU that computes; nil takes the first.
  package var device: Int?
  /// Options of ONNX Runtime's provider, as it names them.
  package var engineOptions: [String: String] = [:]
  /// nil means the square that the model was trained for.
  package var size: ImageSize?

  package init() {}

  /// The options that are not the reference's or the usual, as `name=value` in a fixed order.
  package var departures: [String] {
    var lines: [String] = []
    if let spacing { lines.append("spacing=\(spacing.rawValue)") }
    if let guidanceInterval {
      lines.append("guidanceInterval=\(guidanceInterval.lower)-\(guidanceInterval.upper)")
    }
    if guidanceChannels != .firstThree {
      lines.append("guidanceChannels=\(guidanceChannels.rawValue)")
    }
    if nullCaption != .promptLength { lines.append("nullCaption=\(nullCaption.rawValue)") }
    if controlGuidance != .ignored { lines.append("controlGuidance=\(controlGuidance.rawValue)") }
    if matrixEngine != .builtIn { lines.append("matrixEngine=\(matrixEngine.rawValue)") }
    if engine != .builtIn { lines.append("engine=\(engine.rawValue)") }
    if let device { lines.append("device=\(device)") }
    for (name, value) in engineOptions.sorted(by: { $0.key < $1.key }) {
      lines.append("engineOptions.\(name)=\(value)")
    }
    switch strength {
    case nil: break
    case .auto: lines.append("strength=auto")
    case .fixed(let strength): lines += strength.record.map { "strength.\($0.name)=\($0.value)" }
    }
    if let size { lines.append("size=\(size.width)x\(size.height)") }
    return lines
  }
}
