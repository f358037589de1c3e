/// Tokens that a text may spell out, such as `</s>` and `<extra_id_0>`.
struct SpecialTokens: Sendable {
  enum Part: Equatable {
    case text(String)
    case token(Int)
  }

  private let trie: PieceTrie
  private let ids: [Int]
  private let openings: Set<UInt8>

  init(_ tokens: [(text: String, id: Int)]) {
    let tokens = tokens.filter { !$0.text.isEmpty }
    trie = PieceTrie(tokens.map(\.text))
    ids = tokens.map(\.id)
    openings = Set(tokens.compactMap(\.text.utf8.first))
  }

  /// Cuts a text at its special tokens: the leftmost first, and of those the longest.
  func split(_ text: String) -> [Part] {
    let bytes = Array(text.utf8)
    var parts: [Part] = []
    var textStart = 0
    var position = 0
    while position < bytes.count {
      var longest: (end: Int, token: Int)?
      if openings.contains(bytes[position]) {
        trie.forEachPrefix(of: bytes, from: position) { longest = ($0, $1) }
      }
      guard let (end, token) = longest else {
        position += 1
        continue
      }
      if textStart < position {
        parts.append(.text(String(decoding: bytes[textStart..<position], as: UTF8.self)))
      }
      parts.append(.token(ids[token]))
      position = end
      textStart = end
    }
    if textStart < bytes.count {
      parts.append(.text(String(decoding: bytes[textStart...], as: UTF8.self)))
    }
    return parts
  }
}
