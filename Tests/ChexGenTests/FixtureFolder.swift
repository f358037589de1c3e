import Checkpoints
import Foundation
import Tensors
import Testing

/// Reference inputs and outputs: every `X.json` describes `X.safetensors` and `X_io.safetensors`.
///
/// The folder in `CHEXGEN_FIXTURES` comes first, then `shared/chexgen/fixtures` beside the package
/// or above it, then the subset that travels with the tests. Suites read shapes, counts and seeds
/// from the sidecars, so that another folder of the same format works without a change.
struct FixtureFolder: Sendable {
  let path: String
  /// Whether this is the small subset inside the package.
  let isBundledSubset: Bool

  static func locate() -> FixtureFolder? {
    if let named = ProcessInfo.processInfo.environment["CHEXGEN_FIXTURES"], !named.isEmpty {
      guard isFolder(named) else {
        Issue.record("CHEXGEN_FIXTURES names '\(named)', which is no folder")
        return nil
      }
      return FixtureFolder(path: named, isBundledSubset: false)
    }
    var ancestor = URL(filePath: #filePath).deletingLastPathComponent()
    while ancestor.path != "/" {
      ancestor.deleteLastPathComponent()
      let candidate = ancestor.appending(path: "shared/chexgen/fixtures").path
      if isFolder(candidate) { return FixtureFolder(path: candidate, isBundledSubset: false) }
    }
    guard let bundled = Bundle.module.url(forResource: "Fixtures", withExtension: nil) else {
      return nil
    }
    return FixtureFolder(path: bundled.path, isBundledSubset: true)
  }

  /// The subset that travels with the tests, whatever else is on this machine.
  static var bundled: FixtureFolder? {
    Bundle.module.url(forResource: "Fixtures", withExtension: nil)
      .map { FixtureFolder(path: $0.path, isBundledSubset: true) }
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// The description `name.json`, or `nil` (said on the console) where the folder lacks it.
  func sidecar(_ name: String, suite: String = #function) throws -> JSONDocument? {
    let name = name.hasSuffix(".json") ? name : "\(name).json"
    guard has(name) else {
      print("\(suite): skipped, \(path) has no \(name)")
      return nil
    }
    return try JSONDocument(contentsOf: file(name))
  }

  /// The tensors of a file of this folder.
  func archive(_ name: String, checkpointKey: String? = nil) throws -> any TensorArchive {
    try openArchive(at: file(name), checkpointKey: checkpointKey)
  }

  /// Prints the folder and the largest error of a stage, which parity suites owe their reader.
  func report(_ suite: String, _ stage: String, error: Double) {
    let shown = String(format: "%.2e", error)
    print("\(suite): \(stage): largest relative error \(shown) in \(path)")
  }

  func report(_ suite: String, _ stage: String, exact count: Int) {
    print("\(suite): \(stage): \(count) cases equal in \(path)")
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

/// ‖a − b‖ / ‖b‖ in double precision; infinite for other shapes, and for a NaN in either.
func relativeError(_ actual: Tensor, _ expected: Tensor) -> Double {
  guard actual.shape == expected.shape else { return .infinity }
  return relativeError(actual.values, expected.values)
}

/// ‖a − b‖ / ‖b‖ in double precision; infinite for other lengths, and for a NaN in either.
func relativeError(_ actual: [Float], _ expected: [Float]) -> Double {
  guard actual.count == expected.count else { return .infinity }
  var difference = 0.0
  var norm = 0.0
  for (a, b) in zip(actual, expected) {
    let gap = Double(a) - Double(b)
    difference += gap * gap
    norm += Double(b) * Double(b)
  }
  guard difference.isFinite, norm.isFinite else { return .infinity }
  if norm == 0 { return difference == 0 ? 0 : .infinity }
  return (difference / norm).squareRoot()
}
