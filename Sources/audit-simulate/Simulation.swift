import Foundation
import Statistics

/// Draws of one world, in batches, until every kind of sentence is decided or the draws are used up.
struct Simulation {
  let scene: Scene
  /// At most.
  let draws: Int

  /// Draws at once; a world that is clearly within its level stops after a few of these.
  private static let batch = 100

  struct Failure: Error { let scene: String }

  func run() throws -> Tally {
    var total = Tally(scene)
    while total.draws < draws {
      let start = total.draws
      let size = min(Self.batch, draws - start)
      let parts = parallelMap(count: size) { try? Tally(scene, seed: UInt64(start + $0 + 1)) }
      let tallies = parts.compactMap { $0 }
      guard tallies.count == size else { throw Failure(scene: scene.name) }
      for tally in tallies { total = total + tally }
      if isDecided(total) { break }
    }
    return total
  }

  /// True once no kind can reasonably be above its level any more, or one is beyond doubt, and the
  /// coverage is known to half a percent or so.
  private func isDecided(_ tally: Tally) -> Bool {
    let n = Double(tally.draws)
    let kinds = tally.counts.compactMap { $0 }.map {
      Proportion.wilsonLimits(
        rate: Double($0) / n, trials: n, z: 2.6)
    }
    if kinds.contains(where: { $0.lower > 0.05 }) { return true }
    return kinds.allSatisfy { $0.upper <= 0.05 }
      && tally.alone.counts[Alone.limits.rawValue].told >= 1000
  }
}

/// Likewise of statements that come several to a draw.
func share(_ count: HeldCount) -> String {
  count.told > 0 ? String(format: "%.1f ± %.1f", 100 * count.share, 100 * count.error) : "–"
}

/// A share with its Monte Carlo standard error, in percent.
func share(_ count: Int, _ total: Int) -> String {
  guard total > 0 else { return "–" }
  let p = Double(count) / Double(total)
  let error = (p * (1 - p) / Double(total)).squareRoot()
  return String(format: "%.1f ± %.1f", 100 * p, 100 * error)
}

/// The largest share that 5 % allows with so many draws: two Monte Carlo errors on top.
func bound(_ draws: Int) -> Double { 0.05 + 2 * (0.05 * 0.95 / Double(draws)).squareRoot() }
