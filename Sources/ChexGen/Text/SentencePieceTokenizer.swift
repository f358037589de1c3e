import Basics

/// Turns cleaned captions into the token ids that T5 reads.
///
/// Equal to the fast T5 tokenizer of Hugging Face with its default `legacy` behaviour: text that
/// spells a special token becomes that token's id, the pieces between are normalised, and every
/// word is cut into the pieces of highest total score. 100 `<extra_id_N>` follow the vocabulary,
/// the highest N first; `<unk>` and `<pad>` follow those where the vocabulary lacks them. `</s>` ends
/// every sequence. What a model says about a dummy prefix, spaces and bytes as a fallback is not
/// heeded, as the fast tokenizer does not heed it.
package struct SentencePieceTokenizer: Sendable {
  package let vocabularyCount: Int
  package let paddingID: Int
  package let endID: Int
  /// Of the token `<unk>`; unknown text has it unless the vocabulary's unknown piece is spelt otherwise.
  package let unknownID: Int

  /// Of unknown text.
  private let unknownPieceID: Int
  private let map: CharactersMap
  private let scores: [Double]
  /// By bytes: strings that differ in composition only are equal to Swift, and other pieces here.
  private let idOfPiece: [[UInt8]: Int]
  private let trie: PieceTrie
  private let unknownScore: Double
  private let special: SpecialTokens

  /// How far below the worst piece an unknown character scores.
  private static let unknownPenalty = 10.0
  private static let extraIDCount = 100
  private static let space: Unicode.Scalar = "\u{2581}"

  /// Reads a SentencePiece `.model` file such as T5's `spiece.model`.
  ///
  /// - Throws: `AuditFailure` when the file is no unigram model or lacks `</s>`.
  package init(contentsOf path: String) throws {
    let model = try SentencePieceModel(contentsOf: path)
    map = try CharactersMap(model.charactersMap, path: path)
    var texts = model.pieces.map(\.text)
    var scores = model.pieces.map(\.score)
    let extra = (0..<Self.extraIDCount).reversed().map { "<extra_id_\($0)>" }
    texts += extra
    scores += extra.map { _ in 0 }
    var idOfPiece: [[UInt8]: Int] = [:]
    idOfPiece.reserveCapacity(texts.count)
    for (id, text) in texts.enumerated() { idOfPiece[Array(text.utf8)] = id }
    guard let endID = idOfPiece[Array("</s>".utf8)] else {
      throw AuditFailure("\(path): has no piece '</s>', which ends every T5 sequence")
    }
    self.endID = endID
    // Tokens that are spelt out and known only so: no text is cut into them.
    var appended: [(String, Int)] = []
    func id(of token: String) -> Int {
      if let id = idOfPiece[Array(token.utf8)] { return id }
      appended.append((token, texts.count + appended.count))
      return texts.count + appended.count - 1
    }
    unknownID = id(of: "<unk>")
    paddingID = id(of: "<pad>")
    unknownPieceID = model.unknownID
    vocabularyCount = texts.count + appended.count
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    trie = PieceTrie(texts)
    let added = model.pieces.filter { $0.kind == .control || $0.kind == .userDefined }.map(\.text)
    special = SpecialTokens(
      (added + ["</s>", "<pad>", "<unk>"] + extra).compactMap { text in
        idOfPiece[Array(text.utf8)].map { (text, $0) }
      } + appended)
    self.scores = scores
    self.idOfPiece = idOfPiece
  }

  /// The ids of a text with `</s>` at the end, as many as there are.
  package func ids(for text: String) -> [Int] {
    var ids: [Int] = []
    for part in special.split(text) {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let text):
        for word in words(of: text) { append(word, to: &ids) }
      }
    }
    return ids + [endID]
  }

  /// The ids of a text, cut or padded on the right to `length`; `</s>` survives the cut.
  ///
  /// - Returns: `ids` and `mask`, each of `length`; the mask is 1 for pieces and `</s>`.
  package func encode(_ text: String, length: Int) -> (ids: [Int], mask: [Int]) {
    precondition(length > 0, "a token sequence has at least its end token")
    let kept = ids(for: text).dropLast().prefix(length - 1) + [endID]
    let padding = length - kept.count
    return (
      kept + [Int](repeating: paddingID, count: padding),
      [Int](repeating: 1, count: kept.count) + [Int](repeating: 0, count: padding)
    )
  }

  /// Normalised words, each with its leading space mark.
  private func words(of text: String) -> [[UInt8]] {
    var scalars = Array(map.normalise(text).unicodeScalars)
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    guard !scalars.isEmpty else { return [] }
    var marked: [Unicode.Scalar] = []
    var previousIsSpace = false
    for scalar in scalars {
      // Runs of spaces are one mark; marks that the text itself holds stay as they are.
      if scalar != " " {
        marked.append(scalar)
      } else if !previousIsSpace {
        marked.append(Self.space)
      }
      previousIsSpace = scalar == " "
    }
    if marked.first != Self.space { marked.insert(Self.space, at: 0) }
    var words: [[UInt8]] = []
    for scalar in marked {
      if scalar == Self.space { words.append([]) }
      words[words.count - 1].append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }
    return words
  }

  /// The best segmentation of a word; neighbouring unknown characters are one unknown piece.
  private func append(_ word: [UInt8], to ids: inout [Int]) {
    struct Step {
      var score = -Double.infinity
      var start = -1
      var id = 0
    }
    var best = [Step](repeating: Step(), count: word.count + 1)
    best[0].score = 0
    var start = 0
    while start < word.count {
      let score = best[start].score
      let width = Self.width(of: word[start])
      var knowsCharacter = false
      trie.forEachPrefix(of: word, from: start) { end, id in
        let candidate = score + scores[id]
        if best[end].start < 0 || candidate > best[end].score {
          best[end] = Step(score: candidate, start: start, id: id)
        }
        if end == start + width { knowsCharacter = true }
      }
      if !knowsCharacter {
        let end = min(start + width, word.count)
        let candidate = score + unknownScore
        if best[end].start < 0 || candidate > best[end].score {
          best[end] = Step(score: candidate, start: start, id: unknownPieceID)
        }
      }
      start += width
    }
    var found: [Int] = []
    var end = word.count
    var unknownEnd: Int?
    while end > 0 {
      let step = best[end]
      if step.id == unknownPieceID {
        unknownEnd = unknownEnd ?? end
      } else {
        if let last = unknownEnd { found.append(unknownPiece(word[end..<last])) }
        unknownEnd = nil
        found.append(step.id)
      }
      end = step.start
    }
    if let last = unknownEnd { found.append(unknownPiece(word[..<last])) }
    ids.append(contentsOf: found.reversed())
  }

  private func unknownPiece(_ bytes: ArraySlice<UInt8>) -> Int {
    idOfPiece[Array(bytes)] ?? unknownPieceID
  }

  /// The bytes of the UTF-8 character that begins with `byte`.
  private static func width(of byte: UInt8) -> Int {
    switch byte {
    case 0xf0...: 4
    case 0xe0...: 3
    case 0xc0...: 2
    default: 1
    }
  }
}
