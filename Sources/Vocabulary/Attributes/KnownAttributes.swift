import Basics

extension Attribute {
  /// The attributes that have keys and columns of their own in contract version 1, in its order.
  ///
  /// Every other attribute is declared by naming a column (`real.columns.attributes`) or by a
  /// generator's card.
  package static let known: [Attribute] = [
    Attribute(
      name: "sex",
      spellings: [["Female", "F", "Woman", "W"], ["Male", "M", "Man"]],
      staysWithPatient: true),
    Attribute(name: "age", kind: .number, range: 0...130, unit: "years"),
    Attribute(name: "race", staysWithPatient: true),
  ]

  /// The attribute of this name, with what is known about its values.
  package static func named(_ name: String) -> Attribute {
    known.first { $0.name == name } ?? Attribute(name: name)
  }

  /// Whether the contract has a key of its own for it.
  package var isKnown: Bool { Self.known.contains { $0.name == name } }

  /// The order in which attributes are listed everywhere: known ones as in the contract, then by name.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    let ranks = [left, right].map { name in
      known.firstIndex { $0.name == name } ?? known.count
    }
    return ranks[0] == ranks[1] ? left < right : ranks[0] < ranks[1]
  }

  /// Names that would be taken for something else in tables and reports.
  private static let reserved: Set<String> = [
    "all", "overall", "attribute", "group", "groups", "finding", "label", "image", "sha256",
    "base_case", "arm", "prompt", "seed", "generator", "steps", "guidance", "condition",
    "condition_sha256", "condition_source", "severity", "attempt", "synthetic", "count", "accepted",
    "rejected_because", "path", "file_name", "have", "add", "reason", "real", "cluster",
    "reweighing_weight", "sampling_weight", "group_dro_start", "drawn", "rejected", "warning",
  ]

  /// Why `name` cannot name an attribute, as the end of a sentence; nil where it can.
  package static func problem(ofName name: String) -> String? {
    if name.isEmpty || name.allSatisfy(\.isWhitespace) { return "is empty" }
    if name.count > 60 { return "is longer than 60 characters" }
    if name.contains(Grouping.crossing) {
      return
        "must not contain '\(Grouping.crossing)', which joins the attributes of an intersection"
    }
    if name.contains(":") { return "must not contain ':', which parts an attribute from its value" }
    if name.first?.isWhitespace == true || name.last?.isWhitespace == true {
      return "must not begin or end with a space"
    }
    if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "must not contain control characters"
    }
    if reserved.contains(name.lowercased()) {
      return "is a word that tables and reports use for something else; choose another"
    }
    return nil
  }
}
