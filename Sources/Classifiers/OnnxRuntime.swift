import Basics
import COnnxRuntime
import Foundation

/// The ONNX Runtime library of this machine, opened at run time.
///
/// Looked for in this order: the file named by the variable `AUDIT_ONNXRUNTIME`; the Python package
/// `onnxruntime` in a `.venv` beside or above the program; the system's `libonnxruntime.so.1`. The
/// current folder does not count: it may be a stranger's report.
package struct OnnxRuntime: @unchecked Sendable {
  // Unchecked: the table of functions is constant and the library is safe to call from any thread.
  let library: ort_library
  /// What was opened.
  package let path: String
  package var version: String {
    withUnsafeBytes(of: library.version) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// - Throws: ``AuditFailure`` that says how to get the library when it is absent, or what is wrong
  ///   with the one that was found.
  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    folders: [String] = OnnxRuntime.startingFolders
  ) throws {
    if let named = environment["AUDIT_ONNXRUNTIME"], !named.isEmpty {
      do {
        self = try OnnxRuntime(opening: named)
      } catch {
        throw AuditFailure(
          "AUDIT_ONNXRUNTIME names \(named), which cannot be used: \(error.reason)",
          hint: "point it at the file libonnxruntime.so…, or unset it and run 'make setup'")
      }
      return
    }
    var reasons: [String] = []
    for candidate in folders.flatMap(OnnxRuntime.libraries(above:)) + ["libonnxruntime.so.1"] {
      do {
        self = try OnnxRuntime(opening: candidate)
        return
      } catch {
        // The loader's own "no such file" for the last candidate says nothing new.
        if candidate.hasPrefix("/") { reasons.append("\(candidate): \(error.reason)") }
      }
    }
    throw AuditFailure(
      "ONNX Runtime is needed for ONNX classifiers and "
        + (reasons.first.map { "cannot be used (\($0))" } ?? "was not found on this machine"),
      hint: "run 'make setup', or set AUDIT_ONNXRUNTIME to the path of libonnxruntime.so")
  }

  private struct Unusable: Error { var reason: String }

  private init(opening path: String) throws(Unusable) {
    var library = ort_library()
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    guard ort_open(path, &library, &message) != 0 else { throw Unusable(reason: text(message)) }
    self.library = library
    self.path = path
  }

  /// The program's folder; for tests, whose program is the toolchain's, the checkout that they run in.
  package static var startingFolders: [String] {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let name = (program as NSString).lastPathComponent
    let isTestRunner = name.contains("xctest") || name == "swiftpm-testing-helper"
    return isTestRunner
      ? [FileManager.default.currentDirectoryPath]
      : [(program as NSString).deletingLastPathComponent]
  }

  /// Libraries of the Python package in the `.venv` of `folder` or of a folder above it.
  private static func libraries(above folder: String) -> [String] {
    var found: [String] = []
    var place = folder
    while place.hasPrefix("/") {
      let base = (place as NSString).appendingPathComponent(".venv/lib")
      for python in names(in: base) where python.hasPrefix("python3") {
        let capi = "\(base)/\(python)/site-packages/onnxruntime/capi"
        found += names(in: capi).filter { $0.hasPrefix("libonnxruntime.so") }.map {
          "\(capi)/\($0)"
        }
      }
      if place == "/" { break }
      place = (place as NSString).deletingLastPathComponent
    }
    return found
  }

  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}

/// The NUL-terminated message of a C call.
func text(_ message: [CChar]) -> String {
  let bytes = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
  return String(decoding: bytes, as: UTF8.self).replacing("\n", with: " ")
}
