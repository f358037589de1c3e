import AuditModel
import Tensors

/// Which channels of the predicted noise classifier-free guidance acts on.
package typealias GuidanceChannels = GeneratorSpecification.GuidanceChannels

/// Classifier-free guidance: `unconditional + scale * (conditional - unconditional)`.
///
/// Channels that are not guided, the variance values among them, are the conditional ones.
///
/// - Parameters:
///   - conditional: `[rows, outputChannels, height, width]`; likewise `unconditional`.
///   - latentChannels: How many of the channels are predicted noise.
/// - SeeAlso: Ho and Salimans 2021. The default quirk is ChexGen's `forward_with_cfg`.
package func guided(
  conditional: Tensor, unconditional: Tensor, scale: Float, channels: GuidanceChannels,
  latentChannels: Int
) -> Tensor {
  let (rows, outputs) = (conditional.shape[0], conditional.shape[1])
  let area = conditional.count / (rows * outputs)
  let count = channels == .all ? latentChannels : min(3, latentChannels)
  var result = conditional
  result.withUnsafeMutablePointer { out in
    unconditional.withUnsafePointer { u in
      for row in 0..<rows {
        let start = row * outputs * area
        for i in start..<start + count * area { out[i] = u[i] + scale * (out[i] - u[i]) }
      }
    }
  }
  return result
}
