/// How long a grey level goes on in a line (GLRLM), each direction by itself, then averaged.
enum RunLengths {
  static let names = [
    "ShortRunEmphasis", "LongRunEmphasis", "GrayLevelNonUniformity",
    "GrayLevelNonUniformityNormalized", "RunLengthNonUniformity",
    "RunLengthNonUniformityNormalized", "RunPercentage", "GrayLevelVariance", "RunVariance",
    "RunEntropy", "LowGrayLevelRunEmphasis", "HighGrayLevelRunEmphasis",
    "ShortRunLowGrayLevelEmphasis", "ShortRunHighGrayLevelEmphasis",
    "LongRunLowGrayLevelEmphasis", "LongRunHighGrayLevelEmphasis",
  ]

  static func values(_ levels: GrayLevels) -> [Double] {
    let found = GrayLevels.directions.map { values(levels, $0) }
    return names.indices.map { feature in
      found.reduce(0) { $0 + $1[feature] } / Double(found.count)
    }
  }

  private static func values(_ levels: GrayLevels, _ direction: (x: Int, y: Int)) -> [Double] {
    let longest = max(levels.width, levels.height)
    var runs = [Int32](repeating: 0, count: levels.count * longest)
    func inside(_ x: Int, _ y: Int) -> Int? {
      guard (0..<levels.width).contains(x), (0..<levels.height).contains(y) else { return nil }
      return levels.values[y * levels.width + x]
    }
    for y in 0..<levels.height {
      for x in 0..<levels.width {
        let level = levels.values[y * levels.width + x]
        // Only where a run begins.
        guard inside(x - direction.x, y - direction.y) != level else { continue }
        var length = 1
        while inside(x + length * direction.x, y + length * direction.y) == level { length += 1 }
        runs[(level - 1) * longest + length - 1] += 1
      }
    }
    return statistics(runs, longest: longest, pixels: Double(levels.values.count))
  }

  private static func statistics(_ runs: [Int32], longest: Int, pixels: Double) -> [Double] {
    let count = runs.reduce(0.0) { $0 + Double($1) }
    var byLevel = [Double](repeating: 0, count: runs.count / longest)
    var byLength = [Double](repeating: 0, count: longest)
    var cells: [(level: Double, length: Double, share: Double)] = []
    for (place, number) in runs.enumerated() where number > 0 {
      byLevel[place / longest] += Double(number)
      byLength[place % longest] += Double(number)
      cells.append(
        (Double(place / longest + 1), Double(place % longest + 1), Double(number) / count))
    }
    func sum(_ term: (Double, Double) -> Double) -> Double {
      cells.reduce(0) { $0 + $1.share * term($1.level, $1.length) }
    }
    let levelMean = sum { level, _ in level }
    let lengthMean = sum { _, length in length }
    let levelSquares = byLevel.reduce(0) { $0 + $1 * $1 }
    let lengthSquares = byLength.reduce(0) { $0 + $1 * $1 }
    return [
      sum { _, r in 1 / (r * r) }, sum { _, r in r * r }, levelSquares / count,
      levelSquares / (count * count), lengthSquares / count, lengthSquares / (count * count),
      count / pixels, sum { i, _ in (i - levelMean) * (i - levelMean) },
      sum { _, r in (r - lengthMean) * (r - lengthMean) },
      IntensityStatistics.entropy(cells.lazy.map(\.share)),
      sum { i, _ in 1 / (i * i) }, sum { i, _ in i * i }, sum { i, r in 1 / (i * i * r * r) },
      sum { i, r in i * i / (r * r) }, sum { i, r in r * r / (i * i) },
      sum { i, r in i * i * r * r },
    ]
  }
}
