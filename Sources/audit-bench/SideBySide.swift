import Foundation

/// Two ways to do the same work, timed in turn so that both meet the same moods of the machine.
struct SideBySide {
  var name: String
  /// Floating-point operations of one run, 0 where the count says nothing.
  var operations: Double
  var ours: () -> Void
  var peerName: String
  var peer: () -> Void

  /// Times pairs ours, peer, ours, peer, … and returns one line of the table.
  ///
  /// The ratio is the median of the pairs' ratios: it stays meaningful when a neighbour slows both.
  func measured(pairs: Int = 7) -> String {
    func seconds(_ body: () -> Void) -> Double {
      let start = DispatchTime.now().uptimeNanoseconds
      body()
      return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }
    // The first pair warms caches and threads and is not counted.
    _ = (seconds(ours), seconds(peer))
    var own: [Double] = []
    var other: [Double] = []
    for _ in 0..<pairs {
      own.append(seconds(ours))
      other.append(seconds(peer))
    }
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let ratio = median(zip(own, other).map { $1 / $0 })
    func rate(_ time: Double) -> String {
      operations > 0
        ? String(format: "%7.1f GF/s", operations / time / 1e9)
        : String(format: "%8.1f ms ", time * 1e3)
    }
    return "| \(name) | \(rate(median(own))) | \(peerName) \(rate(median(other))) | "
      + String(format: "%.2f× |", ratio)
  }
}
