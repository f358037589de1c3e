import Foundation
import Testing

@testable import Tensors

/// Against slow definitions in Double. Single precision keeps 24 bits; sums of a few hundred
/// products stay within 2e-6 of them in the L2 sense.
extension TensorsSuite {
  @Suite struct TensorOperationTests {
    @Test(arguments: [
      [1, 1, 1], [2, 3, 5], [7, 17, 33], [64, 96, 288], [13, 130, 300], [400, 70, 520],
    ])
    func linearEqualsItsDefinition(_ sizes: [Int]) {
      let x = Naive.tensor([sizes[0], sizes[2]], seed: 1)
      let weight = Naive.tensor([sizes[1], sizes[2]], seed: 2)
      let bias = Naive.tensor([sizes[1]], seed: 3)
      let fast = x.linear(weight: weight, bias: bias)
      #expect(fast.shape == [sizes[0], sizes[1]])
      #expect(Naive.relativeError(fast, Naive.linear(x, weight: weight, bias: bias)) < 2e-6)
    }

    @Test func matmulWorksBatchByBatchAndTransposed() {
      let a = Naive.tensor([3, 5, 19], seed: 4)
      let b = Naive.tensor([3, 21, 19], seed: 5)
      let product = a.matmul(b, transposed: true)
      let other = a.matmul(b.transposedLastTwo())
      #expect(product.values == other.values)
      for i in 0..<3 {
        let weight = b.rows(i..<i + 1).reshaped([21, 19])
        let expected = Naive.linear(a.rows(i..<i + 1), weight: weight, bias: nil)
        #expect(Naive.relativeError(product.rows(i..<i + 1), expected) < 1e-6)
      }
    }

    @Test func aRowsResultDoesNotDependOnTheBatchOrTheThreads() {
      let x = Naive.tensor([1024, 300], seed: 6)
      let weight = Naive.tensor([200, 300], seed: 7)
      let all = x.linear(weight: weight)
      let serial = Parallelism.$isSerial.withValue(true) { x.linear(weight: weight) }
      #expect(all.values == serial.values)
      for first in [0, 5, 511, 1023] {
        let one = x.rows(first..<first + 1).linear(weight: weight)
        #expect(one.values == all.rows(first..<first + 1).values)
      }
    }

    @Test(arguments: [1, 15, 16, 100, 1152]) func layerNormEqualsItsDefinition(_ width: Int) {
      let x = Naive.tensor([2, 3, width], seed: 8)
      let shift = Naive.tensor([2, width], seed: 9)
      let scale = Naive.tensor([2, width], seed: 10)
      let expected = (0..<6).flatMap { row -> [Double] in
        let values = x.values[row * width..<(row + 1) * width].map(Double.init)
        let mean = values.reduce(0, +) / Double(width)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
        return values.map { ($0 - mean) / (variance + 1e-6).squareRoot() }
      }
      let (scales, shifts) = (scale.values, shift.values)
      let modulated = expected.enumerated().map { index, value in
        let place = index / width / 3 * width + index % width
        return value * (1 + Double(scales[place])) + Double(shifts[place])
      }
      if width > 1 { #expect(Naive.relativeError(x.normalized(), expected) < 1e-6) }
      #expect(
        Naive.relativeError(x.modulatedLayerNorm(shift: shift, scale: scale), modulated) < 1e-6)
    }

    @Test func rmsNormEqualsItsDefinition() {
      let x = Naive.tensor([4, 70], seed: 24)
      let weight = Naive.tensor([70], seed: 25)
      let (values, weights) = (x.values.map(Double.init), weight.values.map(Double.init))
      let expected = values.indices.map { index in
        let row = values[index / 70 * 70..<index / 70 * 70 + 70]
        let square = row.reduce(0) { $0 + $1 * $1 } / 70
        return values[index] / (square + 1e-6).squareRoot() * weights[index % 70]
      }
      #expect(Naive.relativeError(x.rmsNorm(weight: weight), expected) < 1e-6)
    }

    @Test func groupNormEqualsItsDefinition() {
      let x = Naive.tensor([2, 6, 5, 7], seed: 11)
      let weight = Naive.tensor([6], seed: 12)
      let bias = Naive.tensor([6], seed: 13)
      var expected: [Double] = []
      for group in 0..<6 {  // 2 samples x 3 groups of 2 channels
        let values = x.values[group * 70..<(group + 1) * 70].map(Double.init)
        let mean = values.reduce(0, +) / 70
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 70
        for (i, value) in values.enumerated() {
          let channel = group % 3 * 2 + i / 35
          let y =
            (value - mean) / (variance + 1e-6).squareRoot() * Double(weight.values[channel])
            + Double(bias.values[channel])
          expected.append(y / (1 + exp(-y)))
        }
      }
      let fast = x.groupNorm(groups: 3, weight: weight, bias: bias, silu: true)
      #expect(Naive.relativeError(fast, expected) < 1e-6)
    }

    /// One rounding of the argument of e^u grows by |2u|; within ±6 that stays below 4e-6.
    @Test func activationsAreAccurateEverywhere() {
      let x = (0..<4001).map { Float($0 - 2000) * 0.003 }
      let gelu = Tensor(x, shape: [4001]).geluTanh().values
      let silu = Tensor(x, shape: [4001]).silu().values
      var worst = 0.0
      for (i, value) in x.map(Double.init).enumerated() {
        let u = (2 / Double.pi).squareRoot() * (value + 0.044715 * value * value * value)
        let expected = value / (1 + exp(-2 * u))
        worst = max(worst, (abs(Double(gelu[i]) - expected) - 1e-9) / max(abs(expected), 1e-30))
        let sigmoid = value / (1 + exp(-value))
        worst = max(worst, (abs(Double(silu[i]) - sigmoid) - 1e-9) / max(abs(sigmoid), 1e-30))
      }
      #expect(worst < 4e-6)
      let extremes = Tensor([-1000, 1000, .nan], shape: [3])
      #expect(abs(extremes.geluTanh().values[0]) < 1e-30)
      #expect(extremes.geluTanh().values[1] == 1000)
      #expect(extremes.silu().values[2].isNaN)
    }

    @Test(arguments: [1, 3, 16, 77]) func softmaxEqualsItsDefinition(_ width: Int) {
      let x = Naive.tensor([5, width], seed: 14).scaled(by: 20)
      let y = x.softmax().values
      for row in 0..<5 {
        let values = x.values[row * width..<(row + 1) * width].map { exp(Double($0)) }
        let sum = values.reduce(0, +)
        for i in 0..<width { #expect(abs(Double(y[row * width + i]) - values[i] / sum) < 2e-6) }
      }
    }

    @Test(arguments: [(64, 64, 24), (100, 37, 18), (3, 1, 8), (40, 129, 72), (400, 5, 8)])
    func attentionEqualsItsDefinition(_ sizes: (Int, Int, Int)) {
      let (queries, keys, width) = sizes
      let (batch, heads) = (2, 3)
      let q = Naive.tensor([batch, queries, heads * width], seed: 15)
      let kv = Naive.tensor([batch, keys, 2 * heads * width], seed: 16)
      let bias = Naive.tensor([heads, queries, keys], seed: 17)
      let counts = [keys, max(1, keys / 2)]
      let scale = 1 / Float(width).squareRoot()
      let fast = attention(
        queries: HeadView(q), keys: HeadView(kv), values: HeadView(kv, column: heads * width),
        batch: batch, queryCount: queries, keyCounts: counts, heads: heads, headWidth: width,
        scale: scale, bias: bias)
      var expected = [Double](repeating: 0, count: fast.count)
      let (qs, kvs, biases) = (q.values, kv.values, bias.values)
      for b in 0..<batch {
        for h in 0..<heads {
          for i in 0..<queries {
            let scores = (0..<counts[b]).map { j -> Double in
              let dot = (0..<width).reduce(0.0) {
                $0 + Double(qs[(b * queries + i) * heads * width + h * width + $1])
                  * Double(kvs[(b * keys + j) * 2 * heads * width + h * width + $1])
              }
              return exp(dot * Double(scale) + Double(biases[(h * queries + i) * keys + j]))
            }
            let sum = scores.reduce(0, +)
            for (j, score) in scores.enumerated() {
              for c in 0..<width {
                expected[(b * queries + i) * heads * width + h * width + c] +=
                  score / sum
                  * Double(kvs[(b * keys + j) * 2 * heads * width + (heads + h) * width + c])
              }
            }
          }
        }
      }
      #expect(Naive.relativeError(fast, expected) < 2e-6)
    }

    @Test(arguments: [
      (1, Padding(1), false), (1, Padding(0), false), (1, Padding(1), true),
      (2, Padding(top: 0, bottom: 1, left: 0, right: 1), false),
    ])
    func convolutionEqualsItsDefinition(_ setting: (Int, Padding, Bool)) {
      let (stride, padding, upsampled) = setting
      let x = Naive.tensor([2, 5, 22, 38], seed: 18)
      let weight = Naive.tensor([7, 5, 3, 3], seed: 19)
      let bias = Naive.tensor([7], seed: 20)
      let fast = x.convolved(
        weight: weight, bias: bias, stride: stride, padding: padding, upsampled: upsampled)
      let slow = Naive.convolution(
        x, weight: weight, bias: bias, stride: stride, padding: padding, upsampled: upsampled)
      #expect(Naive.relativeError(fast, slow) < 1e-6)
    }

    @Test func gatedAdditionSpreadsTheGateOverTokens() {
      var x = Naive.tensor([2, 3, 20], seed: 21)
      let y = Naive.tensor([2, 3, 20], seed: 22)
      let gate = Naive.tensor([2, 20], seed: 23)
      let (xs, ys, gates) = (x.values, y.values, gate.values)
      let expected = (0..<120).map {
        Double(xs[$0]) + Double(gates[$0 / 60 * 20 + $0 % 20]) * Double(ys[$0])
      }
      x.addGated(y, gate: gate)
      #expect(Naive.relativeError(x, expected) < 1e-6)
    }
  }
}
