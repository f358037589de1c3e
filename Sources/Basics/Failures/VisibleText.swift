/// Text from a stranger made harmless for a terminal, a log or a page: what would act or hide is shown
/// as `\u{…}`.
///
/// Controls (a terminal obeys them), line and paragraph separators, bidirectional marks (they turn
/// `exe.gnp` into `png.exe`), zero-width and other invisible format characters, tags, and noncharacters
/// become escapes; everything else, accents and other scripts included, stays as it is.
/// - Parameter keepingLines: Leaves line feeds and tabs, for texts of several lines.
package func visible(_ text: String, keepingLines: Bool = false) -> String {
  guard text.unicodeScalars.contains(where: { isHidden($0, keepingLines: keepingLines) }) else {
    return text
  }
  var result = ""
  result.reserveCapacity(text.utf8.count + 16)
  for scalar in text.unicodeScalars {
    if isHidden(scalar, keepingLines: keepingLines) {
      result += "\\u{" + String(scalar.value, radix: 16) + "}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// JSON with the same value in which nothing acts on a terminal: what ``visible(_:keepingLines:)`` would
/// show is written as an escape of JSON's own.
///
/// - Parameter text: JSON whose only such characters stand in strings, as in everything that encoders write.
package func visibleJSON(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { isHidden($0, keepingLines: true) }) else {
    return text
  }
  var result = ""
  result.reserveCapacity(text.utf8.count + 64)
  for scalar in text.unicodeScalars {
    guard isHidden(scalar, keepingLines: true) else {
      result.unicodeScalars.append(scalar)
      continue
    }
    for unit in String(scalar).utf16 {
      let digits = String(unit, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
  return result
}

private func isHidden(_ scalar: Unicode.Scalar, keepingLines: Bool) -> Bool {
  switch scalar.value {
  case 0x09, 0x0A: return !keepingLines
  case 0x20...0x7E: return false
  case 0x00...0x1F, 0x7F...0x9F: return true
  case 0xA0...0xFF: return scalar.value == 0xAD
  default: break
  }
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
    return true
  default:
    // Fillers that are letters by category and blank on the screen; variation selectors that only
    // change an invisible code sequence.
    return [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0].contains(scalar.value)
      || (0xFE00...0xFE0E).contains(scalar.value) || (0xE0100...0xE01EF).contains(scalar.value)
  }
}
