import Cohorts

/// What a cohort was drawn with: hashes of weights and options, a line each, as the store keeps them.
struct GeneratorFingerprint: Equatable {
  /// `file:hash`, then `option=value`, each part sorted by name.
  let text: String

  init(_ generator: any RadiographGenerator) throws {
    let hashes = try generator.hashes.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
    let options = generator.options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    text = (hashes + options).joined(separator: "\n")
  }

  /// - Parameter text: As an audit's store has it.
  init(recorded text: String) { self.text = text }

  private var options: [String: String] {
    parts(separatedBy: "=") { $0.contains("=") }
  }

  private var hashes: [String: String] {
    parts(separatedBy: ":") { !$0.contains("=") }
  }

  private func parts(
    separatedBy sign: Character, where isWanted: (Substring) -> Bool
  ) -> [String: String] {
    var found: [String: String] = [:]
    for line in text.split(separator: "\n") where isWanted(line) {
      // Names of files may hold a colon, hashes none; names of options hold no equals sign.
      let place = sign == ":" ? line.lastIndex(of: sign) : line.firstIndex(of: sign)
      guard let place else { continue }
      found[String(line[..<place])] = String(line[line.index(after: place)...])
    }
    return found
  }

  /// What the images were drawn with and what there is now, by name, as a clause; at most five parts.
  ///
  /// - Parameter other: What there is now.
  func differences(from other: GeneratorFingerprint) -> String {
    var parts: [String] = []
    let (options, others) = (options, other.options)
    for name in Set(options.keys).union(others.keys).sorted()
    where options[name] != others[name] {
      parts.append(
        "\(name) was \(Self.words(options[name])) and is \(Self.words(others[name]))")
    }
    let (hashes, otherHashes) = (hashes, other.hashes)
    for name in Set(hashes.keys).union(otherHashes.keys).sorted()
    where hashes[name] != otherHashes[name] {
      let what =
        hashes[name] == nil ? "is new" : otherHashes[name] == nil ? "is gone" : "has other content"
      parts.append("the weight file '\(name.prefix(80))' \(what)")
    }
    let more = parts.count > 5 ? "; and \(parts.count - 5) more" : ""
    return parts.prefix(5).joined(separator: "; ") + more
  }

  /// Options that say how the program computes are absent where it does so by itself.
  private static func words(_ value: String?) -> String {
    value.map { "'\($0.prefix(80))'" } ?? "not set (built in)"
  }
}
