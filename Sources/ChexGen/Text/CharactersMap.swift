import Basics

/// The normalisation table of a SentencePiece model (nmt_nfkc for T5), a double-array trie.
///
/// A unit of the trie holds a label, the offset to its children, and whether a value follows; the
/// value is the place of a NUL-terminated replacement.
/// - SeeAlso: Darts-clone, and `Precompiled` in the Hugging Face tokenizers, whose treatment of
///   grapheme clusters is followed: a cluster below six bytes is replaced as a whole by its
///   shortest match, even where the match covers only its beginning.
struct CharactersMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// - Throws: `AuditFailure` when the table's sizes do not fit.
  init(_ bytes: [UInt8], path: String) throws {
    guard !bytes.isEmpty else {
      units = []
      replacements = []
      return
    }
    let broken = AuditFailure("\(path): has a damaged normalisation table")
    guard bytes.count >= 4 else { throw broken }
    func word(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }
    let count = Int(word(0))
    guard count % 4 == 0, count <= bytes.count - 4 else { throw broken }
    units = (0..<count / 4).map { word(4 + $0 * 4) }
    replacements = Array(bytes[(4 + count)...])
  }

  func normalise(_ text: String) -> String {
    guard !units.isEmpty else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for cluster in text {
      let bytes = Array(cluster.utf8)
      if bytes.count < 6, let replacement = shortestMatch(bytes[...]) {
        result.append(contentsOf: replacement)
        continue
      }
      for scalar in cluster.unicodeScalars {
        let bytes = Array(String(scalar).utf8)
        if let replacement = shortestMatch(bytes[...]) {
          result.append(contentsOf: replacement)
        } else {
          result.append(contentsOf: bytes)
        }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The replacement of the shortest prefix that the table holds.
  private func shortestMatch(_ key: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let root = units.first else { return nil }
    var position = Self.offset(root)
    for byte in key {
      guard byte != 0 else { return nil }
      position ^= Int(byte)
      guard units.indices.contains(position) else { return nil }
      let unit = units[position]
      guard unit & 0x8000_00ff == UInt32(byte) else { return nil }
      position ^= Self.offset(unit)
      if unit >> 8 & 1 == 1 {
        guard units.indices.contains(position) else { return nil }
        let start = Int(units[position] & 0x7fff_ffff)
        guard start <= replacements.count else { return nil }
        return replacements[start...].prefix { $0 != 0 }
      }
    }
    return nil
  }

  private static func offset(_ unit: UInt32) -> Int {
    Int((unit >> 10) << ((unit & (1 << 9)) >> 6))
  }
}
