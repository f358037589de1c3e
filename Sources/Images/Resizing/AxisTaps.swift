import Glibc

/// For every new position along one axis the old positions that make it, with their weights.
struct AxisTaps {
  /// Old positions, within the picture.
  private(set) var indices: [Int32] = []
  private(set) var weights: [Double] = []
  /// Where the taps of each position begin, and the end of the last.
  private var starts: [Int] = [0]

  /// New positions.
  var count: Int { starts.count - 1 }

  func range(of position: Int) -> Range<Int> { starts[position]..<starts[position + 1] }

  private mutating func append(_ taps: [(index: Int, weight: Double)], within size: Int) {
    for tap in taps {
      indices.append(Int32(min(max(tap.index, 0), size - 1)))
      weights.append(tap.weight)
    }
    starts.append(indices.count)
  }

  /// One old position for each new one.
  init(nearest positions: [Int], within size: Int) {
    for position in positions { append([(position, 1)], within: size) }
  }

  /// The filter's reach grows with the ratio when shrinking, and its weights sum to 1: Pillow's
  /// filters, and torchvision's with antialiasing.
  init(antialiased filter: ResizingFilter, from old: Int, to new: Int) {
    let scale = Double(old) / Double(new)
    let reach = max(scale, 1)
    let support = filter.support * reach
    for position in 0..<new {
      let center = (Double(position) + 0.5) * scale
      let low = max(0, Int(center - support + 0.5))
      let high = min(old, Int(center + support + 0.5))
      let exact = (low..<high).map { filter.weight((Double($0) - center + 0.5) * (1 / reach)) }
      let sum = exact.reduce(0, +)
      append(
        exact.enumerated().map { (low + $0, sum == 0 ? $1 : $1 / sum) }, within: old)
    }
  }

  /// The kernel at the old pixels around the new pixel's centre, whatever the ratio; old pixels
  /// beyond the edge are the edge's: OpenCV, and torchvision without antialiasing.
  init(sampled kernel: SamplingKernel, from old: Int, to new: Int) {
    let scale = Double(old) / Double(new)
    let reach = kernel.reach
    for position in 0..<new {
      let center = (Double(position) + 0.5) * scale - 0.5
      let base = Int(center.rounded(.down))
      let fraction = center - Double(base)
      let exact = (1 - reach...reach).map { kernel.weight(Double($0) - fraction) }
      let sum = exact.reduce(0, +)
      append(
        exact.enumerated().map { (base + 1 - reach + $0, $1 / sum) }, within: old)
    }
  }

  /// Means of the old pixels that a new one covers, in parts: OpenCV's `INTER_AREA`.
  ///
  /// Where one of the axes grows, OpenCV interpolates on both between the two nearest instead, with
  /// weights by cover.
  ///
  /// - Parameter shrinks: No axis of the picture grows.
  init(area old: Int, to new: Int, shrinks: Bool) {
    let scale = Double(old) / Double(new)
    for position in 0..<new {
      guard shrinks else {
        let base = Int((Double(position) * scale).rounded(.down))
        let cover = Double(position + 1) - Double(base + 1) / scale
        let fraction = cover <= 0 ? 0 : cover - cover.rounded(.down)
        append([(base, 1 - fraction), (base + 1, fraction)], within: old)
        continue
      }
      let low = Double(position) * scale
      let high = min(low + scale, Double(old))
      let width = min(scale, Double(old) - low)
      let cells = Int(low.rounded(.down))..<max(Int(low.rounded(.down)) + 1, Int(high.rounded(.up)))
      append(
        cells.map { cell in
          (cell, (min(high, Double(cell + 1)) - max(low, Double(cell))) / width)
        }.filter { $0.1 > 1e-9 }, within: old)
    }
  }
}

/// A kernel that is sampled at old pixels.
enum SamplingKernel {
  case linear
  /// Keys' cubic, a = −0.75.
  case cubic
  /// Windowed sinc over four pixels to either side.
  case lanczos4

  /// Old pixels to either side.
  var reach: Int {
    switch self {
    case .linear: 1
    case .cubic: 2
    case .lanczos4: 4
    }
  }

  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .linear: return max(0, 1 - x)
    case .cubic:
      let a = -0.75
      if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    case .lanczos4:
      guard x > 1e-6 else { return 1 }
      guard x < 4 else { return 0 }
      let angle = Double.pi * x
      return 4 * sin(angle) * sin(angle / 4) / (angle * angle)
    }
  }
}
