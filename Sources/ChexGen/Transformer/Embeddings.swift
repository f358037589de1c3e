import Foundation
import Tensors

/// The sinusoid of a timestep as the reference computes it, in single precision: `[cos | sin]`.
///
/// - Parameters:
///   - timestep: On the scale of training, 0 to 999; may be fractional.
///   - channels: Width of the result; half of it are frequencies `10000^(-k / (channels / 2))`.
package func timestepSinusoid(_ timestep: Float, channels: Int) -> [Float] {
  let half = channels / 2
  let slope = -Float(log(10_000.0))
  let angles = (0..<half).map { k -> Float in
    timestep * Float(exp(Double(slope * Float(k) / Float(half))))
  }
  return angles.map { Float(cos(Double($0))) } + angles.map { Float(sin(Double($0))) }
}

/// Two-dimensional sine-cosine positions of a token grid, in double precision.
///
/// The first half of the channels encodes the column, the second half the row; each half is
/// `[sin | cos]`.
///
/// - Parameters:
///   - height: Rows of the grid.
///   - width: Columns of the grid.
///   - base: Side of the grid that the model was trained for.
///   - scale: Divides coordinates: 2 in the released 512-pixel models, so that they span the same
///     range as at 256 pixels.
/// - Returns: `height * width * channels` values, row by row.
package func positionEmbedding(
  height: Int, width: Int, channels: Int, base: Int, scale: Float
) -> [Double] {
  let quarter = channels / 4
  let frequencies = (0..<quarter).map { pow(10_000, -Double($0) / Double(quarter)) }
  // Coordinates are single precision in the reference; the rest is double.
  func axis(_ count: Int) -> [[Double]] {
    let stretch = Float(Double(count) / Double(base))
    return (0..<count).map { index in
      let coordinate = Double(Float(index) / stretch / scale)
      return frequencies.map { sin(coordinate * $0) } + frequencies.map { cos(coordinate * $0) }
    }
  }
  let (rows, columns) = (axis(height), axis(width))
  return rows.flatMap { row in columns.flatMap { $0 + row } }
}

/// The positions that a checkpoint stores, and the rule that continues them to other grids.
struct PositionTable: Sendable {
  /// `[tokens, channels]` for the square grid of side `side`.
  let stored: Tensor
  let side: Int
  /// Divides coordinates; see ``positionEmbedding(height:width:channels:base:scale:)``.
  let scale: Float

  /// - Parameter scale: nil reads it from the stored positions: at column 1 the first sine and
  ///   cosine are those of `1 / scale`.
  init(stored: Tensor, side: Int, scale: Float? = nil) {
    self.stored = stored
    self.side = side
    self.scale = scale ?? Self.scale(of: stored, side: side)
  }

  private static func scale(of stored: Tensor, side: Int) -> Float {
    guard side > 1 else { return 1 }
    let channels = stored.shape[1]
    let angle = stored.withUnsafePointer {
      atan2($0[channels], $0[channels + channels / 4])
    }
    guard angle > 1e-3 else { return 1 }
    // Scales are plain numbers such as 1, 1.5 or 2; a trained table is only near one.
    let exact = 1 / angle
    let plain = (exact * 16).rounded() / 16
    return abs(plain - exact) < 0.01 * exact ? plain : exact
  }

  /// `[height * width, channels]`: the stored positions where the grid is the stored one.
  func positions(height: Int, width: Int) -> Tensor {
    if height == side && width == side { return stored }
    return computed(height: height, width: width)
  }

  /// `[height * width, channels]` by the formula, as the control branch uses it for its condition.
  func computed(height: Int, width: Int) -> Tensor {
    let channels = stored.shape[1]
    let values = positionEmbedding(
      height: height, width: width, channels: channels, base: side, scale: scale)
    return Tensor(values.map(Float.init), shape: [height * width, channels])
  }
}
