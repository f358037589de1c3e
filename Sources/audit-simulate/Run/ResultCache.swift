import Basics
import Foundation
import Synchronization

/// Draws that were made before, by this code of this world, so that an interrupted run goes on where it
/// ended and a changed method repeats its own worlds only.
final class ResultCache: Sendable {
  /// Removed with all other build products.
  static let folder = ".build/simulations"

  /// Where the checkout is.
  let root: String
  /// By sources, as they are when they are first asked for: the code that runs.
  private let digests = Mutex<[[String]: String]>([:])

  init() { root = Self.checkout() }

  /// - Parameter range: Numbers of the draws.
  func file<W: World>(_ world: W, _ range: Range<Int>) -> String {
    let key = [
      "\(W.self)", world.definition, digest(of: W.sources), "\(range.lowerBound)",
      "\(range.upperBound)",
    ].joined(separator: "\u{1F}")
    return "\(root)/\(Self.folder)/\(SHA256.hex(of: key)).json"
  }

  func result<W: World>(of world: W, _ range: Range<Int>) -> W.Result? {
    guard let data = FileManager.default.contents(atPath: file(world, range)) else { return nil }
    return try? JSONDecoder().decode(W.Result.self, from: data)
  }

  func keep<W: World>(_ result: W.Result, of world: W, _ range: Range<Int>) throws {
    try FileManager.default.createDirectory(
      atPath: "\(root)/\(Self.folder)", withIntermediateDirectories: true)
    try writeAtomically(Array(try JSONEncoder().encode(result)), to: file(world, range))
  }

  /// Of the code of files and folders; comments and empty lines decide nothing.
  private func digest(of sources: [String]) -> String {
    if let known = digests.withLock({ $0[sources] }) { return known }
    let digest = SHA256.hex(
      of: sources.flatMap { files("\(root)/\($0)") }.map { path in
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
          .filter { !$0.isEmpty && !$0.hasPrefix("//") }.joined(separator: "\n")
      }.joined(separator: "\u{1F}"))
    digests.withLock { $0[sources] = digest }
    return digest
  }

  private func files(_ path: String) -> [String] {
    guard path.hasSuffix(".swift") == false else { return [path] }
    let found = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(".swift") }.sorted().map { "\(path)/\($0)" }
  }

  /// The checkout that this program was built in.
  private static func checkout() -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return folder.path
  }
}
