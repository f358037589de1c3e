import AuditModel

/// One rendering condition of a base case: the attribute values named in the prompt.
package struct Arm: Sendable, Hashable {
  package var sex: String?
  /// Years.
  package var age: Double?
  package var race: String?
  /// A placebo repeats the reference arm with another seed or another wording of the same meaning.
  package var placebo: CohortSpecification.Placebo?

  package init(
    sex: String? = nil, age: Double? = nil, race: String? = nil,
    placebo: CohortSpecification.Placebo? = nil
  ) {
    self.sex = sex
    self.age = age
    self.race = race
    self.placebo = placebo
  }

  /// Stable identifier, used as file name: `female-55-white`, `placebo-seed`.
  package var identifier: String {
    if let placebo { return "placebo-\(placebo.rawValue)" }
    let parts = [sex, age.map(Arm.years), race].compactMap { $0 }.map(fileNameComponent)
    return parts.isEmpty ? "plain" : parts.joined(separator: "-").lowercased()
  }

  /// The demographic prefix exactly as ChexGen was trained on it: `sex:Male, age:71.0, race:Black. `.
  ///
  /// Attributes that are absent are left out; no attribute gives the empty string. The prompt
  /// placebo lists the same values in reverse order.
  /// - SeeAlso: ChexGen, demographic prompt format (arXiv 2509.03903, released example prompts).
  package var promptPrefix: String {
    var parts: [String] = []
    if let sex { parts.append("sex:\(sex)") }
    if let age { parts.append("age:\(Arm.promptAge(age))") }
    if let race { parts.append("race:\(race)") }
    if placebo == .prompt { parts.reverse() }
    return parts.isEmpty ? "" : parts.joined(separator: ", ") + ". "
  }

  /// Whole years without a fraction, for labels.
  package static func years(_ age: Double) -> String {
    age == age.rounded() && abs(age) < 1e6 ? String(Int(age)) : String(age)
  }

  /// The prompt writes ages with one decimal: `71.0`.
  private static func promptAge(_ age: Double) -> String {
    age == age.rounded() && abs(age) < 1e6 ? "\(Int(age)).0" : String(age)
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
