import AuditModel
import Foundation
import Statistics

/// Which synthetic images are nearer to a training image than chance allows.
///
/// The null are radiographs of patients that the generator was not trained on: their likeness to the
/// nearest training image, on Fisher's scale, is followed by an exponential tail above its ninth decile.
/// The limit is where, by that tail, one false alarm among all synthetic images has the chance α, the few
/// images that the tail was estimated from counted in: an exponential variable over the mean of k others
/// exceeds x with the chance (1 + x/k)⁻ᵏ (Lawless, Technometrics 13:725, 1971), not e⁻ˣ.
package struct CopySearch: Sendable, Equatable {
  /// A likeness above it is called a copy; nil where too few images were held out to say.
  package let limit: Double?
  /// Numbers of the images called copies, the most alike first.
  package let copies: [Int]
  /// The chance that a synthetic image is nearer to the training images than a held-out one.
  package let closeness: MeasuredValue?
  /// Synthetic images that are nearer than every held-out one, and the chance that so many or more are
  /// where synthetic and held-out images are exchangeable.
  package let beyondAll: Int
  package let beyondAllP: Double

  /// Held-out images that a tail can be followed with.
  package static let leastHeldOut = 30

  /// - Parameters:
  ///   - synthetic, heldOut: Likeness to the nearest training image, by image.
  ///   - syntheticClusters, heldOutClusters: Base case and patient of each.
  package init(
    synthetic: [Double], syntheticClusters: [String], heldOut: [Double], heldOutClusters: [String],
    alpha: Double, level: Double
  ) {
    let largest = heldOut.max() ?? 1
    beyondAll = synthetic.count { $0 > largest }
    beyondAllP = Self.chance(
      ofBeyond: beyondAll, synthetic: synthetic.count, heldOut: heldOut.count)
    limit = Self.limit(heldOut, tests: synthetic.count, alpha: alpha)
    let bound = limit
    copies = synthetic.indices
      .filter { index in bound.map { synthetic[index] > $0 } ?? false }
      .sorted { (synthetic[$0], $1) > (synthetic[$1], $0) }
    var numbers: [String: Int32] = [:]
    let names = syntheticClusters.map { "0/" + $0 } + heldOutClusters.map { "1/" + $0 }
    let clusters = names.map { name -> Int32 in
      let next = Int32(numbers.count)
      if let known = numbers[name] { return known }
      numbers[name] = next
      return next
    }
    closeness = areaEstimate(
      scores: synthetic + heldOut,
      labels: synthetic.map { _ in true } + heldOut.map { _ in false }, clusters: clusters,
      clusterCount: numbers.count, level: level)
  }

  /// The likeness at which the tail leaves α/tests; nil with too few images.
  private static func limit(_ heldOut: [Double], tests: Int, alpha: Double) -> Double? {
    guard heldOut.count >= leastHeldOut, tests > 0 else { return nil }
    // 1 itself, an image held out that is in the training set, must not be infinite.
    let heights = heldOut.map { atanh(min(max($0, -0.999999), 0.999999)) }.sorted()
    let start = Int((0.9 * Double(heights.count)).rounded(.down))
    let base = heights[start - 1]
    let tail = heights[start...]
    let excess = tail.reduce(0) { $0 + $1 - base } / Double(tail.count)
    let share = Double(tail.count) / Double(heights.count)
    // Exceedances over an order statistic are exponential again (Rényi 1953), so their number is k.
    let count = Double(tail.count)
    let reach = count * (pow(share * Double(tests) / alpha, 1 / count) - 1)
    return tanh(base + excess * max(reach, 0))
  }

  /// Of `synthetic + heldOut` exchangeable images the largest are all synthetic: at least `count`.
  static func chance(ofBeyond count: Int, synthetic: Int, heldOut: Int) -> Double {
    guard count > 0 else { return 1 }
    // The product over the first `count` places, each taken from what is left.
    return (0..<count).reduce(1.0) { chance, place in
      chance * Double(synthetic - place) / Double(synthetic + heldOut - place)
    }
  }
}
