import AuditModel
import Vocabulary

/// One rendering condition of a base case: the attribute values named in the prompt.
package struct Arm: Sendable, Hashable {
  package var values: AttributeValues
  /// A placebo repeats the reference arm with another seed or another wording of the same meaning.
  package var placebo: CohortSpecification.Placebo?

  package init(_ values: AttributeValues = [:], placebo: CohortSpecification.Placebo? = nil) {
    self.values = values
    self.placebo = placebo
  }

  /// Stable identifier, used as file name: `female-55-white`, `placebo-seed`.
  package var identifier: String {
    if let placebo { return "placebo-\(placebo.rawValue)" }
    let parts = values.values.map(fileNameComponent)
    return parts.isEmpty ? "plain" : parts.joined(separator: "-").lowercased()
  }

  /// The words before the impression, as the generator was trained to read them.
  ///
  /// The prompt placebo lists the same values in reverse order.
  package func promptPrefix(_ caption: AttributeCaption) -> String {
    caption.prefix(values, isReversed: placebo == .prompt)
  }
}

/// A file-name-safe form of a user's word; distinct words stay distinct.
///
/// Letters, digits, `-` and `_` stay; a word that needed changes gets a short hash of itself.
package func fileNameComponent(_ word: String) -> String {
  let safe = word.unicodeScalars.map { scalar -> Character in
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": Character(scalar)
    default: "_"
    }
  }
  let text = String(safe.prefix(60))
  if text == word, !text.isEmpty, !text.allSatisfy({ $0 == "." }) { return text }
  var hash: UInt32 = 2_166_136_261
  for byte in word.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
  let digits = String(hash, radix: 16)
  return (text.allSatisfy { $0 == "." } ? "_" : text) + "-" + digits
}
