import CKernels
import Testing

@testable import Tensors

/// All tests of tensors, one after another: one of them changes the kernels in use.
@Suite(.serialized) struct TensorsSuite {}

extension TensorsSuite {
  /// The levels that this CPU has give the same numbers: fused ones the same bits, the plain one
  /// within rounding.
  @Suite struct KernelLevelTests {
    @Test func everyLevelGivesTheSameProduct() {
      let supported = ck_supported_level()
      defer { ck_set_level(supported) }
      let x = Naive.tensor([37, 301], seed: 31)
      let weight = Naive.tensor([45, 301], seed: 32)
      var results: [[Float]] = []
      for level in 0...supported {
        #expect(ck_set_level(level) == level)
        results.append(x.linear(weight: weight).geluTanh().normalized().values)
      }
      for level in results.indices.dropFirst() {
        let error = Naive.relativeError(
          Tensor(results[0], shape: [results[0].count]), results[level].map(Double.init))
        #expect(error < 1e-6)
        if level > 1 { #expect(results[level] == results[1]) }
      }
    }
  }
}
