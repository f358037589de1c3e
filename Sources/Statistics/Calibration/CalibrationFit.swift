import Foundation

extension Calibration {
  /// A logistic fit of the label on the logit of the probability.
  package struct Fit: Sendable, Equatable {
    package let intercept: Double
    package let slope: Double
    /// From the information matrix, cases as independent.
    package let interceptStandardError: Double
    package let slopeStandardError: Double
    /// From the scores of the clusters, each freed from its own pull on the fit; `nil` without clusters.
    ///
    /// The sandwich of plain residuals is too small with few clusters, as each cluster draws the fit
    /// towards itself. The bias-reduced linearisation (CR2, Bell and McCaffrey 2002) divides a cluster's
    /// weighted residuals by √(I − H), H its part of the hat matrix.
    package var slopeClusteredError: Double?
    /// Clusters that count in it, by the fourth moment of their influence as in
    /// ``ClassMoments/effectiveClusters(correlation:)``; infinite where every cluster has one case.
    package var slopeEffectiveClusters: Double?
  }

  /// An intercept alone, the logit as offset.
  package struct Level: Sendable, Equatable {
    package let intercept: Double
    package let standardError: Double
    /// From the sums of the residuals by cluster (sandwich, K/(K−1)); `nil` without clusters.
    package var clusteredError: Double?
  }

  /// Intercept and slope together (Cox 1958): 0 and 1 when well calibrated.
  ///
  /// - Throws: ``Undefined`` for one class, a constant score, or scores that separate the classes,
  ///   where the slope has no finite estimate.
  package static func fit(scores: [Double], labels: [Bool]) throws(Undefined) -> Fit {
    try LogitCases(scores: scores, labels: labels).fit()
  }

  /// Intercept with the slope held at 1 (the logit as offset): 0 when the mean level is right.
  ///
  /// Depends on the prevalence, so it means nothing on cohorts whose prevalence was set by design.
  package static func inTheLarge(scores: [Double], labels: [Bool]) throws(Undefined) -> Level {
    try LogitCases(scores: scores, labels: labels).inTheLarge()
  }

  /// Logits, those of saturated scores no farther out than the farthest of the others.
  ///
  /// A score of exactly 0 or 1 has no logit, and whichever margin is put in its place decides the slope:
  /// two such scores among hundreds make 0.2 of a slope of 1. They keep their order and lose that say.
  static func boundedLogits(_ scores: [Double]) -> [Double] {
    var (low, high) = (Double.infinity, -Double.infinity)
    for score in scores where score > logitMargin && score < 1 - logitMargin {
      low = min(low, score)
      high = max(high, score)
    }
    guard low <= high else { return scores.map(logit) }
    let (least, most) = (min(0, logit(low)), max(0, logit(high)))
    return scores.map { score in
      score > logitMargin && score < 1 - logitMargin
        ? logit(score) : score <= logitMargin ? least : most
    }
  }

  /// Cases with the logit of their probability taken once.
  package struct LogitCases: Sendable {
    private let x: [Double]
    private let labels: [Bool]
    /// By case, in `0..<clusterCount`; empty without clusters.
    private let clusters: [Int32]
    private let clusterCount: Int
    private let positives: Int

    package init(
      scores: [Double], labels: [Bool], clusters: [Int32] = [], clusterCount: Int = 0
    ) {
      precondition(scores.count == labels.count, "one label per score")
      precondition(clusters.isEmpty || clusters.count == labels.count, "one cluster per score")
      x = Calibration.boundedLogits(scores)
      self.labels = labels
      self.clusters = clusters
      self.clusterCount = clusterCount
      positives = labels.count { $0 }
    }

    /// See ``Calibration/fit(scores:labels:)``.
    ///
    /// Newton's method; a step that does not shrink the gradient is halved, which for this convex
    /// problem is enough to converge from anywhere.
    package func fit() throws(Undefined) -> Fit {
      try requireEstimableSlope()
      var (intercept, slope) = (0.0, 1.0)
      var here = gradient(intercept, slope)
      for _ in 0..<100 {
        guard let step = here.newtonStep else { break }
        var scale = 1.0
        var next = gradient(intercept + step.intercept, slope + step.slope)
        while !(next.size <= here.size), scale > 1e-6 {
          scale /= 2
          next = gradient(intercept + scale * step.intercept, slope + scale * step.slope)
        }
        intercept += scale * step.intercept
        slope += scale * step.slope
        here = next
        let change = scale * (abs(step.intercept) + abs(step.slope))
        if change < 1e-12 * (1 + abs(intercept) + abs(slope)) { break }
      }
      guard intercept.isFinite, slope.isFinite, here.determinant > 0 else {
        throw Undefined("the calibration fit did not converge")
      }
      let robust = slopeSandwich(intercept, slope, here)
      return Fit(
        intercept: intercept, slope: slope,
        interceptStandardError: (here.h11 / here.determinant).squareRoot(),
        slopeStandardError: (here.h00 / here.determinant).squareRoot(),
        slopeClusteredError: robust?.error, slopeEffectiveClusters: robust?.clusters)
    }

    /// See ``Calibration/inTheLarge(scores:labels:)``.
    package func inTheLarge() throws(Undefined) -> Level {
      try requireBothClasses()
      let observed = Double(positives)
      // The expected count rises with the intercept: bracket, then Newton kept inside the bracket.
      var (low, high) = (-60.0, 60.0)
      var intercept = 0.0
      var information = 0.0
      for _ in 0..<200 {
        var expected = 0.0
        information = 0
        for value in x {
          let p = sigmoid(value + intercept)
          expected += p
          information += p * (1 - p)
        }
        if expected > observed { high = intercept } else { low = intercept }
        let newton = intercept + (observed - expected) / information
        let next = newton > low && newton < high ? newton : (low + high) / 2
        let change = abs(next - intercept)
        intercept = next
        // Summing rounds in the thirteenth digit or so; finer steps only wander.
        if change < 1e-13 * (1 + abs(intercept)) { break }
      }
      guard information > 0 else { throw Undefined("the calibration fit did not converge") }
      let residuals = clusterSums { sigmoid(x[$0] + intercept) - (labels[$0] ? 1 : 0) }
      return Level(
        intercept: intercept, standardError: 1 / information.squareRoot(),
        clusteredError: residuals.map {
          robust($0.sums, count: $0.count).squareRoot() / information
        })
    }

    private func gradient(_ intercept: Double, _ slope: Double) -> Gradient {
      var sums = Gradient()
      x.withUnsafeBufferPointer { x in
        labels.withUnsafeBufferPointer { labels in
          for index in 0..<x.count {
            sums.add(x[index], isPositive: labels[index], intercept, slope)
          }
        }
      }
      return sums
    }

    /// With Z the rows of a cluster weighted by √(p(1−p)), B the inverse information and g the cluster's
    /// score, Z′(I − ZBZ′)^−½ e is (I − Z′Z B)^−½ g: two numbers by two, whatever the cluster's size.
    private func slopeSandwich(
      _ intercept: Double, _ slope: Double, _ at: Gradient
    ) -> (error: Double, clusters: Double)? {
      guard !clusters.isEmpty else { return nil }
      var parts = [Gradient](repeating: Gradient(), count: clusterCount)
      var size = [Int](repeating: 0, count: clusterCount)
      for index in x.indices {
        let cluster = Int(clusters[index])
        parts[cluster].add(x[index], isPositive: labels[index], intercept, slope)
        size[cluster] += 1
      }
      var (count, squares, fourths) = (0.0, 0.0, 0.0)
      for cluster in parts.indices where size[cluster] > 0 {
        let square = parts[cluster].reducedInfluence(of: at)
        count += 1
        squares += square * square
        fourths += square * square * square * square
      }
      guard count > 1 else { return nil }
      let spread = fourths - squares * squares / count
      let isSingle = (size.max() ?? 0) <= 1
      return (
        squares.squareRoot(),
        isSingle ? .infinity : spread > 0 ? min(count, 2 * squares * squares / spread) : count
      )
    }

    private func clusterSums(_ value: (Int) -> Double) -> (sums: [Double], count: Int)? {
      guard !clusters.isEmpty else { return nil }
      var sums = [Double](repeating: 0, count: clusterCount)
      var isPresent = [Bool](repeating: false, count: clusterCount)
      for index in x.indices {
        sums[Int(clusters[index])] += value(index)
        isPresent[Int(clusters[index])] = true
      }
      let count = isPresent.count { $0 }
      return count > 1 ? (sums, count) : nil
    }

    private func robust(_ sums: [Double], count: Int) -> Double {
      Double(count) / Double(count - 1) * sums.reduce(0) { $0 + $1 * $1 }
    }

    private func requireBothClasses() throws(Undefined) {
      guard positives > 0, positives < labels.count else {
        throw Undefined("only one class is present")
      }
    }

    private func requireEstimableSlope() throws(Undefined) {
      try requireBothClasses()
      var (lowPositive, highPositive) = (Double.infinity, -Double.infinity)
      var (lowNegative, highNegative) = (Double.infinity, -Double.infinity)
      for (value, label) in zip(x, labels) {
        if label {
          lowPositive = min(lowPositive, value)
          highPositive = max(highPositive, value)
        } else {
          lowNegative = min(lowNegative, value)
          highNegative = max(highNegative, value)
        }
      }
      if lowPositive == highPositive, lowNegative == highNegative, lowPositive == lowNegative {
        throw Undefined("all scores are equal, so there is no calibration slope")
      }
      if lowPositive >= highNegative || highPositive <= lowNegative {
        throw Undefined(
          "the scores separate the classes completely, so the slope has no finite value")
      }
    }
  }

  static func sigmoid(_ value: Double) -> Double {
    let e = exp(-abs(value))
    return (value >= 0 ? 1 : e) / (1 + e)
  }
}
