import AuditModel
import Images
import Randomness
import Tensors

/// A control image (a mask, or drawn boxes) as latents.
package struct ControlCondition: Sendable {
  /// `[1, channels, height, width]`, sampled from the autoencoder and scaled.
  let latents: Tensor
  /// The control image at the size the model sees; saved beside the generated one.
  package let image: RasterImage
}

extension RadiographModel {
  /// Encodes a control image: resized bilinearly with antialiasing, sampled and not its mode, as
  /// the reference does.
  ///
  /// - Parameters:
  ///   - image: Any size, gray or colour.
  ///   - noisePath: Names the noise of the sample: `noisePath + ["conditionNoise"]`.
  /// - Throws: `AuditFailure` when the generator has no control branch or no encoder.
  package func controlCondition(
    _ image: RasterImage, seed: UInt64, noisePath: [String]
  ) throws -> ControlCondition {
    _ = try transformer(withControl: true)
    let resized = image.rgb().resized(width: resolution, height: resolution)
    let distribution = try autoencoder.encode(resized.normalizedTensor())
    var stream = RandomStream(seed: seed, path: noisePath + ["conditionNoise"])
    let noise = Tensor(
      stream.normals(distribution.mean.count), shape: distribution.mean.shape)
    return ControlCondition(
      latents: distribution.sample(noise: noise).scaled(by: latentScale), image: resized)
  }
}
