import Images
import Randomness
import Rebalancing
import Testing

@Suite struct QualityGateTests {
  /// Smooth blobs of `seed`: pictures of different seeds are unlike, as radiographs of patients are.
  private func picture(_ seed: UInt64, size: Int = 64) -> RasterImage {
    var stream = RandomStream(seed: seed, path: ["picture"])
    let waves = (0..<6).map { _ in
      (x: stream.uniform() * 8, y: stream.uniform() * 8, phase: stream.uniform() * 6.3)
    }
    let bytes = (0..<(size * size)).map { pixel -> UInt8 in
      let x = Double(pixel % size) / Double(size)
      let y = Double(pixel / size) / Double(size)
      let value = waves.reduce(0) { $0 + sine($1.x * x + $1.y * y + $1.phase) }
      return UInt8(clamping: Int(128 + 30 * value))
    }
    return RasterImage(width: size, height: size, channels: 1, bytes: bytes)
  }

  /// A triangle wave: smooth enough, without importing a mathematics library.
  private func sine(_ x: Double) -> Double {
    let turn = x / 6.283185307179586
    let part = turn - turn.rounded(.down)
    return 1 - 4 * abs(part - 0.5)
  }

  private func flat(_ value: UInt8) -> RasterImage {
    RasterImage(width: 32, height: 32, channels: 1, bytes: Array(repeating: value, count: 1024))
  }

  @Test func blankFlatAndSaturatedImagesAreRejected() {
    var gate = QualityGate()
    #expect(gate.rejection(of: flat(0)) == .flat)
    #expect(gate.rejection(of: flat(130)) == .flat)
    let half = (0..<1024).map { $0 < 600 ? UInt8(255) : UInt8(100) }
    #expect(
      gate.rejection(of: RasterImage(width: 32, height: 32, channels: 1, bytes: half))
        == .saturated)
    #expect(gate.rejection(of: picture(1)) == nil)
  }

  @Test func aScaledOrBrightenedCopyIsANearDuplicateAndAnotherPictureIsNot() {
    var gate = QualityGate()
    let original = picture(1)
    #expect(gate.rejection(of: original) == nil)
    #expect(gate.rejection(of: original) == .copyWithinSet)
    #expect(
      gate.rejection(of: original.resized(width: 40, height: 40, filter: .bilinear))
        == .copyWithinSet)
    var brighter = original
    brighter.bytes = original.bytes.map { UInt8(clamping: Int(Double($0) * 0.8) + 20) }
    #expect(gate.rejection(of: brighter) == .copyWithinSet)
    for seed in UInt64(2)...20 { #expect(gate.rejection(of: picture(seed)) == nil, "\(seed)") }
  }

  @Test func aCopyOfATrainingImageIsRejected() {
    var gate = QualityGate(training: [ImageFingerprint(picture(3, size: 128))])
    #expect(gate.rejection(of: picture(3)) == .copyOfTrainingImage)
    #expect(gate.rejection(of: picture(4)) == nil)
  }

  /// A rejected image is no reference for later ones.
  @Test func onlyAcceptedImagesCountAsTheSet() {
    var gate = QualityGate()
    #expect(gate.rejection(of: picture(5), opinion: PanelOpinion(finding: [false])) == .finding)
    #expect(gate.rejection(of: picture(5)) == nil)
  }

  @Test func aPanelRejectsOnlyWhereAllOfItDisagrees() {
    var gate = QualityGate()
    #expect(
      gate.rejection(of: picture(6), opinion: PanelOpinion(finding: [false, true])) == nil)
    #expect(
      gate.rejection(
        of: picture(7), opinion: PanelOpinion(finding: [true], attributes: ["sex": [false, false]]))
        == .attribute("sex"))
    #expect(
      gate.rejection(
        of: picture(7), opinion: PanelOpinion(attributes: ["sex": [false, true], "age": []]))
        == nil)
  }
}
