import AuditModel
import Vocabulary

/// Values and patterns that `analysis.groups` gathers and no row of the real table has, as sentences:
/// rules are shared between tables, so one that nothing in this table resembles is told and not refused.
struct GatheredValues {
  let specification: AuditSpecification
  /// An attribute's value of every row, nil where it is unknown.
  let values: (String) -> [String?]

  func notes() -> [String] {
    specification.attributes.flatMap { attribute -> [String] in
      let name = attribute.name
      let drawn = specification.cohort?.attributes[name] ?? []
      guard let rule = specification.analysis.groups[name] else { return [] }
      return Grouping(attribute, rule: rule).gatheredWithoutRows(in: values(name) + drawn).map {
        "No row of the real table has the value '\($0.pattern.prefix(60))' that "
          + "analysis.groups.\(name).\($0.group) gathers."
      }
    }
  }
}
