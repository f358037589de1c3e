import AuditModel
import Basics
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

/// A control image after the autoencoder's encoder: what all samples of it share.
package struct EncodedControlImage: Sendable {
  let distribution: LatentDistribution
  /// The control image at the size the model sees.
  package let image: RasterImage
}

extension RadiographModel {
  /// Encodes a control image, resized bilinearly with antialiasing as the reference does.
  ///
  /// - Parameters:
  ///   - image: Any size, gray or colour.
  ///   - size: Of the radiographs that it guides; nil is the model's own.
  /// - Throws: `AuditFailure` when the generator has no control branch or no encoder.
  package func encodeControlImage(
    _ image: RasterImage, size: GeneratorSpecification.ImageSize? = nil
  ) throws -> EncodedControlImage {
    _ = try transformer(withControl: true)
    let latent = try latentSize(of: size, withControl: true)
    let resized = image.rgb().resized(
      width: latent.width * autoencoder.reduction, height: latent.height * autoencoder.reduction)
    return EncodedControlImage(
      distribution: try engine.use { try autoencoder.encode(resized.normalizedTensor()) },
      image: resized)
  }

  /// A sample of an encoded control image; the reference samples too and does not take the mode.
  ///
  /// - Parameter noisePath: Names the noise of the sample: `noisePath + ["conditionNoise"]`.
  package func controlCondition(
    _ encoded: EncodedControlImage, seed: UInt64, noisePath: [String]
  ) -> ControlCondition {
    let distribution = encoded.distribution
    var stream = RandomStream(seed: seed, path: noisePath + ["conditionNoise"])
    let noise = Tensor(
      stream.normals(distribution.mean.count), shape: distribution.mean.shape)
    return ControlCondition(
      latents: distribution.sample(noise: noise).scaled(by: latentScale), image: encoded.image)
  }

  /// The latents' width and height for images of a size in pixels; nil is the model's own square.
  ///
  /// The plain model's positions were trained for one square. The control network computes the
  /// positions of its condition for any grid, so it may draw other proportions.
  /// - Throws: `AuditFailure` when the network draws no such size.
  package func latentSize(
    of size: GeneratorSpecification.ImageSize?, withControl: Bool
  ) throws -> (width: Int, height: Int) {
    let sizes = try transformer(withControl: withControl).sizes
    let side = sizes.latentSide
    let pixels = side * autoencoder.reduction
    guard let size, (size.width, size.height) != (pixels, pixels) else { return (side, side) }
    guard withControl else {
      throw AuditFailure(
        "the generator draws \(pixels) × \(pixels) pixels without a mask or boxes, not "
          + "\(size.width) × \(size.height)",
        hint: "leave 'size' out, or give a mask or boxes and a control checkpoint")
    }
    let multiple = autoencoder.reduction * sizes.patch
    // Attention grows with the square of the area; four times the trained one is plenty.
    guard size.width > 0, size.height > 0, size.width % multiple == 0,
      size.height % multiple == 0, max(size.width, size.height) <= 4 * pixels,
      size.width * size.height <= 4 * pixels * pixels
    else {
      throw AuditFailure(
        "the generator cannot draw \(size.width) × \(size.height) pixels",
        hint: "take multiples of \(multiple), at most \(4 * pixels) along a side and "
          + "\(4 * pixels * pixels) pixels in all")
    }
    return (size.width / autoencoder.reduction, size.height / autoencoder.reduction)
  }
}
