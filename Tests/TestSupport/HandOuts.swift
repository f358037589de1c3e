import Foundation
import Testing

/// Material that is not part of the repository: real scores, radiographs, models, reference values.
///
/// Only the environment variable `AUDIT_SHARED` says where it lies (`make test-reference DATA=…` sets
/// it). Nothing is looked for beside the checkout, so that the suite means the same on every machine.
package enum HandOuts {
  /// The folder with the hand-outs, or nil where the run was given none.
  package static let folder: String? = {
    let named = ProcessInfo.processInfo.environment["AUDIT_SHARED"] ?? ""
    return named.isEmpty ? nil : URL(fileURLWithPath: named).path
  }()

  /// Whether the hand-outs of this run hold a file or folder of this relative path.
  package static func has(_ name: String) -> Bool {
    guard let folder else { return false }
    return FileManager.default.fileExists(atPath: folder + "/" + name)
  }

  /// The absolute path of a hand-out.
  ///
  /// - Throws: `MissingHandOut` where it is absent; tests say so beforehand by ``needs(_:)``.
  package static func path(_ name: String) throws -> String {
    guard let folder, has(name) else { throw MissingHandOut(name: name) }
    return folder + "/" + name
  }
}

/// A test asked for a hand-out that it had not named in ``needs(_:)``.
package struct MissingHandOut: Error, CustomStringConvertible {
  package let name: String
  package var description: String {
    "this run has no hand-out '\(name)'; the test should be marked .needs(\"\(name)\")"
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips the test or suite, with a sentence, unless the run was given all these hand-outs.
  package static func needs(_ names: String...) -> Self {
    let missing = names.filter { !HandOuts.has($0) }
    let what = missing.joined(separator: ", ")
    let sentence =
      HandOuts.folder.map { "hand-outs: \($0) has no \(what)" }
      ?? "hand-outs: \(what); 'make test-reference DATA=folder' runs this test"
    return .enabled(if: missing.isEmpty, Comment(rawValue: sentence))
  }
}
