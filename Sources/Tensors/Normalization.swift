import CKernels

extension Tensor {
  /// Layer norm, then `* (1 + scale) + shift`: the modulation of adaptive layer norm.
  ///
  /// - Parameters:
  ///   - shift: `[batch, channels]` for a tensor `[batch, tokens, channels]`.
  ///   - scale: As `shift`.
  package func modulatedLayerNorm(shift: Tensor, scale: Tensor, epsilon: Float = 1e-6) -> Tensor {
    let width = shape[rank - 1]
    let batch = shape[0]
    precondition(
      shift.count == batch * width && scale.count == batch * width,
      "shift \(shift.shape) and scale \(scale.shape) do not fit \(shape)")
    let tokens = count / (batch * width)
    let chunk = 32
    let chunks = (tokens + chunk - 1) / chunk
    var result = Tensor(uninitialized: shape)
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        shift.withUnsafePointer { shift in
          scale.withUnsafePointer { scale in
            let (out, x) = (TilePointer(out), ReadPointer(x))
            let (shift, scale) = (ReadPointer(shift), ReadPointer(scale))
            forEachTile(batch * chunks, work: count * 8) { tile in
              let sample = tile / chunks
              let first = tile % chunks * chunk
              let rows = min(chunk, tokens - first)
              let offset = (sample * tokens + first) * width
              ck_layer_norm(
                x.base + offset, Int64(rows), Int64(width), epsilon, scale.base + sample * width,
                shift.base + sample * width, out.base + offset)
            }
          }
        }
      }
    }
    return result
  }

  /// Root-mean-square norm over the last axis: `x / sqrt(mean(x²) + epsilon) * weight`.
  package func rmsNorm(weight: Tensor, epsilon: Float = 1e-6) -> Tensor {
    precondition(weight.count == shape.last, "weight \(weight.shape) does not fit \(shape)")
    return weight.withUnsafePointer { weight in
      let weight = ReadPointer(weight)
      return normalizedRows(work: 4) { x, rows, width, out in
        ck_rms_norm(x, Int64(rows), Int64(width), epsilon, weight.base, out)
      }
    }
  }

  /// Group norm of `[batch, channels, ...]`, affine per channel, and SiLU after it if asked.
  package func groupNorm(
    groups: Int, weight: Tensor, bias: Tensor, epsilon: Float = 1e-6, silu: Bool = false
  ) -> Tensor {
    let (batch, channels) = (shape[0], shape[1])
    precondition(channels % groups == 0, "\(channels) channels do not form \(groups) groups")
    precondition(weight.count == channels && bias.count == channels)
    let area = count / (batch * channels)
    let size = channels / groups
    var result = Tensor(uninitialized: shape)
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        weight.withUnsafePointer { weight in
          bias.withUnsafePointer { bias in
            let (out, x) = (TilePointer(out), ReadPointer(x))
            let (weight, bias) = (ReadPointer(weight), ReadPointer(bias))
            forEachTile(batch * groups, work: count * 20) { tile in
              let offset = tile * size * area
              let channel = tile % groups * size
              ck_group_norm(
                x.base + offset, Int64(size), Int64(area), epsilon, weight.base + channel,
                bias.base + channel, silu ? 1 : 0, out.base + offset)
            }
          }
        }
      }
    }
    return result
  }

  /// Applies `body(input, rows, width, output)` to chunks of rows of the last axis.
  private func normalizedRows(
    work: Int,
    _ body: @Sendable (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    let width = shape[rank - 1]
    let rows = width == 0 ? 0 : count / width
    let chunk = 32
    var result = Tensor(uninitialized: shape)
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        let (out, x) = (TilePointer(out), ReadPointer(x))
        forEachTile((rows + chunk - 1) / chunk, work: count * work) { tile in
          let first = tile * chunk
          body(
            x.base + first * width, min(chunk, rows - first), width, out.base + first * width)
        }
      }
    }
    return result
  }
}
