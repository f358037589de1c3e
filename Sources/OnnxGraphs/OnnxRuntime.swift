import Basics
import COnnxRuntime
import Foundation

/// The ONNX Runtime library of this machine, opened at run time.
///
/// Looked for in this order: the file named by the variable `AUDIT_ONNXRUNTIME`; beside the program,
/// where an installation puts it; the Python package `onnxruntime` in the `.venv` of the checkout that
/// the program was built in; the system's `libonnxruntime.so.1`. Never in the current folder or above
/// it, which may be a stranger's, and never where others than the owner may write.
package struct OnnxRuntime: @unchecked Sendable {
  // Unchecked: the table of functions is constant and the library is safe to call from any thread.
  package let library: ort_library
  /// What was opened.
  package let path: String
  package var version: String {
    withUnsafeBytes(of: library.version) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// - Throws: ``AuditFailure`` that says how to get the library when it is absent, or what is wrong
  ///   with the one that was found.
  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    program: String = OnnxRuntime.program
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
    for candidate in OnnxRuntime.libraries(of: program) + ["libonnxruntime.so.1"] {
      do {
        self = try OnnxRuntime(opening: candidate)
        return
      } catch {
        // The loader's own "no such file" for the last candidate says nothing new.
        if candidate.hasPrefix("/") { reasons.append("\(candidate): \(error.reason)") }
      }
    }
    throw AuditFailure(
      "ONNX Runtime is needed for ONNX classifiers and for \"engine\": \"onnxruntime-…\", and "
        + (reasons.first.map { "cannot be used (\($0))" } ?? "was not found on this machine"),
      hint: "run 'make setup', or set AUDIT_ONNXRUNTIME to the path of libonnxruntime.so")
  }

  private struct Unusable: Error { var reason: String }

  private init(opening named: String) throws(Unusable) {
    // With a slash the loader takes it for a place, which is looked at first.
    let path = named.contains("/") ? URL(fileURLWithPath: named).path : named
    if path.hasPrefix("/"), FileManager.default.fileExists(atPath: path),
      let reason = untrustedPart(of: path)
    {
      throw Unusable(reason: "it is not loaded, because \(reason)")
    }
    var library = ort_library()
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    guard ort_open(path, &library, &message) != 0 else { throw Unusable(reason: text(message)) }
    self.library = library
    self.path = path
  }

  /// The running program, links resolved.
  package static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  }

  /// Libraries that belong to a program: beside it, and in the `.venv` of its checkout.
  static func libraries(of program: String) -> [String] {
    guard program.hasPrefix("/") else { return [] }
    let folder = parentFolder(of: program)
    var found = libraries(in: folder)
    // The package manager builds in CHECKOUT/.build.
    guard
      let root = folder.range(of: "/.build/", options: .backwards)
        ?? folder.range(
          of: "/.build", options: [.backwards, .anchored])
    else { return found }
    let base = folder[..<root.lowerBound] + "/.venv/lib"
    for python in names(in: String(base)) where python.hasPrefix("python3") {
      found += libraries(in: "\(base)/\(python)/site-packages/onnxruntime/capi")
    }
    return found
  }

  private static func libraries(in folder: String) -> [String] {
    names(in: folder).filter { $0.hasPrefix("libonnxruntime.so") }.map { "\(folder)/\($0)" }
  }

  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}

/// The NUL-terminated message of a C call.
package func text(_ message: [CChar]) -> String {
  let bytes = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
  return String(decoding: bytes, as: UTF8.self).replacing("\n", with: " ")
}
