import Foundation

/// One line of the table: the same work done by us and by a peer.
struct Comparison {
  /// Selects the line on the command line.
  var key: String
  var name: String
  /// Floating-point operations of one run, 0 where the count says nothing.
  var operations = 0.0
  /// Timed pairs; long work takes fewer.
  var pairs = 5
  var peerName: String
  /// Loads both sides; called when the line is measured, and let go after it.
  var prepare: () throws -> Sides

  /// Each does the work once and returns its seconds.
  struct Sides {
    var ours: () throws -> Double
    var peer: () throws -> Double
  }
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = DispatchTime.now().uptimeNanoseconds
  try body()
  return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
}

extension Comparison {
  static let heading = """
    | key | work | ours | peer | ours is | GFLOP/s | of the peak |
    |---|---|---|---|---|---|---|
    """

  /// Times pairs ours, peer, ours, peer, … and returns one line of the table.
  ///
  /// The ratio is the median of the pairs' ratios: it stays meaningful when a neighbour slows both.
  /// - Parameter peak: Measured operations per second of all cores.
  func measured(peak: Double) throws -> String {
    let sides = try prepare()
    // The first pair warms caches and threads and is not counted.
    if pairs > 1 { _ = (try sides.ours(), try sides.peer()) }
    var own: [Double] = []
    var other: [Double] = []
    for _ in 0..<pairs {
      own.append(try sides.ours())
      other.append(try sides.peer())
    }
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let ratio = median(zip(own, other).map { $1 / $0 })
    let rate = operations / median(own)
    let speed =
      operations > 0
      ? String(format: "%.0f | %.0f %%", rate / 1e9, 100 * rate / peak) : "– | –"
    let times = (Self.text(median(own)), Self.text(median(other)))
    return "| \(key) | \(name) | \(times.0) | \(peerName) \(times.1)"
      + String(format: " | %.2f× | ", ratio) + speed + " |"
  }

  private static func text(_ seconds: Double) -> String {
    seconds < 1
      ? String(format: "%.2f ms", seconds * 1e3) : String(format: "%.2f s", seconds)
  }
}
