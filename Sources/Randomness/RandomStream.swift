#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// A stream of random numbers named by a seed and a path of purposes.
///
/// Two streams with the same seed and path give the same numbers on any thread, in any order and
/// after any interruption; different paths are independent. The path is what makes counterfactual
/// twins share noise: `["Cardiomegaly/positive/0007", "initialNoise"]` names no arm.
package struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let streamHigh: UInt64
  private var blockIndex: UInt64 = 0
  private var buffer = SIMD16<UInt32>()
  private var used = 16
  private var spareNormal: Double?

  /// - Parameters:
  ///   - seed: The audit's seed.
  ///   - path: Purpose, outermost first; components are separated, so `["a", "b"]` is not `["ab"]`.
  package init(seed: UInt64, path: [String]) {
    var first: UInt64 = 0xCBF2_9CE4_8422_2325
    var second: UInt64 = 0x6C62_272E_07BB_0142
    func absorb(_ byte: UInt8) {
      first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      second = (second ^ UInt64(byte ^ 0x5A)) &* 0x0000_0100_0000_01B3
      second = second &+ (second << 7)
    }
    for component in path {
      for byte in component.utf8 { absorb(byte) }
      // 0xFF occurs in no UTF-8 text, so it separates without ambiguity.
      absorb(0xFF)
    }
    let mixed = RandomStream.finalize(seed) ^ RandomStream.finalize(first)
    key = SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
    streamHigh = RandomStream.finalize(second &+ seed)
  }

  /// The splitmix64 finaliser, a bijection that spreads every input bit (Steele, Lea, Flood 2014).
  private static func finalize(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A uniform 32-bit word.
  package mutating func nextWord() -> UInt32 {
    if used == 16 {
      // Blocks are counted in fours, so the first word never overflows within a four.
      buffer = Philox.fourBlocks(
        counter: SIMD4(
          UInt32(truncatingIfNeeded: blockIndex), UInt32(truncatingIfNeeded: blockIndex >> 32),
          UInt32(truncatingIfNeeded: streamHigh), UInt32(truncatingIfNeeded: streamHigh >> 32)),
        key: key)
      blockIndex &+= 4
      used = 0
    }
    defer { used += 1 }
    return buffer[used]
  }

  package mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return UInt64(nextWord()) << 32 | low
  }

  /// A uniform number in the open interval 0 to 1, with 53 bits.
  package mutating func uniform() -> Double {
    (Double(next() >> 11) + 0.5) * 0x1p-53
  }

  /// A uniform integer in `0..<upperBound`, without bias.
  package mutating func integer(below upperBound: Int) -> Int {
    Int.random(in: 0..<upperBound, using: &self)
  }

  /// A uniform integer in `0..<upperBound` from one 32-bit word where that is enough, without bias.
  ///
  /// Multiplication and rejection (Lemire 2019). The numbers differ from ``integer(below:)``'s.
  package mutating func smallInteger(below upperBound: Int) -> Int {
    guard upperBound <= Int(UInt32.max) else { return integer(below: upperBound) }
    let bound = UInt32(upperBound)
    var product = nextWord().multipliedFullWidth(by: bound)
    if product.low < bound {
      let rejected = (0 &- bound) % bound
      while product.low < rejected { product = nextWord().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Puts `values` in a uniformly random order (Fisher–Yates) without further memory.
  package mutating func shuffle(_ values: inout [Int32]) {
    values.withUnsafeMutableBufferPointer { values in
      var last = values.count - 1
      while last > 0 {
        values.swapAt(last, smallInteger(below: last + 1))
        last -= 1
      }
    }
  }

  /// A standard normal number by the Box–Muller transform.
  package mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    let radius = (-2 * log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  /// Fills `destination` with independent standard normal numbers.
  package mutating func fillNormal(_ destination: UnsafeMutableBufferPointer<Float>) {
    for index in destination.indices { destination[index] = Float(normal()) }
  }

  /// `count` independent standard normal numbers.
  package mutating func normals(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      let whole = UnsafeMutableBufferPointer(rebasing: buffer[0..<count])
      whole.initialize(repeating: 0)
      fillNormal(whole)
      initialized = count
    }
  }

  /// A uniformly random permutation of `0..<count` (Fisher–Yates).
  package mutating func permutation(_ count: Int) -> [Int] {
    Array(0..<count).shuffled(using: &self)
  }
}
