/// What the cases of one class of one group amount to, by image and by cluster.
///
/// The residual of an image is what it adds to the estimate less its share of it: a placement minus the
/// AUC over the cases of the class, or a decision minus the rate over the trials.
package struct ClassMoments: Sendable, Equatable {
  package private(set) var cases = 0.0
  package private(set) var clusters = 0.0
  /// Σ n², Σ n³ and Σ n⁴ over the clusters, n its cases.
  private(set) var sizeSquares = 0.0
  private(set) var sizeCubes = 0.0
  private(set) var sizeFourths = 0.0
  /// Σ r² over clusters and Σ r⁴, r the sum of a cluster's residuals.
  private(set) var squares = 0.0
  private(set) var fourths = 0.0
  /// Σ over images of the squared residual.
  var imageSquares = 0.0

  package init() {}

  mutating func addCluster(cases count: Double, residual: Double) {
    guard count > 0 else { return }
    cases += count
    clusters += 1
    let square = count * count
    sizeSquares += square
    sizeCubes += square * count
    sizeFourths += square * square
    let residualSquare = residual * residual
    squares += residualSquare
    fourths += residualSquare * residualSquare
  }

  /// Takes in the clusters of another group, none of which is its own.
  mutating func join(_ other: ClassMoments) {
    cases += other.cases
    clusters += other.clusters
    sizeSquares += other.sizeSquares
    sizeCubes += other.sizeCubes
    sizeFourths += other.sizeFourths
    squares += other.squares
    fourths += other.fourths
    imageSquares += other.imageSquares
  }

  /// Cases of the cluster that a random case belongs to, Σ n²/Σ n.
  package var meanSize: Double { cases > 0 ? sizeSquares / cases : 1 }

  /// K/(K−1) Σ r²; NaN with fewer than two clusters.
  package var clusterVariance: Double {
    clusters > 1 ? clusters / (clusters - 1) * squares : .nan
  }

  /// Clusters that count: how many equal ones would estimate a variance as well.
  ///
  /// With n cases a cluster's residual has a variance proportional to w = n + ρ n (n − 1), and sums of
  /// squares of unequal w have (Σ w)²/Σ w² degrees of freedom (Satterthwaite 1946).
  package func effectiveBySize(correlation: Double) -> Double {
    guard clusters > 0 else { return 0 }
    let rho = min(1, max(0, correlation))
    let sum = cases + rho * (sizeSquares - cases)
    let stay = 1 - rho
    let sumOfSquares =
      stay * stay * sizeSquares + 2 * rho * stay * sizeCubes + rho * rho * sizeFourths
    return min(clusters, sumOfSquares > 0 ? sum * sum / sumOfSquares : clusters)
  }

  /// As ``effectiveBySize(correlation:)``, and fewer where tails are heavy.
  ///
  /// From the fourth moment, 2 (Σ r²)²/(Σ r⁴ − (Σ r²)²/K), which is K for a normal distribution (the
  /// empirical variance of the variance, as Pan and Wall 2002 use it).
  package func effectiveClusters(correlation: Double) -> Double {
    guard clusters > 0 else { return 0 }
    let spread = fourths - squares * squares / clusters
    let byTail = spread > 0 ? 2 * squares * squares / spread : clusters
    return min(effectiveBySize(correlation: correlation), byTail)
  }

  /// The correlation of residuals within clusters, by the method of moments over all of `parts`.
  ///
  /// ρ = Σ (cluster variance − image variance)/Σ (image variance × (mean size − 1)), within 0...1; 0
  /// where every cluster has one case.
  package static func correlation(_ parts: [ClassMoments]) -> Double {
    var excess = 0.0
    var scale = 0.0
    for part in parts where part.clusters > 1 && part.imageSquares > 0 {
      excess += part.clusterVariance - part.imageSquares
      scale += part.imageSquares * (part.meanSize - 1)
    }
    return scale > 0 ? min(1, max(0, excess / scale)) : 0
  }

  /// Residual variance of one image and its correlation within clusters, pooled over `parts`.
  static func pooled(_ parts: [ClassMoments]) -> (variance: Double, correlation: Double) {
    let freedom = parts.reduce(0) { $0 + max(0, $1.cases - 1) }
    // Residuals are scaled by 1/m of their own group: undo that before pooling.
    let variance = parts.reduce(0) { $0 + $1.imageSquares * $1.cases * $1.cases }
    return (freedom > 0 ? variance / freedom : 0, correlation(parts))
  }

  /// The variance that this class of the group would add if its images varied as `pooled` ones do.
  func variance(under pooled: (variance: Double, correlation: Double)) -> Double {
    guard cases > 0 else { return .nan }
    return pooled.variance * (1 + pooled.correlation * (meanSize - 1)) / cases
  }

  /// Moments of the residuals' difference by cluster, of two groups that share clusters.
  static func difference(
    _ a: ClassMoments, _ b: ClassMoments, shared: SharedClusters.ClassSums
  ) -> ClassMoments {
    // Sizes matter where they are most unequal.
    var joined = a.cases * a.sizeFourths > b.cases * b.sizeFourths ? a : b
    joined.squares = max(0, a.squares + b.squares - 2 * shared.products)
    joined.fourths = max(0, a.fourths + b.fourths + shared.fourths)
    joined.clusters = a.clusters + b.clusters - shared.count
    return joined
  }
}
