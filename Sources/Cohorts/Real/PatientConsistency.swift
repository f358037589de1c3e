import AuditModel
import Vocabulary

/// What should be the same in all images of a patient, and is not.
enum PatientConsistency {
  /// One sentence about the patients that have more than one value of an attribute; nil where none
  /// has. Only what a patient keeps is asked about: age changes, and so may a scanner.
  static func sentence(attribute: Attribute, cases: [RealCase]) -> String? {
    guard attribute.staysWithPatient else { return nil }
    let name = attribute.name
    var first: [String: String] = [:]
    var contradicted: [String] = []
    var seen: Set<String> = []
    // Hundreds of thousands of cases share a handful of values.
    var keys: [String: String] = [:]
    for item in cases {
      guard let value = item.attributes[name] else { continue }
      let own = keys[value] ?? attribute.key(value)
      keys[value] = own
      if let known = first[item.patient] {
        if known != own, seen.insert(item.patient).inserted { contradicted.append(item.patient) }
      } else {
        first[item.patient] = own
      }
    }
    guard !contradicted.isEmpty else { return nil }
    let shown = contradicted.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    let more = contradicted.count > 5 ? " and \(contradicted.count - 5) more" : ""
    return contradicted.count == 1
      ? "One patient has more than one \(name) (\(shown)): is the patient column that of "
        + "patients?"
      : "\(contradicted.count) of \(Set(cases.map(\.patient)).count) patients have more than one "
        + "\(name) (\(shown)\(more)): is the patient column that of patients?"
  }
}
