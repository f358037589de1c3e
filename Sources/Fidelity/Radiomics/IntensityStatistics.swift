import Foundation

/// First-order statistics: grey values without regard to where they lie.
enum IntensityStatistics {
  static let names = [
    "Entropy", "Minimum", "10Percentile", "90Percentile", "Maximum", "Mean", "Median",
    "InterquartileRange", "Range", "MeanAbsoluteDeviation", "RobustMeanAbsoluteDeviation",
    "RootMeanSquared", "Skewness", "Kurtosis", "Variance", "Uniformity",
  ]

  /// - Parameter levels: Of the same picture, for entropy and uniformity.
  static func values(_ plane: GrayPlane, _ levels: GrayLevels) -> [Double] {
    let sorted = plane.values.sorted()
    let count = Double(sorted.count)
    func mean(_ values: some Sequence<Double>) -> Double {
      var (sum, number) = (0.0, 0.0)
      for value in values { (sum, number) = (sum + value, number + 1) }
      return number > 0 ? sum / number : 0
    }
    func percentile(_ share: Double) -> Double {
      let place = share * (count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    let middle = mean(plane.values)
    func moment(_ order: Int) -> Double {
      mean(
        plane.values.lazy.map { value in
          (1..<order).reduce(value - middle) { power, _ in power * (value - middle) }
        })
    }
    let variance = moment(2)
    let (tenth, ninetieth) = (percentile(0.1), percentile(0.9))
    let inner = plane.values.filter { $0 >= tenth && $0 <= ninetieth }
    let innerMean = mean(inner)
    var histogram = [Double](repeating: 0, count: levels.count)
    for level in levels.values { histogram[level - 1] += 1 / count }
    let (lowest, highest) = (sorted[0], sorted[sorted.count - 1])
    return [
      entropy(histogram), lowest, tenth, ninetieth, highest, middle, percentile(0.5),
      percentile(0.75) - percentile(0.25), highest - lowest,
      mean(plane.values.lazy.map { abs($0 - middle) }),
      mean(inner.lazy.map { abs($0 - innerMean) }),
      mean(plane.values.lazy.map { $0 * $0 }).squareRoot(),
      variance > 0 ? moment(3) / pow(variance, 1.5) : 0,
      variance > 0 ? moment(4) / (variance * variance) : 0, variance,
      histogram.reduce(0) { $0 + $1 * $1 },
    ]
  }

  /// In bits.
  static func entropy(_ shares: some Sequence<Double>) -> Double {
    shares.reduce(0) { $1 > 0 ? $0 - $1 * log2($1) : $0 }
  }
}
