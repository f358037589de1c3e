import Foundation

/// How many statements of one kind were made, and how many hold.
struct HeldCount: Sendable, Codable {
  private(set) var held = 0.0
  private(set) var told = 0.0
  /// Sums over draws, for the error: statements of one draw are false together.
  private var squares = Squares()

  private struct Squares: Codable {
    var held = 0.0
    var both = 0.0
    var told = 0.0
  }

  /// Of one draw.
  init(held: Int = 0, told: Int = 0) {
    self.held = Double(held)
    self.told = Double(told)
    squares = Squares(
      held: self.held * self.held, both: self.held * self.told, told: self.told * self.told)
  }

  static func + (a: HeldCount, b: HeldCount) -> HeldCount {
    var sum = a
    sum.held += b.held
    sum.told += b.told
    sum.squares.held += b.squares.held
    sum.squares.both += b.squares.both
    sum.squares.told += b.squares.told
    return sum
  }

  var share: Double { held / max(1, told) }

  /// Monte Carlo standard error of ``share``, a ratio of sums over draws.
  var error: Double {
    let p = share
    let sum = squares.held - 2 * p * squares.both + p * p * squares.told
    return max(0, sum).squareRoot() / max(1, told)
  }
}

/// A share of statements that come several to a draw, with its Monte Carlo standard error, in percent.
func share(_ count: HeldCount) -> String {
  count.told > 0 ? String(format: "%.1f ± %.1f", 100 * count.share, 100 * count.error) : "–"
}

/// Likewise of draws.
func share(_ count: Int, _ total: Int) -> String {
  guard total > 0 else { return "–" }
  let p = Double(count) / Double(total)
  let error = (p * (1 - p) / Double(total)).squareRoot()
  return String(format: "%.1f ± %.1f", 100 * p, 100 * error)
}

/// The largest share that 5 % allows with so many draws: two Monte Carlo errors on top.
func bound(_ draws: Int) -> Double { 0.05 + 2 * (0.05 * 0.95 / Double(draws)).squareRoot() }
