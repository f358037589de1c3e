/// How a generator wants attributes written before the impression: `sex:Male, age:71.0, race:Black. `.
package struct AttributeCaption: Sendable, Equatable {
  /// How one attribute is written.
  package struct Form: Sendable, Equatable {
    package var attribute: String
    /// Holds `{value}` once, after at least one sign: `sex:{value}`.
    package var text: String
    /// Digits that whole numbers have after their point.
    package var decimals: Int

    package init(attribute: String, text: String, decimals: Int = 0) {
      self.attribute = attribute
      self.text = text
      self.decimals = decimals
    }

    /// What stands before the value.
    var head: String { text.range(of: "{value}").map { String(text[..<$0.lowerBound]) } ?? text }

    func written(_ value: String) -> String {
      var value = value
      if decimals > 0, let number = Attribute.number(value), number == number.rounded(),
        abs(number) < 1e6
      {
        value = "\(Int(number))." + String(repeating: "0", count: decimals)
      }
      return text.replacing("{value}", with: value)
    }
  }

  /// In the order in which they are written.
  package var forms: [Form]
  /// Between two attributes.
  package var separator: String
  /// After the last one; the impression follows.
  package var end: String

  package init(forms: [Form], separator: String = ", ", end: String = ". ") {
    self.forms = forms
    self.separator = separator
    self.end = end
  }

  /// What ChexGen was trained on; for cards that say nothing else.
  /// - SeeAlso: ChexGen, demographic prompt format (arXiv 2509.03903, released example prompts).
  package static let chexgen = AttributeCaption(
    forms: Attribute.known.map {
      Form(
        attribute: $0.name, text: "\($0.name):{value}", decimals: $0.kind == .number ? 1 : 0)
    })

  /// Names that it can write.
  package var attributes: [String] { forms.map(\.attribute) }

  /// The words before the impression; the empty text where none of the values can be written.
  ///
  /// - Parameter isReversed: Lists the same values in reverse order, which means the same.
  package func prefix(_ values: AttributeValues, isReversed: Bool = false) -> String {
    var parts = forms.compactMap { form in values[form.attribute].map(form.written) }
    if isReversed { parts.reverse() }
    return parts.isEmpty ? "" : parts.joined(separator: separator) + end
  }

  /// Whether a text begins as an attribute does.
  package func begins(_ text: String) -> Bool {
    let start = text.lowercased()
    return forms.contains { start.hasPrefix($0.head.lowercased()) }
  }

  /// The values that a prompt's attributes have, as far as it begins with any.
  package func values(of prompt: String) -> AttributeValues {
    var values = AttributeValues()
    guard begins(prompt) else { return values }
    let head = prompt.range(of: end).map { prompt[..<$0.lowerBound] } ?? prompt[...]
    for part in head.components(separatedBy: separator) {
      let text = part.trimmingPrefix { $0 == " " }
      guard let form = forms.first(where: { text.lowercased().hasPrefix($0.head.lowercased()) })
      else { continue }
      values[form.attribute] = String(text.dropFirst(form.head.count))
    }
    return values
  }

  /// The prompt without its attributes, which end at the first ``end``; values hold none.
  package func impression(of prompt: String) -> String {
    guard begins(prompt), let place = prompt.range(of: end) else { return prompt }
    return String(prompt[place.upperBound...])
  }
}
