import Foundation

/// Draws of worlds, those made before taken from the cache, and how far they are.
struct WorldRun {
  /// Of every world, at most.
  let draws: Int
  let cache = ResultCache()
  private var done = 0.0
  private var made = 0.0
  private let all: Double
  private let start = Date()
  private var shown = Date.distantPast

  /// Draws at once: what an interruption loses at most.
  private static let step = 20
  /// After so many draws it is asked whether a world is decided.
  private static let batch = 100

  /// - Parameter weights: Of all worlds.
  init(draws: Int, weights: [Double]) {
    self.draws = draws
    all = weights.reduce(0, +) * Double(draws)
  }

  mutating func run<W: World>(_ world: W) throws -> W.Result? {
    var total: W.Result?
    var sampler: (@Sendable (Range<Int>) throws -> W.Result)?
    var first = 0
    while first < draws {
      let range = first..<min(first + Self.step, draws)
      let result: W.Result
      if let known = cache.result(of: world, range) {
        result = known
      } else {
        let draw = try sampler ?? world.sampler()
        sampler = draw
        result = try draw(range)
        try cache.keep(result, of: world, range)
        made += world.weight * Double(range.count)
      }
      total = total.map { $0 + result } ?? result
      first = range.upperBound
      done += world.weight * Double(range.count)
      show(world.name, first)
      if first % Self.batch == 0, first < draws, let total, world.isDecided(total) {
        done += world.weight * Double(draws - first)
        break
      }
    }
    return total
  }

  /// At most every ten seconds.
  private mutating func show(_ name: String, _ draw: Int) {
    guard Date().timeIntervalSince(shown) >= 10, made > 0 else { return }
    shown = Date()
    let seconds = Date().timeIntervalSince(start)
    let left = (all - done) * seconds / made
    let text = String(
      format: "%3.0f %% %@, %d of %d draws; %.0f min, about %.0f left\n", 100 * done / all,
      name as NSString, draw, draws, seconds / 60, left / 60)
    FileHandle.standardError.write(Data(text.utf8))
  }
}
