import AuditModel
import Basics
import Images
import Tensors

/// What training needs of a loaded generator: the autoencoder's moments and captions' features.
extension RadiographModel {
  /// Means and log-variances of a picture's latents, `[2 · channels, height, width]`.
  ///
  /// - Throws: `AuditFailure` without an encoder, or for sides that do not halve evenly.
  package func latentMoments(of image: RasterImage) throws -> Tensor {
    let distribution = try engine.use { try autoencoder.encode(image.normalizedTensor()) }
    let shape = distribution.mean.shape
    return Tensor(
      distribution.mean.values + distribution.logVariance.values,
      shape: [2 * shape[1], shape[2], shape[3]])
  }

  /// Captions as the denoiser takes them, `[tokens, channels]` each, cleaned twice as for sampling.
  package func captionFeatures(
    of captions: [String], cache: TextFeatureCache?, note: (String) -> Void
  ) throws -> [Tensor] {
    try encode(captions, cache: cache, note: note).map(\.features)
  }

  /// The sizes of the plain network.
  package var networkSizes: TransformerSizes { transformer.sizes }
  /// What latents are multiplied by before they are trained on.
  package var trainingLatentScale: Double { Double(latentScale) }
  /// Divides the coordinates of the position embedding.
  package var trainingPositionScale: Double { card?.positionScale ?? 1 }

  /// The file of the plain network that a specification names, for training to start from.
  ///
  /// - Throws: `AuditFailure` where it names none.
  package static func networkFile(
    of specification: GeneratorSpecification, resolve: (String) -> String
  ) throws -> String {
    let files = try GeneratorFiles(specification, resolve: resolve)
    guard let transformer = files.transformer else {
      throw AuditFailure(
        "the generator names no plain network to start from", hint: "give it as \"dit\"")
    }
    return transformer
  }
}
