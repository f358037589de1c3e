import CKernels

/// Zero padding of an image, in pixels, side by side as the reference's convolutions differ there.
package struct Padding: Sendable, Equatable {
  package var top: Int
  package var bottom: Int
  package var left: Int
  package var right: Int

  package init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// The same padding on all sides.
  package init(_ all: Int) { self.init(top: all, bottom: all, left: all, right: all) }
}

extension Tensor {
  /// Two-dimensional convolution of `[batch, channels, height, width]`.
  ///
  /// 3×3 convolutions of images that keep their size go by Winograd's algorithm. For the others
  /// patches are gathered into packed panels tile by tile; no patch matrix is ever stored. Which
  /// way is taken depends on the shapes of one image alone.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, channels, kernelHeight, kernelWidth]`.
  ///   - bias: `[outputs]`, or nil.
  ///   - upsampled: Reads the input as if enlarged twofold by nearest neighbour.
  /// - Returns: `[batch, outputs, outputHeight, outputWidth]`.
  package func convolved(
    weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Padding = Padding(1),
    upsampled: Bool = false
  ) -> Tensor {
    precondition(rank == 4 && weight.rank == 4, "convolution of \(shape) by \(weight.shape)")
    let (batch, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
    let (outputs, kernelHeight, kernelWidth) = (weight.shape[0], weight.shape[2], weight.shape[3])
    precondition(weight.shape[1] == channels, "weight \(weight.shape) on \(channels) channels")
    let factor = upsampled ? 2 : 1
    let outputHeight =
      (height * factor + padding.top + padding.bottom - kernelHeight) / stride + 1
    let outputWidth = (width * factor + padding.left + padding.right - kernelWidth) / stride + 1
    precondition(outputHeight > 0 && outputWidth > 0, "\(shape) is smaller than the kernel")

    if stride == 1, padding == Padding(1), kernelHeight == 3, kernelWidth == 3, channels >= 16,
      outputs >= 16, outputHeight >= 8, outputWidth >= 8
    {
      return winogradConvolved(weight: weight, bias: bias, upsampled: upsampled)
    }
    var result = Tensor(uninitialized: [batch, outputs, outputHeight, outputWidth])
    let area = outputHeight * outputWidth
    let tile = 256
    let tiles = (area + tile - 1) / tile
    let work = 2 * batch * area * weight.count
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        weight.withUnsafePointer { w in
          withOptionalPointer(bias) { bias in
            let (out, x, w) = (TilePointer(out), ReadPointer(x), ReadPointer(w))
            let bias = bias.map(ReadPointer.init)
            forEachTile(batch * tiles, work: work) { index in
              let sample = index / tiles
              let first = index % tiles * tile
              var task = CKConvolution(
                input: x.base + sample * channels * height * width, channels: Int64(channels),
                inputHeight: Int64(height), inputWidth: Int64(width), weight: w.base,
                bias: bias?.base, outputs: Int64(outputs), kernelHeight: Int64(kernelHeight),
                kernelWidth: Int64(kernelWidth), stride: Int64(stride),
                padTop: Int64(padding.top), padLeft: Int64(padding.left),
                upsampled: upsampled ? 1 : 0, outputHeight: Int64(outputHeight),
                outputWidth: Int64(outputWidth), output: out.base + sample * outputs * area)
              ck_convolution(&task, Int64(first), Int64(min(first + tile, area)))
            }
          }
        }
      }
    }
    return result
  }
}
