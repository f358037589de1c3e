import Basics
import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

/// Reference inputs and outputs: every `X.json` describes `X.safetensors` and `X_io.safetensors`.
///
/// The folder in `CHEXGEN_FIXTURES` comes first, then `chexgen/fixtures` of the hand-outs, then the
/// subset that travels with the tests. Suites read shapes, counts and seeds from the sidecars, so that
/// another folder of the same format works without a change.
struct FixtureFolder: Sendable {
  let path: String
  /// Whether this is the small subset inside the package.
  let isBundledSubset: Bool

  /// The folder of this run.
  ///
  /// - Throws: Where `CHEXGEN_FIXTURES` names no folder.
  static func locate() throws -> FixtureFolder {
    if let named = ProcessInfo.processInfo.environment["CHEXGEN_FIXTURES"], !named.isEmpty {
      try #require(isFolder(named), "CHEXGEN_FIXTURES names '\(named)', which is no folder")
      return FixtureFolder(path: named, isBundledSubset: false)
    }
    if HandOuts.has("chexgen/fixtures") {
      return FixtureFolder(path: try HandOuts.path("chexgen/fixtures"), isBundledSubset: false)
    }
    return try #require(bundled, "the test bundle has no Fixtures")
  }

  /// The subset that travels with the tests, whatever else is on this machine.
  static var bundled: FixtureFolder? {
    Bundle.module.url(forResource: "Fixtures", withExtension: nil)
      .map { FixtureFolder(path: $0.path, isBundledSubset: true) }
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// The description `name.json`.
  func sidecar(_ name: String) throws -> JSONValue {
    try JSON5Reader.value(ofFile: file(name.hasSuffix(".json") ? name : "\(name).json"))
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

extension Trait where Self == ConditionTrait {
  /// Skips the test or suite, with a sentence, unless the fixtures of this run hold all these files.
  static func needsFixtures(_ names: String...) -> Self {
    let folder = try? FixtureFolder.locate()
    let missing = names.filter { folder?.has($0) == false }
    let what = missing.joined(separator: ", ")
    let place = folder?.isBundledSubset == true ? "the committed subset" : folder?.path ?? "nothing"
    let hint =
      folder?.isBundledSubset == true ? "; 'make test-reference DATA=folder' runs this test" : ""
    return .enabled(
      if: missing.isEmpty,
      Comment(rawValue: "fixtures: \(place) lacks \(what)\(hint)"))
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
