import Basics
import COneDNN
import Foundation

/// The oneDNN library of this machine, opened at run time, as a matrix engine beside our kernels.
///
/// Looked for in this order: the file named by the variable `AUDIT_ONEDNN`; the system's
/// `libdnnl.so.3`; its `libdnnl.so.2`. Never where others than the owner may write.
/// - SeeAlso: oneDNN's C interface, `dnnl_matmul`, of versions 2.x and 3.x.
package struct OneDNN: @unchecked Sendable {
  // Unchecked: constant after opening, and the library is safe to call from any thread.
  private let library: OpaquePointer
  /// For example `2.6.3`.
  package let version: String
  /// What was opened.
  package let path: String

  /// Why the library cannot be used, as one sentence without a full stop, and what to do.
  package struct Unavailable: Error {
    package let reason: String
    package let advice: String
  }

  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    candidates: [String] = ["libdnnl.so.3", "libdnnl.so.2"]
  ) throws(Unavailable) {
    if let named = environment["AUDIT_ONEDNN"], !named.isEmpty {
      do {
        try self.init(opening: named)
      } catch {
        throw Unavailable(
          reason: "AUDIT_ONEDNN names \(named), which cannot be used: \(error.text)",
          advice: "point it at the file libdnnl.so…, or unset it")
      }
      return
    }
    var found: String?
    for candidate in candidates {
      do {
        try self.init(opening: candidate)
        return
      } catch {
        // The loader's own "no such file" says nothing new; a library that is there and unfit does.
        if !error.text.contains("No such file") { found = found ?? "\(candidate): \(error.text)" }
      }
    }
    throw Unavailable(
      reason: "the matrix engine 'onednn' needs the oneDNN library, which "
        + (found.map { "cannot be used (\($0))" } ?? "was not found on this machine"),
      advice: "install the package 'libdnnl2' or set AUDIT_ONEDNN to the path of libdnnl.so, or "
        + "take the built-in engine")
  }

  private struct Unusable: Error { var text: String }

  private init(opening named: String) throws(Unusable) {
    // With a slash the loader takes it for a place, which is looked at first.
    let path = named.contains("/") ? URL(fileURLWithPath: named).path : named
    if path.hasPrefix("/"), FileManager.default.fileExists(atPath: path),
      let reason = untrustedPart(of: path)
    {
      throw Unusable(text: "it is not loaded, because \(reason)")
    }
    var library: OpaquePointer?
    var message = [CChar](repeating: 0, count: Int(ONEDNN_MESSAGE_CAPACITY))
    guard onednn_open(path, &library, &message) != 0, let library else {
      throw Unusable(text: Self.text(message))
    }
    self.library = library
    self.path = path
    version = String(cString: onednn_version(library))
  }

  /// Whether this library has a bfloat16 product for this CPU; where it has none, the reason.
  package func requireHalfPrecision() throws(Unavailable) {
    let one = [UInt16](repeating: 0x3f80, count: 64)
    var product = [Float](repeating: 0, count: 64)
    var message = ""
    let worked = one.withUnsafeBufferPointer { one in
      product.withUnsafeMutableBufferPointer { product in
        guard let one = one.baseAddress, let product = product.baseAddress else { return false }
        return multiply(
          onednn_product(
            m: 8, n: 8, k: 8, a: one, b: one, bias: nil, c: product, is_bfloat16: 1,
            on_one_thread: 1), message: &message)
      }
    }
    guard worked, product.allSatisfy({ $0 == 8 }) else {
      throw Unavailable(
        reason: "oneDNN \(version) cannot multiply in bf16 here: "
          + (worked ? "its product of ones is wrong" : message),
        advice: "take precision fp32 with it, or bf16 with the built-in engine")
    }
  }

  /// `[rows, inputs]` by `[outputs, inputs]` transposed, plus the bias, into `[rows, outputs]`.
  ///
  /// - Parameters:
  ///   - x: Floats, or bfloat16 when `isHalf`; so is `weight`.
  /// - Returns: False where the library refuses this product or lacks memory; `result` is then undefined.
  func multiply(
    rows: Int, inputs: Int, outputs: Int, x: UnsafeRawPointer, weight: UnsafeRawPointer,
    bias: UnsafePointer<Float>?, result: UnsafeMutablePointer<Float>, isHalf: Bool
  ) -> Bool {
    var message = ""
    return multiply(
      onednn_product(
        m: Int64(rows), n: Int64(outputs), k: Int64(inputs), a: x, b: weight, bias: bias,
        c: result, is_bfloat16: isHalf ? 1 : 0, on_one_thread: Parallelism.isSerial ? 1 : 0),
      message: &message)
  }

  private func multiply(_ product: onednn_product, message text: inout String) -> Bool {
    var product = product
    var message = [CChar](repeating: 0, count: Int(ONEDNN_MESSAGE_CAPACITY))
    guard onednn_multiply(library, &product, &message) == 0 else { return true }
    text = Self.text(message)
    return false
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      .replacing("\n", with: " ")
  }
}
