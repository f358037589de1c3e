import Foundation
import Testing

@testable import Tensors

extension TensorsSuite {
  /// The optional matrix library against our kernels.
  @Suite struct OneDNNTests {
    static let library = try? OneDNN()

    /// ‖a − b‖ / ‖b‖.
    private static func relativeError(_ a: Tensor, _ b: Tensor) -> Double {
      guard a.shape == b.shape else { return .infinity }
      let (x, y) = (a.values.map(Double.init), b.values.map(Double.init))
      let difference = zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return (difference / y.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    private static let shapes = [
      [1, 1, 1], [3, 5, 7], [37, 301, 77], [1, 1030, 33], [50, 1, 160], [130, 257, 129],
    ]

    /// Another order of summation of at most 1,030 products of 24-bit mantissas: 1e-6 leaves eight
    /// times the error that a random walk of roundings gives.
    @Test(.enabled(if: library != nil, "oneDNN is not installed"), arguments: shapes)
    func productsAreOurKernels(_ shape: [Int]) throws {
      let library = try #require(Self.library)
      let (rows, inputs, outputs) = (shape[0], shape[1], shape[2])
      let x = Naive.tensor([2, rows, inputs], seed: 3)
      let weight = Naive.tensor([outputs, inputs, 1, 1], seed: 4)
      let bias = Naive.tensor([outputs], seed: 5)
      for bias in [nil, bias] {
        for activation in [Activation.identity, .geluTanh] {
          let ours = x.linear(weight: weight, bias: bias, activation: activation)
          let theirs = MatrixEngine.oneDNN(library).use {
            x.linear(weight: weight, bias: bias, activation: activation)
          }
          #expect(Self.relativeError(theirs, ours) < 1e-6)
        }
      }
      let serial = MatrixEngine.oneDNN(library).use {
        Parallelism.$isSerial.withValue(true) { x.linear(weight: weight, bias: bias) }
      }
      #expect(Self.relativeError(serial, x.linear(weight: weight, bias: bias)) < 1e-6)
    }

    /// Equal factors, both rounded to bfloat16, so that only the order of summation differs.
    @Test(.enabled(if: library != nil, "oneDNN is not installed"), arguments: shapes)
    func halfProductsAreOurKernels(_ shape: [Int]) throws {
      let library = try #require(Self.library)
      let x = Naive.tensor([shape[0], shape[1]], seed: 6)
      let weight = Naive.tensor([shape[2], shape[1]], seed: 7)
      let bias = Naive.tensor([shape[2]], seed: 8)
      let ours = x.linear(weight: HalfMatrix(weight), bias: bias)
      // Laid out for the library, the matrix keeps to it wherever it is used.
      let packed = MatrixEngine.oneDNN(library).use { HalfMatrix(weight) }
      let theirs = x.linear(weight: packed, bias: bias)
      #expect(Self.relativeError(theirs, ours) < 1e-6)
      do {
        try library.requireHalfPrecision()
      } catch {
        // Without a product of its own the library's place is taken by our kernels, to the bit.
        #expect(error.reason.contains("bf16") && error.reason.contains(library.version))
        #expect(theirs.values == ours.values)
      }
    }

    @Test func roundsAsOurKernelsDo() {
      let values: [Float] = [
        1, 1.003906, 1.0117188, 1.0078125, -2.718, 3.3e38, .infinity, 0x1p-140, 0, -0.0, 1.0195312,
      ]
      let rounded = Tensor(values, shape: [values.count]).bfloat16Values()
      let bits = rounded.values.flatMap {
        [UInt32($0.bitPattern & 0xffff) << 16, $0.bitPattern & 0xffff_0000]
      }
      for (value, bits) in zip(values, bits) where value.isFinite {
        #expect(Float(bitPattern: bits) == HalfMatrixTests.rounded(value), "\(value)")
      }
      let nan = Tensor([Float.nan, .infinity], shape: [2]).bfloat16Values().values[0].bitPattern
      #expect(Float(bitPattern: nan << 16).isNaN)
      #expect(Float(bitPattern: nan & 0xffff_0000) == .infinity)
    }

    @Test func whereItIsMissingOneSentenceSaysSo() throws {
      do {
        _ = try OneDNN(environment: [:], candidates: ["libno-such-library.so.9"])
        Issue.record("opened a library that does not exist")
      } catch {
        #expect(
          error.reason
            == "the matrix engine 'onednn' needs the oneDNN library, which was not found on this "
            + "machine")
        #expect(error.advice.contains("libdnnl2") && error.advice.contains("built-in"))
      }
      do {
        _ = try OneDNN(environment: ["AUDIT_ONEDNN": "/nonexistent/libdnnl.so"])
        Issue.record("opened a file that does not exist")
      } catch {
        #expect(error.reason.hasPrefix("AUDIT_ONEDNN names /nonexistent/libdnnl.so"))
      }
    }

    @Test func aLibraryThatOthersMayReplaceIsNotLoaded() throws {
      let folder = NSTemporaryDirectory() + "onednn-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data("no library".utf8).write(to: URL(fileURLWithPath: folder + "/libdnnl.so"))
      try #require(chmod(folder, 0o777) == 0)
      do {
        _ = try OneDNN(environment: ["AUDIT_ONEDNN": folder + "/libdnnl.so"])
        Issue.record("opened what everybody may replace")
      } catch { #expect(error.reason.contains("everybody may write to")) }
    }

    @Test func anotherLibraryIsRefused() {
      do {
        _ = try OneDNN(environment: [:], candidates: ["libm.so.6"])
        Issue.record("took libm for oneDNN")
      } catch { #expect(error.reason.contains("it is not the oneDNN library")) }
    }
  }
}
