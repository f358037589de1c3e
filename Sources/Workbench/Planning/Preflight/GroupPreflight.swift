import AuditModel
import Basics
import Cohorts
import Vocabulary

/// Groups that the spec names and no row of the real table has, each with the nearest value it holds.
struct GroupPreflight {
  let specification: AuditSpecification
  let cohort: RealCohort
  /// As the spec names it.
  let table: String

  func faults() -> [AuditFailure] {
    let groups = specification.attributes.flatMap { groupsWithoutRows(of: $0) }
    return groups + (groups.isEmpty ? referencesWithoutGroup() : [])
  }

  /// Groups that are listed by name: `F` and `M` where the table says 0 and 1; and values that are
  /// gathered into a group, where another value is much like them.
  private func groupsWithoutRows(of attribute: Attribute) -> [AuditFailure] {
    let name = attribute.name
    let values = cohort.cases.map { $0.attributes[name] }
    guard let rule = specification.analysis.groups[name], values.contains(where: { $0 != nil })
    else { return [] }
    let grouping = Grouping(attribute, rule: rule, values: values)
    // Bins are never unmatched.
    let absent = grouping.unmatched(in: values)
    let drawn = specification.cohort?.attributes[name] ?? []
    // A group that only synthetic images have is theirs, unless the table fits no group at all.
    let missing =
      absent.count == grouping.groups.count
      ? absent : absent.filter { group in !drawn.contains { attribute.isSame($0, group) } }
    let found = Set(values.compactMap { $0 }).sorted()
    let strange = found.filter { ((try? grouping.index(of: $0)) ?? 0) < 0 }
    let asGroups = missing.map { group in
      let meant =
        Self.asBins(group, of: attribute)
        ?? Self.nearest(to: group, in: strange).map { "did you mean '\($0)'? " } ?? ""
      return fault(
        "value '\(group)' that analysis.groups.\(name) lists",
        hint: meant + "the column holds \(Self.shown(found))")
    }
    return asGroups
      + grouping.gatheredWithoutRows(in: values).compactMap { group, pattern -> AuditFailure? in
        guard !missing.contains(group), let meant = Self.meant(by: pattern, among: strange)
        else { return nil }
        return fault(
          "value '\(pattern.prefix(60))' that analysis.groups.\(name).\(group) gathers",
          hint: "did you mean '\(meant.prefix(60))'?")
      }
  }

  /// The value that a pattern was to fit: its text between stars is much like the value, or like as
  /// much of the value's beginning, end or middle as the stars leave.
  private static func meant(by pattern: String, among values: [String]) -> String? {
    guard pattern.contains("*") else { return nearest(to: pattern, in: values) }
    let text = pattern.replacingOccurrences(of: "*", with: "")
    var whole: [String: String] = [:]
    for value in values {
      var parts: [Substring] = []
      if !pattern.hasPrefix("*") { parts.append(value.prefix(text.count)) }
      if !pattern.hasSuffix("*") { parts.append(value.suffix(text.count)) }
      if parts.isEmpty {
        parts = value.split { !$0.isLetter && !$0.isNumber }
      }
      for part in parts { whole[String(part)] = whole[String(part)] ?? value }
    }
    return nearest(to: text, in: whole.keys.sorted()).flatMap { whole[$0] }
  }

  /// Groups of `analysis.reference` that neither the table nor a drawn cohort makes.
  private func referencesWithoutGroup() -> [AuditFailure] {
    let groups = CohortGroups(
      attributes: specification.attributes, rules: specification.analysis.groups,
      intersections: specification.analysis.intersections,
      values: { name in cohort.cases.map { $0.attributes[name] } })
    do {
      let columns = try groups.columns { name in cohort.cases.map { $0.attributes[name] } }
      return columns.compactMap { column in
        guard let name = specification.analysis.reference[column.name],
          !column.groups.contains(name), name != AnalysisSpecification.allOthers
        else { return nil }
        return fault(
          "group '\(name.prefix(60))' that analysis.reference.\(column.name) names",
          hint: (Self.nearest(to: name, in: column.groups + [AnalysisSpecification.allOthers]).map {
            "did you mean '\($0)'? "
          } ?? "")
            + "its groups are \(Self.shown(column.groups))")
      }
    } catch {
      // A word among numbers that edges would cut.
      return caught { throw error }
    }
  }

  private func fault(_ named: String, hint: String) -> AuditFailure {
    AuditFailure("\(specification.resolve(table)): no row has the \(named)", hint: hint)
  }

  /// Letters that stand alone are all alike.
  private static func nearest(to name: String, in known: [String]) -> String? {
    name.count < 3 ? nil : nearestName(to: name, in: known)
  }

  private static func shown(_ values: [String]) -> String {
    values.prefix(10).map { "'\($0.prefix(60))'" }.joined(separator: ", ")
  }

  /// What somebody means who lists `0-49` or `50+` as if they were words.
  private static func asBins(_ group: String, of attribute: Attribute) -> String? {
    guard attribute.kind == .number, Double(group) == nil,
      let edge = group.split(whereSeparator: { !$0.isNumber }).first
    else { return nil }
    return "bins of numbers are written by their lower edges, \"\(attribute.name)\": "
      + "{ \"edges\": [0, \(edge == "0" ? "50" : edge)] }; "
  }
}
