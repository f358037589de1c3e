import CKernels
import Testing

@testable import Tensors

extension TensorsSuite {
  @Suite struct WinogradTests {
    /// Channels, outputs, height, width, enlarged: edges of every kind, several depths and tiles.
    static let shapes = [
      (16, 16, 8, 8, false), (20, 17, 9, 9, true), (33, 40, 13, 21, false), (17, 24, 24, 70, false),
      (300, 18, 12, 35, true),
    ]

    @Test(arguments: shapes)
    func equalsTheDefinitionWithinItsError(_ shape: (Int, Int, Int, Int, Bool)) {
      let (channels, outputs, height, width, upsampled) = shape
      let x = Naive.tensor([2, channels, height, width], seed: 1)
      let weight = Naive.tensor([outputs, channels, 3, 3], seed: 2)
      let bias = Naive.tensor([outputs], seed: 3)
      let slow = Naive.convolution(
        x, weight: weight, bias: bias, stride: 1, padding: Padding(1), upsampled: upsampled)
      let supported = ck_supported_level()
      defer { ck_set_level(supported) }
      for level in 0...supported {
        ck_set_level(level)
        let fast = x.winogradConvolved(weight: weight, bias: bias, upsampled: upsampled)
        // Measured 1e-6 at 64 channels and 2e-6 at 300; direct sums in single precision have 3e-7.
        #expect(Naive.relativeError(fast, slow) < 5e-6, "level \(level)")
      }
    }

    @Test func dependsNeitherOnThreadsNorOnTheBatch() {
      let x = Naive.tensor([3, 32, 40, 52], seed: 4)
      let weight = Naive.tensor([48, 32, 3, 3], seed: 5)
      let together = x.convolved(weight: weight, bias: nil)
      let serial = Parallelism.$isSerial.withValue(true) { x.convolved(weight: weight, bias: nil) }
      #expect(together.values == serial.values)
      for sample in 0..<3 {
        let alone = x.rows(sample..<sample + 1).convolved(weight: weight, bias: nil)
        #expect(alone.values == together.rows(sample..<sample + 1).values)
      }
    }
  }
}
