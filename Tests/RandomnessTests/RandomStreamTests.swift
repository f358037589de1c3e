import Testing

import Randomness

@Suite struct RandomStreamTests {
  /// Known answers of the Random123 distribution (kat_vectors, philox4x32 10 rounds).
  @Test func philoxMeetsThePublishedKnownAnswers() {
    #expect(
      Philox.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func fourBlocksAreTheBlocksOfTheirCounters() {
    for low in [0, 1, 12345, UInt32.max - 3] as [UInt32] {
      let counter = SIMD4<UInt32>(low, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344)
      let key = SIMD2<UInt32>(0xa409_3822, 0x299f_31d0)
      let four = Philox.fourBlocks(counter: counter, key: key)
      for block in 0..<4 {
        var own = counter
        own.x &+= UInt32(block)
        let words = Philox.block(counter: own, key: key)
        for word in 0..<4 { #expect(four[4 * block + word] == words[word]) }
      }
    }
  }

  @Test func sameSeedAndPathRepeat() {
    var a = RandomStream(seed: 7, path: ["case", "noise"])
    var b = RandomStream(seed: 7, path: ["case", "noise"])
    for _ in 0..<100 { #expect(a.next() == b.next()) }
  }

  @Test func pathsAndSeedsSeparate() {
    func first(_ seed: UInt64, _ path: [String]) -> UInt64 {
      var stream = RandomStream(seed: seed, path: path)
      return stream.next()
    }
    let all = [
      first(7, ["a", "b"]), first(7, ["ab"]), first(7, ["a"]), first(8, ["a", "b"]),
      first(7, ["b", "a"]), first(7, []),
    ]
    #expect(Set(all).count == all.count)
  }

  /// 200,000 draws: the standard error of the mean is 0.0022 and of the variance 0.0032, so five
  /// standard errors bound both; the fourth moment's standard error is 0.022 (variance 96).
  @Test func normalsHaveTheRightMoments() {
    var stream = RandomStream(seed: 1, path: ["moments"])
    let count = 200_000
    let values = stream.normals(count).map(Double.init)
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count)
    let fourth = values.map { $0 * $0 * $0 * $0 }.reduce(0, +) / Double(count)
    #expect(abs(mean) < 0.011)
    #expect(abs(variance - 1) < 0.016)
    #expect(abs(fourth - 3) < 0.11)
  }

  @Test func uniformStaysInsideTheOpenInterval() {
    var stream = RandomStream(seed: 3, path: ["uniform"])
    for _ in 0..<10_000 {
      let value = stream.uniform()
      #expect(value > 0 && value < 1)
    }
  }
}
