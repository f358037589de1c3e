/// Cleans captions exactly as the generator's training did, quirks included.
///
/// The rules run in the reference's order, and all of them twice: cleaning is not idempotent, and
/// the texts the generator has learnt from went through two passes. Measurements such as
/// `3.1x2.2` and codes such as `t12` fare badly, on purpose.
///
/// Of ftfy, which the reference calls in between, ``TextRepair`` says what is covered.
/// - SeeAlso: `clean_caption` of the reference, from DeepFloyd IF.
package struct CaptionCleaner: Sendable {
  package init() {}

  /// The caption as the tokenizer gets it: both passes.
  package func clean(_ caption: String) -> String { cleanedOnce(cleanedOnce(caption)) }

  /// One pass over the rules.
  package func cleanedOnce(_ caption: String) -> String {
    var text = PercentEncoding.decoded(Scalars(caption))
    text = text.stripped().lowercased()
    text = text.replacing("person") { text.end(of: "<person>", at: $0) }
    text = CaptionAddressRules.withoutAddresses(text, scheme: .web)
    text = CaptionAddressRules.withoutAddresses(text, scheme: .www)
    text = HTMLText.text(of: text)
    text = CaptionSymbolRules.apply(to: text)
    text = TextRepair.repaired(text)
    text = HTMLEntities.unescaped(HTMLEntities.unescaped(text)).stripped()
    text = CaptionWordRules.apply(to: text)
    return text.text
  }
}

/// `urllib.parse.unquote_plus`: `+` is a space, `%XX` are bytes of UTF-8.
enum PercentEncoding {
  static func decoded(_ text: Scalars) -> Scalars {
    let spaced = text.map { $0 == "+" ? " " : $0 }
    guard spaced.contains("%") else { return spaced }
    var result = Scalars()
    var bytes: [UInt8] = []
    // Only runs of ASCII decode together; other characters separate them.
    func flush() {
      result.append(contentsOf: String(decoding: bytes, as: UTF8.self).unicodeScalars)
      bytes.removeAll(keepingCapacity: true)
    }
    var index = 0
    while index < spaced.count {
      let scalar = spaced[index]
      if scalar == "%", let high = hexadecimal(spaced.at(index + 1)),
        let low = hexadecimal(spaced.at(index + 2))
      {
        bytes.append(high << 4 | low)
        index += 3
      } else if scalar.isASCII {
        bytes.append(UInt8(scalar.value))
        index += 1
      } else {
        flush()
        result.append(scalar)
        index += 1
      }
    }
    flush()
    return result
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar?) -> UInt8? {
    guard let scalar, scalar.isASCII else { return nil }
    return Character(scalar).hexDigitValue.map { UInt8($0) }
  }
}
