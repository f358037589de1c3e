import AuditModel

/// What should be the same in all images of a patient, and is not.
enum PatientConsistency {
  /// One sentence about the patients that have more than one value of an attribute; nil where none
  /// has. Age over several visits is no contradiction and is not asked about.
  ///
  /// - Parameters:
  ///   - key: Two values with one key mean the same.
  static func sentence(
    attribute: String, cases: [RealCase], value: (RealCase) -> String?, key: (String) -> String
  ) -> String? {
    var first: [String: String] = [:]
    var contradicted: [String] = []
    var seen: Set<String> = []
    for item in cases {
      guard let value = value(item) else { continue }
      let own = key(value)
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
      ? "One patient has more than one \(attribute) (\(shown)): is the patient column that of "
        + "patients?"
      : "\(contradicted.count) of \(Set(cases.map(\.patient)).count) patients have more than one "
        + "\(attribute) (\(shown)\(more)): is the patient column that of patients?"
  }
}
