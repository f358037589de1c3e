/// What a detected gap must also exceed on a counterfactual cohort, in one draw of a plan.
struct PlannedControls {
  private let places: PlannedCovariance
  private let pairs: [(first: Int, second: Int)]
  /// By pair: standard error of |gap| − |placebo gap|, for equal and for opposite signs.
  private let placeboErrors: [(equal: Double, opposite: Double)]
  private let panelErrors: [Double]
  private let placeboCritical: Double
  private let panelCritical: Double

  init(
    _ places: PlannedCovariance, plan: PlannedVerdict, pairs: [(first: Int, second: Int)],
    contrastLevel: Double
  ) {
    self.places = places
    self.pairs = pairs
    let matrix = places.matrix
    func error(_ weights: [(Int, Double)]) -> Double {
      var sum = 0.0
      for (row, a) in weights { for (column, b) in weights { sum += a * b * matrix[row, column] } }
      return max(0, sum).squareRoot()
    }
    placeboErrors = pairs.map { pair in
      guard let first = places.placebo else { return (0, 0) }
      let gap = [(pair.first, 1.0), (pair.second, -1.0)]
      return (
        error(gap + [(first, -1), (first + 1, 1)]), error(gap + [(first, 1), (first + 1, -1)])
      )
    }
    panelErrors = pairs.map { pair in
      guard let start = places.panel else { return 0 }
      return error([
        (pair.first, 1), (pair.second, -1), (start + pair.first, -1), (start + pair.second, 1),
      ])
    }
    // As PlaceboComparison and PanelAnalysis: Student's t where a class has few clusters.
    let smallest = plan.groups.map(\.smallestClass).min() ?? 2
    let isSmall = smallest < Double(GroupInference.normalTheoryClusters)
    let freedom = isSmall ? max(1, smallest - 1) : .infinity
    placeboCritical = StudentTail.criticalValue(
      alpha: min(1, 2 * plan.level), degreesOfFreedom: freedom)
    panelCritical = StudentTail.criticalValue(
      alpha: isSmall ? plan.level / Double(max(1, pairs.count)) : contrastLevel,
      degreesOfFreedom: freedom)
  }

  /// - Parameter pair: Index of the strongest one.
  func areExceeded(by estimates: [Double], pair index: Int) -> Bool {
    let pair = pairs[index]
    let gap = estimates[pair.first] - estimates[pair.second]
    if let first = places.placebo {
      let noise = estimates[first] - estimates[first + 1]
      let errors = placeboErrors[index]
      let error = (gap < 0) == (noise < 0) ? errors.equal : errors.opposite
      guard abs(gap) - abs(noise) > placeboCritical * error else { return false }
    }
    if let start = places.panel {
      let left = gap - (estimates[start + pair.first] - estimates[start + pair.second])
      guard left * gap > 0, abs(left) > panelCritical * panelErrors[index] else { return false }
    }
    return true
  }
}
