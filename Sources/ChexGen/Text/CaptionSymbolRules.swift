/// The rules between the removal of markup and the repair of text: symbols, numbers, file names.
enum CaptionSymbolRules {
  static func apply(to text: Scalars) -> Scalars {
    var text = text
    text = withoutMentions(text)
    text = text.filter { !isDeletedIdeograph($0) }
    text = text.replacingRuns(of: isDash, with: "-")
    text = text.map { doubleQuotes.contains($0) ? "\"" : singleQuotes.contains($0) ? "'" : $0 }
    text = text.replacing("") { start in
      text.end(of: "&quot", at: start).map { text.at($0) == ";" ? $0 + 1 : $0 }
    }
    text = text.replacing("") { text.end(of: "&amp", at: $0) }
    text = text.replacing(" ") { networkAddressEnd(text, $0) }
    text = withoutFinalTime(text)
    text = text.replacing(" ") { text.end(of: "\\n", at: $0) }
    text = text.replacing("") { numberEnd(text, $0, prefix: "#", digits: 1...3) }
    text = text.replacing("") { numberEnd(text, $0, prefix: "#", digits: 5...Int.max) }
    text = text.replacing("") { numberEnd(text, $0, prefix: nil, digits: 6...Int.max) }
    text = withoutFileNames(text)
    text = text.replacingRuns(of: { $0 == "\"" || $0 == "'" }, minimum: 2, with: "\"")
    text = text.replacingRuns(of: { $0 == "." }, minimum: 2, with: " ")
    text = text.replacingRuns(of: badPunctuation.contains, with: " ")
    text = withoutLoneStops(text)
    let isSeparator = { (scalar: Unicode.Scalar) in scalar == "-" || scalar == "_" }
    if text.count(where: isSeparator) > 3 { text = text.map { isSeparator($0) ? " " : $0 } }
    return text
  }

  /// `@[\w\d]+\b`
  private static func withoutMentions(_ text: Scalars) -> Scalars {
    text.replacing("") { start in
      guard text[start] == "@" else { return nil }
      let end = text.runEnd(start + 1) { $0.isWord }
      return end > start + 1 ? end : nil
    }
  }

  private static func isDeletedIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    (0x31c0...0x4dff).contains(scalar.value) || (0x4e00...0x9fff).contains(scalar.value)
  }

  private static let dashes: Set<Unicode.Scalar> = Set(
    "-\u{58a}\u{5be}\u{1400}\u{1806}\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2e17}\u{2e1a}\u{2e3a}\u{2e3b}\u{2e40}\u{301c}\u{3030}\u{30a0}\u{fe31}\u{fe32}\u{fe58}\u{fe63}\u{ff0d}"
      .unicodeScalars)
  private static func isDash(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "-" || scalar.value > 0x7f && dashes.contains(scalar)
  }

  private static let doubleQuotes = Set("`´«»“”¨".unicodeScalars)
  private static let singleQuotes = Set("‘’".unicodeScalars)
  private static let badPunctuation = Set("#®•©™&@·º½¾¿¡§~)(][}{|\\/*".unicodeScalars)

  /// `\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`
  private static func networkAddressEnd(_ text: Scalars, _ start: Int) -> Int? {
    var index = start
    for part in 0..<4 {
      if part > 0 {
        guard text.at(index) == "." else { return nil }
        index += 1
      }
      let digits = text[index...].prefix(4).prefix { $0.isDigit }.count
      // Before a stop all digits must fit; the last part takes what it can.
      guard digits > 0, digits <= 3 || part == 3 else { return nil }
      index += Swift.min(digits, 3)
    }
    return index
  }

  /// `\d:\d\d\s+$`
  private static func withoutFinalTime(_ text: Scalars) -> Scalars {
    guard let last = text.lastIndex(where: { !$0.isSpace }), last < text.count - 1, last >= 3,
      text[last].isDigit, text[last - 1].isDigit, text[last - 2] == ":", text[last - 3].isDigit
    else { return text }
    return Scalars(text[..<(last - 3)])
  }

  /// `#\d{m,n}\b`, or `\b\d{m,}\b` without a prefix.
  private static func numberEnd(
    _ text: Scalars, _ start: Int, prefix: Unicode.Scalar?, digits: ClosedRange<Int>
  ) -> Int? {
    var first = start
    if let prefix {
      guard text[start] == prefix else { return nil }
      first += 1
    } else {
      guard text[start].isDigit, text.isBoundary(start) else { return nil }
    }
    let end = text.runEnd(first) { $0.isDigit }
    return digits.contains(end - first) && text.isBoundary(end) ? end : nil
  }

  static let fileExtensions = ["png", "jpg", "jpeg", "bmp", "webp", "eps", "pdf", "apk", "mp4"]

  /// `[\S]+\.(?:png|…)`: within a run without spaces, up to the last such ending.
  private static func withoutFileNames(_ text: Scalars) -> Scalars {
    var deadEnd = 0
    return text.replacing("") { start in
      guard start >= deadEnd, !text[start].isSpace else { return nil }
      let runEnd = text.runEnd(start) { !$0.isSpace }
      deadEnd = runEnd
      for dot in stride(from: runEnd - 1, to: start, by: -1) where text[dot] == "." {
        if let end = text.end(ofAny: fileExtensions, at: dot + 1) { return end }
      }
      return nil
    }
  }

  /// `\s+\.\s+` becomes a space.
  private static func withoutLoneStops(_ text: Scalars) -> Scalars {
    var deadEnd = 0
    return text.replacing(" ") { start in
      guard start >= deadEnd, text[start].isSpace else { return nil }
      let stop = text.runEnd(start) { $0.isSpace }
      deadEnd = stop
      guard text.at(stop) == "." else { return nil }
      let end = text.runEnd(stop + 1) { $0.isSpace }
      return end > stop + 1 ? end : nil
    }
  }
}
