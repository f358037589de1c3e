/// Text as code points, with the character classes of Python's `re`.
///
/// The reference cleans captions with Python, whose strings are code points; Swift's characters
/// are grapheme clusters and would match elsewhere.
typealias Scalars = [Unicode.Scalar]

extension Unicode.Scalar {
  /// `\s` and `str.isspace`: white space, and the separators U+001C to U+001F.
  var isSpace: Bool {
    switch value {
    case 0x09...0x0d, 0x1c...0x20, 0x85, 0xa0: true
    case 0..<0x1680: false
    default: properties.isWhitespace
    }
  }

  /// `\d`: decimal digits of any script.
  var isDigit: Bool {
    value < 0x80 ? (0x30...0x39).contains(value) : properties.generalCategory == .decimalNumber
  }

  /// `\w`: letters, anything with a numeric value, and the underscore.
  var isWord: Bool {
    if value < 0x80 { return isASCIILetter || isDigit || self == "_" }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber:
      return true
    default: return properties.numericType != nil
    }
  }

  /// `[a-zA-Z]`.
  var isASCIILetter: Bool {
    (0x61...0x7a).contains(value) || (0x41...0x5a).contains(value)
  }
}

extension Scalars {
  init(_ text: String) { self = Scalars(text.unicodeScalars) }

  /// Replaces what begins at an `&`.
  ///
  /// - Parameter reference: What stands for the text from that index, and where the text ends.
  func replacingReferences(_ reference: (Int) -> (Scalars, end: Int)?) -> Scalars {
    guard contains("&") else { return self }
    var result = Scalars()
    result.reserveCapacity(count)
    var index = 0
    while index < count {
      guard self[index] == "&", let (replacement, end) = reference(index) else {
        result.append(self[index])
        index += 1
        continue
      }
      result.append(contentsOf: replacement)
      index = end
    }
    return result
  }

  var text: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: self)
    return String(view)
  }

  /// The code point at an index, `nil` outside.
  func at(_ index: Int) -> Unicode.Scalar? { indices.contains(index) ? self[index] : nil }

  /// `\b`: whether exactly one side of the index is a word character.
  func isBoundary(_ index: Int) -> Bool {
    (at(index - 1)?.isWord ?? false) != (at(index)?.isWord ?? false)
  }

  /// Where the run of code points that satisfy `condition` ends, `start` if there is none.
  func runEnd(_ start: Int, _ condition: (Unicode.Scalar) -> Bool) -> Int {
    var end = start
    while end < count, condition(self[end]) { end += 1 }
    return end
  }

  /// The end of `word` at an index, or `nil` when something else is there.
  func end(of word: String, at start: Int) -> Int? {
    var index = start
    for scalar in word.unicodeScalars {
      guard index < count, self[index] == scalar else { return nil }
      index += 1
    }
    return index
  }

  /// The end of the first of `words` that is at an index.
  func end(ofAny words: [String], at start: Int) -> Int? {
    for word in words {
      if let end = end(of: word, at: start) { return end }
    }
    return nil
  }

  /// `re.sub`: replaces every match, from the left, without overlap.
  ///
  /// - Parameter match: The end of the match that begins at an index, beyond it, or `nil`.
  func replacing(_ replacement: String, _ match: (Int) -> Int?) -> Scalars {
    var result = Scalars()
    result.reserveCapacity(count)
    var index = 0
    while index < count {
      if let end = match(index) {
        result.append(contentsOf: replacement.unicodeScalars)
        index = end
      } else {
        result.append(self[index])
        index += 1
      }
    }
    return result
  }

  /// Replaces every run of at least `minimum` code points that satisfy `condition`.
  func replacingRuns(
    of condition: (Unicode.Scalar) -> Bool, minimum: Int = 1, with replacement: String
  ) -> Scalars {
    replacing(replacement) { start in
      let end = runEnd(start, condition)
      return end - start >= minimum ? end : nil
    }
  }

  /// `str.strip`.
  func stripped() -> Scalars {
    guard let first = firstIndex(where: { !$0.isSpace }),
      let last = lastIndex(where: { !$0.isSpace })
    else { return [] }
    return Scalars(self[first...last])
  }

  /// `str.lower`: full mappings, and a sigma at the end of a word in its final form.
  func lowercased() -> Scalars {
    var result = Scalars()
    result.reserveCapacity(count)
    for (index, scalar) in enumerated() {
      if scalar.value < 0x80 {
        let isUpper = (0x41...0x5a).contains(scalar.value)
        result.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) + 0x20) : scalar)
      } else if scalar == "\u{3a3}" {
        result.append(isFinalSigma(at: index) ? "\u{3c2}" : "\u{3c3}")
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return result
  }

  private func isFinalSigma(at index: Int) -> Bool {
    let before = self[..<index].last { !$0.properties.isCaseIgnorable }
    let after = self[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }
}
