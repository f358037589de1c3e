import Foundation

/// The repairs of ftfy's `fix_text` in its default configuration, line by line until nothing
/// changes.
///
/// Covered: entities (unless a line holds `<`), C1 controls read as Windows-1252, Latin
/// ligatures, character width, curly quotes, line breaks, terminal escapes, control characters,
/// composition (NFC), and the commonest wrong encodings (``EncodingRepair``). Surrogates cannot occur in
/// Swift strings.
/// - SeeAlso: ftfy 6.3.1.
enum TextRepair {
  static func repaired(_ text: Scalars) -> Scalars {
    var result = Scalars()
    result.reserveCapacity(text.count)
    var unescapes = true
    var start = 0
    while start < text.count {
      let lineBreak = text[start...].firstIndex(of: "\n").map { $0 + 1 } ?? text.count
      let end = min(lineBreak, start + 1_000_000)
      let segment = Scalars(text[start..<end])
      // A line with '<' switches entities off for the lines after it too.
      if segment.contains("<") { unescapes = false }
      result.append(contentsOf: repaired(segment, unescapes: unescapes))
      start = end
    }
    return result
  }

  private static func repaired(_ segment: Scalars, unescapes: Bool) -> Scalars {
    var text = segment
    let unescapes = unescapes && !text.contains("<")
    while true {
      let before = text
      if unescapes { text = withoutEntities(text) }
      if text.contains(where: { $0.value > 0x7e || $0.value < 0x20 }) {
        text = EncodingRepair.repaired(text)
        text = withoutC1Controls(text)
        text = widthAndLigatures(text)
        text = withUnixLineBreaks(text)
        text = withoutTerminalEscapes(text)
        text = text.filter { !isControl($0) }
        text = Scalars(text.text.precomposedStringWithCanonicalMapping)
      }
      if text == before { return text }
    }
  }

  /// `&name;` and `&#number;` with the closing `;`.
  private static func withoutEntities(_ text: Scalars) -> Scalars {
    text.replacingReferences { entity(in: text, at: $0) }
  }

  private static func entity(in text: Scalars, at start: Int) -> (Scalars, end: Int)? {
    let isNumeric = text.at(start + 1) == "#"
    let first = start + (isNumeric ? 2 : 1)
    let end = text.runEnd(first) { $0.isASCIILetter || $0.isASCII && $0.isDigit }
    guard (1...24).contains(end - first), text.at(end) == ";" else { return nil }
    if isNumeric {
      let decoded = HTMLEntities.unescaped(Scalars(text[start...end]))
      return decoded.contains(";") ? nil : (decoded, end + 1)
    }
    let name = Scalars(text[first..<end]).text
    if let scalars = HTMLEntities.character(named: name) { return (scalars, end + 1) }
    // Upper-cased names of entities that exist in lower case only.
    let lower = name.lowercased()
    guard name == name.uppercased(), name != lower,
      let scalars = HTMLEntities.character(named: lower),
      HTMLEntities.unescaped(Scalars("&\(name);")) == Scalars("&\(name);")
    else { return nil }
    return (Scalars(scalars.text.uppercased()), end + 1)
  }

  static func withoutC1Controls(_ text: Scalars) -> Scalars {
    text.map { (0x80...0x9f).contains($0.value) ? HTMLEntities.windows1252[$0.value] ?? $0 : $0 }
  }

  private static let ligatures: [Unicode.Scalar: String] = [
    "Ĳ": "IJ", "ĳ": "ij", "ŉ": "ʼn", "Ǳ": "DZ", "ǲ": "Dz", "ǳ": "dz", "Ǆ": "DŽ", "ǅ": "Dž",
    "ǆ": "dž", "Ǉ": "LJ", "ǈ": "Lj", "ǉ": "lj", "Ǌ": "NJ", "ǋ": "Nj", "ǌ": "nj", "ﬀ": "ff",
    "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ſt", "ﬆ": "st",
  ]

  /// Ligatures and digraphs apart, wide and narrow forms in standard width, quotes straight.
  private static func widthAndLigatures(_ text: Scalars) -> Scalars {
    let apart = text.flatMap { ligatures[$0].map { Scalars($0) } ?? [$0] }
    let standard = apart.flatMap { scalar -> Scalars in
      switch scalar.value {
      case 0x3000: [" "]
      case 0xff01..<0xfff0: Scalars(String(scalar).precomposedStringWithCompatibilityMapping)
      default: [scalar]
      }
    }
    return standard.map { scalar in
      switch scalar.value {
      case 0x201c...0x201f: "\""
      case 0x2bc, 0x2018...0x201b: "'"
      default: scalar
      }
    }
  }

  private static func withUnixLineBreaks(_ text: Scalars) -> Scalars {
    text.replacing("\n") { start in
      switch text[start].value {
      case 0x0d: text.at(start + 1) == "\n" ? start + 2 : start + 1
      case 0x2028, 0x2029, 0x85: start + 1
      default: nil
      }
    }
  }

  /// `ESC [ numbers letter`
  private static func withoutTerminalEscapes(_ text: Scalars) -> Scalars {
    text.replacing("") { start in
      guard text[start].value == 0x1b, text.at(start + 1) == "[" else { return nil }
      let end = text.runEnd(start + 2) { $0.isDigit || $0 == ";" }
      return text.at(end)?.isASCIILetter == true ? end + 1 : nil
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x08, 0x0b, 0x0e...0x1f, 0x7f, 0x206a...0x206f, 0xfeff, 0xfff9...0xfffc: true
    default: false
    }
  }
}
