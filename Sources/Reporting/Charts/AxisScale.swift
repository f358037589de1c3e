import Foundation
import Statistics

/// Maps values to positions and chooses round tick marks.
struct AxisScale: Sendable, Equatable {
  var lower: Double
  var upper: Double
  var ticks: [Double]
  var decimals: Int
  /// Positions by the normal deviate of a share instead of the share.
  private var isNormalDeviate = false

  /// Shares from 1 to 99 %, placed by their normal deviate: two normal distributions of scores make a
  /// straight line of their error rates, and small rates have as much room as large ones.
  ///
  /// Martin et al. 1997, "The DET curve in assessment of detection task performance".
  static let normalDeviates: AxisScale = {
    var scale = AxisScale(covering: [0, 1], limits: 0...1)
    scale.ticks = [0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99]
    (scale.lower, scale.upper, scale.decimals) = (0.01, 0.99, 2)
    scale.isNormalDeviate = true
    return scale
  }()

  /// A scale that holds all `values` and ends on round numbers.
  ///
  /// - Parameters:
  ///   - limits: values that the quantity cannot leave, such as 0...1 for an AUC.
  ///   - tickCount: about how many ticks fit.
  init(
    covering values: [Double], limits: ClosedRange<Double>? = nil, tickCount: Int = 5,
    minimumSpan: Double = 0.1
  ) {
    let finite = values.filter(\.isFinite)
    var low = finite.min() ?? limits?.lowerBound ?? 0
    var high = finite.max() ?? limits?.upperBound ?? 1
    if high - low < minimumSpan {
      let middle = (low + high) / 2
      low = middle - minimumSpan / 2
      high = middle + minimumSpan / 2
    }
    if let limits {
      low = Swift.max(low, limits.lowerBound)
      high = Swift.min(high, limits.upperBound)
      if high - low < minimumSpan {
        low = Swift.max(limits.lowerBound, high - minimumSpan)
        high = Swift.min(limits.upperBound, low + minimumSpan)
      }
    }
    let step = Self.roundStep(for: (high - low) / Double(Swift.max(tickCount - 1, 1)))
    var first = (low / step + 1e-9).rounded(.down)
    var last = (high / step - 1e-9).rounded(.up)
    if let limits {
      first = Swift.max(first, (limits.lowerBound / step - 1e-9).rounded(.up))
      last = Swift.min(last, (limits.upperBound / step + 1e-9).rounded(.down))
    }
    if last <= first { last = first + 1 }
    lower = first * step
    upper = last * step
    decimals = Swift.max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    ticks = (0...Swift.min(Int(last - first), 20)).map { (first + Double($0)) * step }
  }

  /// 1, 2 or 5 times a power of ten, at least `raw`.
  private static func roundStep(for raw: Double) -> Double {
    guard raw > 0, raw.isFinite else { return 1 }
    let power = pow(10, log10(raw).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= raw * (1 - 1e-9) } ?? 10
    return factor * power
  }

  /// Where the value lies between 0 (lower end) and 1, held inside.
  func fraction(_ value: Double) -> Double {
    guard isNormalDeviate else {
      return Swift.min(1, Swift.max(0, (value - lower) / (upper - lower)))
    }
    let ends = (Normal.quantile(lower), Normal.quantile(upper))
    let place = Normal.quantile(Swift.min(upper, Swift.max(lower, value)))
    return (place - ends.0) / (ends.1 - ends.0)
  }

  func contains(_ value: Double) -> Bool {
    value >= lower - 1e-12 && value <= upper + 1e-12
  }

  func label(_ tick: Double) -> String {
    NumberText.fixed(tick, decimals: decimals).replacing("-", with: NumberText.minus)
  }
}

/// Numbers inside pictures: two decimals are a fortieth of a millimetre, enough for print.
enum Coordinate {
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let rounded = (value * 100).rounded() / 100
    if rounded == rounded.rounded(), abs(rounded) < 1e9 { return String(Int(rounded)) }
    return "\(rounded)"
  }
}
