import CKernels

extension Tensor {
  /// A 3×3 convolution with padding 1 by F(4×4, 3×3): a quarter of the products.
  ///
  /// Its error against the definition is a few units in the sixth digit of the largest output, from
  /// the transforms' factors up to 8; the tests state the bound. The sum over channels has one
  /// fixed order, so results do not depend on threads or on the batch.
  /// - SeeAlso: Lavin and Gray 2016, "Fast algorithms for convolutional neural networks".
  func winogradConvolved(weight: Tensor, bias: Tensor?, upsampled: Bool) -> Tensor {
    let (batch, channels) = (shape[0], shape[1])
    let factor = upsampled ? 2 : 1
    let (height, width) = (shape[2] * factor, shape[3] * factor)
    let outputs = weight.shape[0]
    let transformed = weight.winogradTransformed()
    let count = ((height + 3) / 4) * ((width + 3) / 4)
    // Few tiles at a time keep their transforms in the cache; many share one reading of weights.
    let tile = count >= 1024 ? 128 : count >= 256 ? 64 : 32
    let tiles = (count + tile - 1) / tile
    var result = Tensor(uninitialized: [batch, outputs, height, width])
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        transformed.withUnsafePointer { w in
          withOptionalPointer(bias) { bias in
            let (out, x, w) = (TilePointer(out), ReadPointer(x), ReadPointer(w))
            let bias = bias.map(ReadPointer.init)
            let shape = shape
            @Sendable func task(_ sample: Int) -> CKConvolution {
              CKConvolution(
                input: x.base + sample * channels * shape[2] * shape[3],
                channels: Int64(channels), inputHeight: Int64(shape[2]),
                inputWidth: Int64(shape[3]), weight: w.base, bias: bias?.base,
                outputs: Int64(outputs), kernelHeight: 3, kernelWidth: 3, stride: 1, padTop: 1,
                padLeft: 1, upsampled: upsampled ? 1 : 0, outputHeight: Int64(height),
                outputWidth: Int64(width), output: out.base + sample * outputs * height * width)
            }
            var first = task(0)
            forEachTile(
              batch * tiles, work: 8 * batch * count * channels * outputs,
              scratch: Int(ck_winograd_scratch(&first, Int64(tile)))
            ) { index, scratch in
              var task = task(index / tiles)
              let start = index % tiles * tile
              ck_winograd(
                &task, w.base, Int64(start), Int64(min(start + tile, count)), scratch)
            }
          }
        }
      }
    }
    return result
  }

  /// Weights `[outputs, channels, 3, 3]` as `[36, outputs, channels]`, the last padded.
  private func winogradTransformed() -> Tensor {
    let (outputs, channels) = (shape[0], shape[1])
    var result = Tensor(uninitialized: [36, outputs, Int(ck_winograd_row(Int64(channels)))])
    let chunk = 8
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { weight in
        let (out, weight) = (TilePointer(out), ReadPointer(weight))
        forEachTile((outputs + chunk - 1) / chunk, work: 200 * outputs * channels) { tile in
          ck_winograd_weights(
            weight.base, Int64(outputs), Int64(channels), Int64(tile * chunk),
            Int64(min((tile + 1) * chunk, outputs)), out.base)
        }
      }
    }
    return result
  }
}
