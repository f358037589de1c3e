/// Repairs UTF-8 that was once read as Latin-1 or Windows-1252, such as `â€œ` for `“`.
///
/// ftfy's approach within these two encodings: text is left alone unless two or three neighbouring
/// characters hardly occur together; then it is taken back to bytes and read as UTF-8, as a whole
/// or, where that fails, sequence by sequence. Not covered: other encodings (Windows-1250 to 1257,
/// MacRoman, code page 437), bytes that were lost, and CESU-8.
enum EncodingRepair {
  static func repaired(_ text: Scalars) -> Scalars {
    var text = text
    // Text is broken once or twice, rarely more; the bound is for texts made to loop.
    for _ in 0..<8 where isImprobable(text) {
      guard let better = whole(text) ?? parts(text), better != text else { break }
      text = better
    }
    return text
  }

  /// The whole text through bytes, if it fits one of the encodings and is then UTF-8.
  private static func whole(_ text: Scalars) -> Scalars? {
    for encode in [latin1, windows1252] {
      let bytes = text.compactMap(encode)
      guard bytes.count == text.count else { continue }
      if let decoded = String(validating: withNonBreakingSpaces(bytes), as: UTF8.self) {
        return Scalars(decoded)
      }
    }
    return nil
  }

  /// Puts back the byte 0xa0 where it became a plain space inside a likely sequence.
  private static func withNonBreakingSpaces(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0x20) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      // `Ã ` alone is the word `à`, and keeps its space unless an ending follows.
      if bytes[index] == 0xc3, index + 1 < bytes.count, bytes[index + 1] == 0x20,
        !gluedEndings.contains(where: { bytes[(index + 2)...].starts(with: $0.utf8) })
      {
        result += [0xc3, 0xa0, 0x20]
        index += 2
        continue
      }
      let count = alteredCount(bytes, index)
      result += bytes[index..<index + max(1, count)].map { count > 0 && $0 == 0x20 ? 0xa0 : $0 }
      index += max(1, count)
    }
    return result
  }

  private static let gluedEndings = [" ", "quele", "quela", "quilo", "s "]

  /// The bytes of a sequence at an index that lacks only its 0xa0; 0 where there is none.
  private static func alteredCount(_ bytes: [UInt8], _ index: Int) -> Int {
    let rest = bytes[(index + 1)...].prefix(3)
    func isSpace(_ offset: Int) -> Bool { rest.count > offset && Array(rest)[offset] == 0x20 }
    func isRest(_ offset: Int, _ excluded: Set<UInt8> = []) -> Bool {
      guard rest.count > offset else { return false }
      let byte = Array(rest)[offset]
      return (0x80...0xbf).contains(byte) && !excluded.contains(byte)
    }
    switch bytes[index] {
    case 0xc2, 0xc3, 0xc5, 0xce, 0xd0, 0xd9: return isSpace(0) ? 2 : 0
    case 0xe0...0xe3:
      let isMiddleLost = bytes[index] >= 0xe2 && isSpace(0) && isRest(1, [0x85, 0xa0])
      return isMiddleLost || isRest(0, [0x85, 0xa0]) && isSpace(1) ? 3 : 0
    case 0xf0:
      let lost = (0..<3).filter(isSpace)
      return lost.count == 1 && (0..<3).allSatisfy { lost == [$0] || isRest($0) } ? 4 : 0
    default: return 0
    }
  }

  /// Runs of characters that read like UTF-8 sequences, each on its own.
  private static func parts(_ text: Scalars) -> Scalars? {
    var result = Scalars()
    var index = 0
    while index < text.count {
      let end = sequencesEnd(text, index)
      let run = Scalars(text[index..<end])
      // Only a part of the text, so that this does not recurse without end.
      if !run.isEmpty, run.count < text.count, isImprobable(run) {
        result.append(contentsOf: repaired(run))
      } else if run.isEmpty {
        result.append(text[index])
      } else {
        result.append(contentsOf: run)
      }
      index = max(end, index + 1)
    }
    return result == text ? nil : result
  }

  /// The end of the UTF-8-like sequences at an index; the index itself where there are none.
  private static func sequencesEnd(_ text: Scalars, _ start: Int) -> Int {
    if let before = text.at(start - 1), isContinuation(before), !plain.contains(before) {
      return start
    }
    var index = start
    while let lead = text.at(index).flatMap(windows1252) {
      let count: Int
      switch lead {
      case 0xc2...0xdf: count = 1
      case 0xe0...0xef: count = 2
      case 0xf0, 0xf3: count = 3
      default: return index
      }
      let rest = text.dropFirst(index + 1).prefix(count)
      guard rest.count == count, rest.allSatisfy({ $0 == " " || isContinuation($0) })
      else { return index }
      index += count + 1
    }
    return index
  }

  private static func latin1(_ scalar: Unicode.Scalar) -> UInt8? { UInt8(exactly: scalar.value) }

  private static func windows1252(_ scalar: Unicode.Scalar) -> UInt8? {
    if let byte = windows1252Bytes[scalar] { return byte }
    guard let byte = UInt8(exactly: scalar.value),
      HTMLEntities.windows1252[scalar.value] == nil
    else { return nil }
    return byte
  }

  private static let windows1252Bytes = Dictionary(
    uniqueKeysWithValues: HTMLEntities.windows1252.map { ($1, UInt8($0)) })

  private static func isContinuation(_ scalar: Unicode.Scalar) -> Bool {
    (0x80...0xbf).contains(scalar.value)
      || windows1252(scalar).map { (0x80...0xbf).contains($0) } == true
  }

  /// Continuations that also stand for themselves beside broken text: dashes, quotes, ellipsis.
  private static let plain = Set("–—‘’‚“”„•…".unicodeScalars)

  // MARK: What hardly occurs together

  private struct Class: OptionSet {
    let rawValue: Int
    static let lowerAccented = Class(rawValue: 1)
    static let upperAccented = Class(rawValue: 2)
    static let opening = Class(rawValue: 4)
    static let closing = Class(rawValue: 8)
    static let currency = Class(rawValue: 16)
    static let numeric = Class(rawValue: 32)
    static let legal = Class(rawValue: 64)
    static let odd = Class(rawValue: 128)
    static let any: Class = [
      .lowerAccented, .upperAccented, .opening, .closing, .currency, .numeric, .legal, .odd,
    ]
    static let accented: Class = [.lowerAccented, .upperAccented]
    static let marks: Class = [.closing, .currency, .numeric]
  }

  private static func isImprobable(_ text: Scalars) -> Bool {
    for index in text.indices where text[index].value > 0x7f {
      if (0x80...0x9f).contains(text[index].value) { return true }
      if isImprobablePair(text, index) { return true }
    }
    return false
  }

  /// Whether the characters from an index, the first beyond ASCII, look like broken text.
  private static func isImprobablePair(_ text: Scalars, _ index: Int) -> Bool {
    let first = classOf(text[index])
    guard let next = text.at(index + 1) else { return false }
    let second = classOf(next)
    if text[index] == "œ" || text[index] == "Œ", !next.isASCIILetter { return true }
    if first.isEmpty { return false }
    let third = text.at(index + 2).map(classOf) ?? []
    func pair(_ left: Class, _ right: Class) -> Bool {
      !first.isDisjoint(with: left) && !second.isDisjoint(with: right)
    }
    if pair(.any, .odd) || pair(.odd, .any) { return true }
    if pair([.lowerAccented, .closing, .currency, .numeric], .upperAccented) { return true }
    if pair(.marks, .lowerAccented) || pair([.lowerAccented, .closing], .currency) { return true }
    if pair(.upperAccented, [.numeric, .legal]) || pair([.currency, .numeric], .opening) {
      return true
    }
    if first.contains(.upperAccented) && next == "°" { return true }
    if pair([.lowerAccented, .upperAccented, .currency, .closing], .opening),
      third.contains(.numeric)
    {
      return true
    }
    if pair([.lowerAccented, .upperAccented, .currency, .numeric, .legal], .closing),
      third.contains(.opening)
    {
      return true
    }
    if pair(.accented, [.opening, .closing]), text.at(index + 2)?.isWord == true { return true }
    if pair(.upperAccented, [.currency, .opening]), let before = text.at(index - 1) {
      if before.isSpace && second.contains(.currency) { return true }
      if (0x61...0x7a).contains(before.value) { return true }
    }
    // Letters of the Indic and Thai blocks, and the squares of a product.
    if text[index] == "à", "²µ¹¼½¾".unicodeScalars.contains(next) { return true }
    return text[index] == "×" && (next == "²" || next == "³")
  }

  private static func classOf(_ scalar: Unicode.Scalar) -> Class {
    switch scalar {
    case "ß", "à"..."ñ", "ü", "œ", "š", "ž", "ﬁ", "ﬂ": .lowerAccented
    case "À"..."Ñ", "Ø", "Ü", "Ý", "Œ", "Š", "Ž", "Ÿ": .upperAccented
    case "¡", "«", "¿", "©", "‘", "‚", "“", "„", "•", "‹": .opening
    case "®", "»", "”", "›", "™": .closing
    case "¢", "£", "¥", "€": .currency
    case "²", "³", "¹", "±", "¼", "½", "¾", "×", "µ", "÷", "∞", "≈", "≠", "≤", "≥": .numeric
    case "¶", "§": .legal
    case "¦", "¤", "¨", "¬", "¯", "¸", "ƒ", "ˆ", "˜", "†", "‡", "‰", "ª", "º", "\u{fffd}": .odd
    default: []
    }
  }
}
