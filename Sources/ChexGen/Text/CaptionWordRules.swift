/// The rules after the repair of text: codes, phrases of shops and web pages, spacing, ends.
enum CaptionWordRules {
  static func apply(to text: Scalars) -> Scalars {
    var text = text
    text = text.replacing("") { shortCodeEnd(text, $0) }
    text = text.replacing("") { codeEnd(text, $0, [.letters, .digits, .letters]) }
    text = text.replacing("") { codeEnd(text, $0, [.digits, .letters, .digits]) }
    text = text.replacing("") { shippingEnd(text, $0) }
    text = text.replacing("") { downloadEnd(text, $0) }
    text = text.replacing("") { clickEnd(text, $0) }
    text = text.replacing("") { imageKindEnd(text, $0) }
    text = text.replacing("") { pageEnd(text, $0) }
    text = text.replacing(" ") { longCodeEnd(text, $0) }
    text = text.replacing("") { measurementEnd(text, $0) }
    text = text.replacing(": ") { looseColonEnd(text, $0) }
    text = withSpaceAfterPunctuation(text)
    text = text.replacingRuns(of: { $0.isSpace }, with: " ")
    return withCleanEnds(text).stripped()
  }

  /// `\b[a-zA-Z]{1,3}\d{3,15}\b`
  private static func shortCodeEnd(_ text: Scalars, _ start: Int) -> Int? {
    guard text[start].isASCIILetter, text.isBoundary(start) else { return nil }
    let digits = text.runEnd(start) { $0.isASCIILetter }
    let end = text.runEnd(digits) { $0.isDigit }
    guard digits - start <= 3, (3...15).contains(end - digits), text.isBoundary(end) else {
      return nil
    }
    return end
  }

  private enum Run {
    case letters
    case digits
  }

  /// Alternating runs between word boundaries, such as `\b[a-zA-Z]+\d+[a-zA-Z]+\b`.
  private static func codeEnd(_ text: Scalars, _ start: Int, _ runs: [Run]) -> Int? {
    guard text[start].isWord, text.isBoundary(start), let end = runsEnd(text, start, runs),
      text.isBoundary(end)
    else { return nil }
    return end
  }

  private static func runsEnd(_ text: Scalars, _ start: Int, _ runs: [Run]) -> Int? {
    var index = start
    for run in runs {
      let end = text.runEnd(index) { run == .letters ? $0.isASCIILetter : $0.isDigit }
      guard end > index else { return nil }
      index = end
    }
    return index
  }

  /// `\b\d*[a-zA-Z]+\d+[a-zA-Z]+\d+[a-zA-Z\d]*\b`
  private static func longCodeEnd(_ text: Scalars, _ start: Int) -> Int? {
    guard text[start].isWord, text.isBoundary(start) else { return nil }
    let letters = text.runEnd(start) { $0.isDigit }
    guard let rest = runsEnd(text, letters, [.letters, .digits, .letters, .digits]) else {
      return nil
    }
    let end = text.runEnd(rest) { $0.isASCIILetter || $0.isDigit }
    return text.isBoundary(end) ? end : nil
  }

  /// `(worldwide\s+)?(free\s+)?shipping`
  private static func shippingEnd(_ text: Scalars, _ start: Int) -> Int? {
    var index = start
    for word in ["worldwide", "free"] {
      guard let end = text.end(of: word, at: index) else { continue }
      index = text.runEnd(end) { $0.isSpace }
      guard index > end else { return nil }
    }
    return text.end(of: "shipping", at: index)
  }

  /// `(free\s)?download(\sfree)?`
  private static func downloadEnd(_ text: Scalars, _ start: Int) -> Int? {
    var index = start
    if let end = text.end(of: "free", at: start) {
      guard text.at(end)?.isSpace == true else { return nil }
      index = end + 1
    }
    guard let end = text.end(of: "download", at: index) else { return nil }
    guard text.at(end)?.isSpace == true else { return end }
    return text.end(of: "free", at: end + 1) ?? end
  }

  /// `\bclick\b\s(?:for|on)\s\w+`
  private static func clickEnd(_ text: Scalars, _ start: Int) -> Int? {
    guard text.isBoundary(start), let click = text.end(of: "click", at: start),
      text.at(click)?.isSpace == true,
      let word = text.end(ofAny: ["for", "on"], at: click + 1), text.at(word)?.isSpace == true
    else { return nil }
    let end = text.runEnd(word + 1) { $0.isWord }
    return end > word + 1 ? end : nil
  }

  /// `\b(?:png|…)(\simage[s]?)?`; the end of the word does not matter, so `epsilon` loses `eps`.
  private static func imageKindEnd(_ text: Scalars, _ start: Int) -> Int? {
    guard text.isBoundary(start),
      let end = text.end(ofAny: CaptionSymbolRules.fileExtensions, at: start)
    else { return nil }
    guard text.at(end)?.isSpace == true, let image = text.end(of: "image", at: end + 1) else {
      return end
    }
    return text.at(image) == "s" ? image + 1 : image
  }

  /// `\bpage\s+\d+\b`
  private static func pageEnd(_ text: Scalars, _ start: Int) -> Int? {
    guard text.isBoundary(start), let page = text.end(of: "page", at: start) else { return nil }
    let number = text.runEnd(page) { $0.isSpace }
    let end = text.runEnd(number) { $0.isDigit }
    return number > page && end > number && text.isBoundary(end) ? end : nil
  }

  /// `\b\d+\.?\d*[xх×]\d+\.?\d*\b` with the Latin x, the Cyrillic and the sign.
  private static func measurementEnd(_ text: Scalars, _ start: Int) -> Int? {
    guard text[start].isDigit, text.isBoundary(start) else { return nil }
    var cross = text.runEnd(start) { $0.isDigit }
    if text.at(cross) == "." { cross = text.runEnd(cross + 1) { $0.isDigit } }
    guard let sign = text.at(cross), sign == "x" || sign == "\u{445}" || sign == "\u{d7}" else {
      return nil
    }
    let whole = text.runEnd(cross + 1) { $0.isDigit }
    guard whole > cross + 1 else { return nil }
    if text.at(whole) == "." {
      // The longest end at a boundary; `2.2cm` gives up its decimals and keeps the stop.
      let decimals = text.runEnd(whole + 1) { $0.isDigit }
      if text.isBoundary(decimals) { return decimals }
      if text.isBoundary(whole + 1) { return whole + 1 }
    }
    return text.isBoundary(whole) ? whole : nil
  }

  /// `\b\s+\:\s+`
  private static func looseColonEnd(_ text: Scalars, _ start: Int) -> Int? {
    guard text[start].isSpace, text.isBoundary(start) else { return nil }
    let colon = text.runEnd(start) { $0.isSpace }
    guard text.at(colon) == ":" else { return nil }
    let end = text.runEnd(colon + 1) { $0.isSpace }
    return end > colon + 1 ? end : nil
  }

  /// `(\D[,\./])\b` gains a space after it.
  private static func withSpaceAfterPunctuation(_ text: Scalars) -> Scalars {
    var result = Scalars()
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let mark = text.at(index + 1)
      if !text[index].isDigit, mark == "," || mark == "." || mark == "/",
        text.isBoundary(index + 2)
      {
        result.append(contentsOf: text[index...index + 1])
        result.append(" ")
        index += 2
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// The rules at the ends; a space there, which only the final strip removes, blocks them.
  private static func withCleanEnds(_ text: Scalars) -> Scalars {
    var text = text
    let isQuote = { (scalar: Unicode.Scalar?) in scalar == "\"" || scalar == "'" }
    if text.count >= 3, isQuote(text.first), isQuote(text.last) {
      text = Scalars(text.dropFirst().dropLast())
    }
    if let first = text.first, "'_,-:;".unicodeScalars.contains(first) { text.removeFirst() }
    if let last = text.last, "'_,-:+".unicodeScalars.contains(last) { text.removeLast() }
    if text.count >= 2, text[0] == ".", !text.contains(where: \.isSpace) { text = [] }
    return text
  }
}
