/// The fewest images that make a finding as frequent in every group as in the whole training table:
/// P(label, group) = P(label) P(group), with P(label) kept as it is.
///
/// With P images of T showing the finding, a group of N₁ images with and N₀ without it is
/// off by d = N₁ − (N₁ + N₀) P/T images, and counts as balanced when |d| ≤ ½, the nearest that whole
/// images reach. This integer programme has an exact solution without a solver:
///
/// - Groups do not share a constraint, so each is solved alone. An image with the finding raises d by
///   1 − P/T, one without lowers it by P/T; adding both kinds undoes itself. The fewest are thus the
///   rounded-up quotient of what is missing and one step, and as a step is shorter than the window
///   −½ … ½, it never jumps over it.
/// - Under a limit, what is left of Σ (|d| − ½) is to be least. Within a group the gain of each further
///   image never grows (full steps, then what remains), and all images cost the same, so taking the
///   largest gains first is optimal (Fox 1966, "Discrete optimization via marginal analysis").
///
/// Everything is counted in whole numbers of 1/T images, so no rounding decides.
struct Decorrelation {
  /// What one group needs.
  struct Need: Equatable {
    /// The label to add.
    var isPositive: Bool
    var images: Int
    /// Gain of each image but the last, as a share of one image.
    var step: Double
    /// Gain of the last image.
    var lastStep: Double
  }

  /// The additions of each group of one finding; nil where none are needed.
  ///
  /// - Parameter groups: Images with and without the finding. Their sum is at most 10⁹, which
  ///   ``TrainingCounts`` ensures, so that products fit 64 bits.
  static func needs(of groups: [(positives: Int, negatives: Int)]) -> [Need?] {
    let positives = groups.reduce(0) { $0 + $1.positives }
    let total = groups.reduce(0) { $0 + $1.positives + $1.negatives }
    // With one label only, no share can be matched and none is off.
    guard positives > 0, positives < total else { return groups.map { _ in nil } }
    return groups.map { group in
      // Twice d in units of 1/T.
      let off = 2 * ((total - positives) * group.positives - positives * group.negatives)
      let excess = abs(off) - total
      guard excess > 0 else { return nil }
      let isPositive = off < 0
      let step = 2 * (isPositive ? total - positives : positives)
      let images = (excess + step - 1) / step
      let unit = 2 * Double(total)
      return Need(
        isPositive: isPositive, images: images, step: Double(step) / unit,
        lastStep: Double(excess - (images - 1) * step) / unit)
    }
  }

  /// How many images each need gets when there are at most `limit` in all.
  static func allot(_ needs: [Need?], limit: Int) -> [Int] {
    var granted = needs.map { _ in 0 }
    var offers: [(gain: Double, need: Int, images: Int)] = []
    for (index, need) in needs.enumerated() {
      guard let need else { continue }
      if need.images > 1 { offers.append((need.step, index, need.images - 1)) }
      offers.append((need.lastStep, index, 1))
    }
    // Equal gains go to the earlier group; a group's last image never comes before its others,
    // because its gain is at most theirs and ties keep the order above.
    let order = offers.indices.sorted {
      (offers[$1].gain, $0) < (offers[$0].gain, $1)
    }
    var left = max(0, limit)
    for position in order where left > 0 {
      let images = min(left, offers[position].images)
      granted[offers[position].need] += images
      left -= images
    }
    return granted
  }
}
