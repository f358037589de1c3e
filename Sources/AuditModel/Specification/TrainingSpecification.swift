/// How a generator is trained: block `training`.
package struct TrainingSpecification: Sendable, Equatable {
  package enum Stage: String, Sendable, CaseIterable {
    /// A new network, from nothing.
    case pretrain
    /// Released or own weights, at another size or on other patients.
    case finetune
    /// Copies of the first blocks that see a mask or boxes; the base is frozen.
    case control
  }

  package var stage = Stage.pretrain
  /// Text encoder and autoencoder, and for ``Stage/finetune`` and ``Stage/control`` the start.
  package var generator = GeneratorSpecification()
  package var images: ImageSetSpecification
  /// Column of the mask of each image, below ``masks``; for ``Stage/control``.
  package var maskColumn: String?
  package var masks: String?
  /// Column of the caption without its demographic prefix; needed for `prefixDropout`.
  package var plainColumn: String?
  /// Specs of audits whose real patients must not be trained on.
  package var exclude: [String] = []
  /// Share of the patients that validate.
  package var validation = 0.05
  /// Pixels a side; nil: the generator's own.
  package var size: Int?
  /// Of a new network; nil: the generator's own.
  package var network: Network?

  /// nil: all weights are trained.
  package var lora: Lora?

  package var steps = 10_000
  package var batch = 32
  package var accumulation = 1
  package var processes = 1
  package var learningRate = 2e-5
  package var weightDecay = 3e-2
  package var epsilon = 1e-10
  /// Largest length of the gradient; nil does not clip, as the reference does whatever it configures.
  package var clip: Double?
  package var average = 0.9999
  package var captionDropout = 0.1
  package var prefixDropout = 0.0
  package var precision = GeneratorSpecification.Precision.fp32
  /// Computes activations again for the gradient instead of keeping them.
  package var recompute = false
  package var saveEvery = 1000
  package var keep = 3
  package var validateEvery = 500
  package var seed: UInt64 = 1

  package init(images: ImageSetSpecification) { self.images = images }

  /// Adapters of low rank that are trained in the place of the weights.
  package struct Lora: Sendable, Equatable {
    package var rank: Int
    /// What the adapters add is multiplied by alpha / rank.
    package var alpha: Double

    package init(rank: Int, alpha: Double) {
      self.rank = rank
      self.alpha = alpha
    }
  }

  /// The sizes of a new network.
  package struct Network: Sendable, Equatable {
    package var width: Int
    package var depth: Int
    package var heads: Int
    package var patch: Int
    package var positionScale: Double

    package init(width: Int, depth: Int, heads: Int, patch: Int, positionScale: Double) {
      self.width = width
      self.depth = depth
      self.heads = heads
      self.patch = patch
      self.positionScale = positionScale
    }
  }
}
