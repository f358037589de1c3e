/// Philox4x32-10: a counter-based generator; the block at a counter is a pure function of key and counter.
///
/// - SeeAlso: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
package enum Philox {
  /// The four 32-bit words at `counter` under `key`.
  @inlinable
  package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = counter.x.multipliedFullWidth(by: 0xD251_1F53)
      let second = counter.z.multipliedFullWidth(by: 0xCD9E_8D57)
      counter = SIMD4(
        second.high ^ counter.y ^ key.x, second.low,
        first.high ^ counter.w ^ key.y, first.low)
      key.x &+= 0x9E37_79B9
      key.y &+= 0xBB67_AE85
    }
    return counter
  }

  /// The words of four counters in a row, in their order, for the time of little more than one.
  ///
  /// The rounds of one counter wait for each other; those of four do not.
  /// - Parameter counter: Of the first block; its first word is not above `UInt32.max - 3`.
  @inlinable
  package static func fourBlocks(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD16<UInt32> {
    var x = SIMD4<UInt32>(0, 1, 2, 3) &+ counter.x
    var y = SIMD4(repeating: counter.y)
    var z = SIMD4(repeating: counter.z)
    var w = SIMD4(repeating: counter.w)
    var key = key
    for _ in 0..<10 {
      let first = SIMD4<UInt64>(truncatingIfNeeded: x) &* 0xD251_1F53
      let second = SIMD4<UInt64>(truncatingIfNeeded: z) &* 0xCD9E_8D57
      x = SIMD4<UInt32>(truncatingIfNeeded: second &>> 32) ^ y ^ key.x
      y = SIMD4<UInt32>(truncatingIfNeeded: second)
      z = SIMD4<UInt32>(truncatingIfNeeded: first &>> 32) ^ w ^ key.y
      w = SIMD4<UInt32>(truncatingIfNeeded: first)
      key.x &+= 0x9E37_79B9
      key.y &+= 0xBB67_AE85
    }
    return SIMD16(
      x[0], y[0], z[0], w[0], x[1], y[1], z[1], w[1], x[2], y[2], z[2], w[2], x[3], y[3], z[3],
      w[3])
  }
}
