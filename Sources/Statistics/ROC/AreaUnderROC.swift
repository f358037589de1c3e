/// The chance that a random positive case scores higher than a random negative one.
///
/// Ties count one half. The direction is fixed: larger scores mean positive; nothing is flipped.
///
/// - Complexity: O(n).
/// - Returns: A value in 0...1, or `nil` when a class is absent or a score is not finite.
/// - SeeAlso: ``DeLong``; Hanley and McNeil 1982.
package func areaUnderROC(scores: [Double], labels: [Bool]) -> Double? {
  (try? DeLong(scores: scores, labels: labels, needsTwo: false))?.auc
}

/// One classifier's AUC with the placements from which variances and covariances follow.
///
/// DeLong, DeLong and Clarke-Pearson 1988, in the O(n) midrank form of Sun and Xu 2014. Midranks and
/// sums are Double: single precision gives areas above 1 on large samples.
package struct DeLong: Sendable {
  package let auc: Double
  /// Share of negatives below each positive, in row order of the positives.
  package let positivePlacements: [Double]
  /// Share of positives above each negative, in row order of the negatives.
  package let negativePlacements: [Double]

  /// - Throws: ``Undefined`` when a score is not finite or a class has fewer than two cases.
  package init(scores: [Double], labels: [Bool]) throws(Undefined) {
    try self.init(scores: scores, labels: labels, needsTwo: true)
  }

  init(scores: [Double], labels: [Bool], needsTwo: Bool) throws(Undefined) {
    precondition(scores.count == labels.count, "one label per score")
    guard scores.allSatisfy(\.isFinite) else { throw Undefined("a score is not a finite number") }
    var positiveScores: [Double] = []
    var negativeScores: [Double] = []
    for (score, label) in zip(scores, labels) {
      if label { positiveScores.append(score) } else { negativeScores.append(score) }
    }
    let needed = needsTwo ? 2 : 1
    guard positiveScores.count >= needed, negativeScores.count >= needed else {
      throw Undefined(
        "needs at least \(needed) positive and \(needed) negative cases; "
          + "there are \(positiveScores.count) and \(negativeScores.count)")
    }
    let pooled = midranks(of: positiveScores + negativeScores)
    let amongPositives = midranks(of: positiveScores)
    let amongNegatives = midranks(of: negativeScores)
    let positives = positiveScores.count
    let negatives = negativeScores.count
    positivePlacements = (0..<positives).map {
      (pooled[$0] - amongPositives[$0]) / Double(negatives)
    }
    negativePlacements = (0..<negatives).map {
      1 - (pooled[positives + $0] - amongNegatives[$0]) / Double(positives)
    }
    // The sum of ordered pairs is a whole or half number: exact in Double.
    var pairs = 0.0
    for index in 0..<positives { pairs += pooled[index] - amongPositives[index] }
    auc = pairs / (Double(positives) * Double(negatives))
  }

  /// S10/m + S01/n, images as independent.
  package var variance: Double { covariance(with: self) }

  /// Covariance with another classifier scored on the same cases in the same order.
  package func covariance(with other: DeLong) -> Double {
    precondition(
      positivePlacements.count == other.positivePlacements.count
        && negativePlacements.count == other.negativePlacements.count,
      "paired classifiers need the same cases")
    return sampleCovariance(positivePlacements, other.positivePlacements, auc, other.auc)
      / Double(positivePlacements.count)
      + sampleCovariance(negativePlacements, other.negativePlacements, auc, other.auc)
      / Double(negativePlacements.count)
  }

  private func sampleCovariance(
    _ a: [Double], _ b: [Double], _ meanA: Double, _ meanB: Double
  ) -> Double {
    var sum = 0.0
    for index in a.indices { sum += (a[index] - meanA) * (b[index] - meanB) }
    return sum / Double(a.count - 1)
  }
}
