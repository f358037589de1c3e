extension Grouping {
  /// Joins the attributes and the groups of an intersection: `sex*age`, `F*0-19`.
  package static let crossing: Character = "*"

  /// The name of an intersection of attributes, or of one of its groups.
  package static func crossed(_ parts: [String]) -> String {
    parts.joined(separator: String(crossing))
  }

  /// The attributes of an intersection; one for an attribute. Names of attributes hold no ``crossing``.
  package static func attributes(of name: String) -> [String] {
    name.split(separator: crossing, omittingEmptySubsequences: false).map(String.init)
  }

  /// Whether a case with these groups belongs to `group` of `attribute`, which may be an intersection.
  ///
  /// Spellings do not count: `F*0-19` of `sex*age` holds a case of `Female` and `0-19`. A case that
  /// lacks one of the attributes belongs to none of their groups.
  package static func contains(
    group: String, of attribute: String, _ groups: AttributeValues,
    attributes known: (String) -> Attribute = Attribute.named
  ) -> Bool {
    matches(group[...], Self.attributes(of: attribute)[...], groups, known)
  }

  private static func matches(
    _ name: Substring, _ attributes: ArraySlice<String>, _ groups: AttributeValues,
    _ known: (String) -> Attribute
  ) -> Bool {
    guard let first = attributes.first, let own = groups[first] else { return false }
    let attribute = known(first)
    if attributes.count == 1 { return attribute.isSame(String(name), own) }
    // A group's own name may hold the sign that joins, so every place is tried.
    return name.indices.contains { place in
      name[place] == crossing && attribute.isSame(String(name[..<place]), own)
        && matches(name[name.index(after: place)...], attributes.dropFirst(), groups, known)
    }
  }
}
