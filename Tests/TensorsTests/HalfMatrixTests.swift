import CKernels
import Foundation
import Testing

@testable import Tensors

extension TensorsSuite {
  @Suite struct HalfMatrixTests {
    /// Nearest bfloat16, ties to even, by comparing with both neighbours.
    static func rounded(_ value: Float) -> Float {
      let low = Float(bitPattern: value.bitPattern & 0xffff_0000)
      let high = Float(bitPattern: (value.bitPattern & 0xffff_0000) &+ 0x1_0000)
      let (down, up) = (abs(Double(value) - Double(low)), abs(Double(high) - Double(value)))
      if down != up { return down < up ? low : high }
      return low.bitPattern & 0x1_0000 == 0 ? low : high
    }

    /// The sum in the order that the kernels promise: the odd element of each pair first.
    static func product(_ x: Tensor, _ weight: Tensor, bias: Tensor) -> [Float] {
      let (n, k) = (weight.shape[0], weight.shape[1])
      let (a, b) = (x.values.map(rounded), weight.values.map(rounded))
      return (0..<a.count / k * n).map { index in
        let (row, column) = (index / n, index % n)
        var sum = bias.values[column]
        for pair in stride(from: 0, to: k, by: 2) {
          for i in [pair + 1, pair] where i < k {
            sum = sum.addingProduct(a[row * k + i], b[column * k + i])
          }
        }
        return sum
      }
    }

    @Test(arguments: [(37, 301, 77), (1, 8, 5), (50, 1030, 33), (13, 1, 160)])
    func isTheExactSumOfRoundedFactorsAtEveryLevel(_ shape: (Int, Int, Int)) {
      let x = Naive.tensor([shape.0, shape.1], seed: 6)
      let weight = Naive.tensor([shape.2, shape.1], seed: 7)
      let bias = Naive.tensor([shape.2], seed: 8)
      let expected = Self.product(x, weight, bias: bias)
      let supported = ck_supported_level()
      defer { ck_set_level(supported) }
      for level in 0...supported {
        ck_set_level(level)
        #expect(x.linear(weight: HalfMatrix(weight), bias: bias).values == expected, "\(level)")
      }
    }

    @Test func activationAndThreadsChangeNoBit() {
      let x = Naive.tensor([3, 200, 96], seed: 9)
      let weight = HalfMatrix(Naive.tensor([300, 96], seed: 10))
      let fused = x.linear(weight: weight, activation: .geluTanh)
      #expect(fused.values == x.linear(weight: weight).geluTanh().values)
      let serial = Parallelism.$isSerial.withValue(true) {
        x.linear(weight: weight, activation: .geluTanh)
      }
      #expect(fused.values == serial.values)
      let full = Naive.tensor([300, 96], seed: 10)
      #expect(
        x.linear(weight: full, activation: .geluTanh).values
          == x.linear(weight: full).geluTanh().values)
    }

    @Test func notANumberAndInfinityStayWhatTheyAre() {
      let x = Tensor([.nan, 1, .infinity, 1, Float.greatestFiniteMagnitude, 1], shape: [3, 2])
      let weight = HalfMatrix(Tensor([1, 0], shape: [1, 2]))
      let values = x.linear(weight: weight).values
      #expect(values[0].isNaN && values[1] == .infinity && values[2] == .infinity)
    }
  }

  @Suite struct WorkspaceTests {
    @Test func equalWorkAsksForMemoryOnce() {
      let workspace = Workspace()
      let x = Naive.tensor([64, 96], seed: 11)
      let weight = Naive.tensor([96, 96], seed: 12)
      func work() -> [Float] {
        workspace.use { x.linear(weight: weight).geluTanh().normalized().values }
      }
      let first = work()
      let count = workspace.allocationCount
      #expect(count > 0)
      for _ in 0..<3 { #expect(work() == first) }
      #expect(workspace.allocationCount == count)
    }

    @Test func tensorsKeepTheirMemoryAfterTheWorkspace() {
      let x = Naive.tensor([5, 7], seed: 13)
      var workspace: Workspace? = Workspace()
      let kept = workspace?.use { x.scaled(by: 2) }
      let other = workspace?.use { x.scaled(by: 3) }
      workspace = nil
      #expect(kept?.values == x.values.map { $0 * 2 } && other?.values == x.values.map { $0 * 3 })
    }
  }
}
