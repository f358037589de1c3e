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
        ?? nearest(to: group, in: strange).map { "did you mean '\($0)'? " } ?? ""
      return fault(
        "value '\(group)' that analysis.groups.\(name) lists",
        hint: meant + "the column holds \(Self.shown(found))")
    }
    guard case .gathered(let gathered) = rule else { return asGroups }
    let told = gathered.filter { !missing.contains($0.name) }
    return asGroups
      + told.flatMap { group in
        group.patterns.compactMap { pattern -> AuditFailure? in
          guard !pattern.contains("*"), !found.contains(where: { attribute.isSame($0, pattern) }),
            let nearest = nearest(to: pattern, in: strange)
          else { return nil }
          return fault(
            "value '\(pattern.prefix(60))' that analysis.groups.\(name).\(group.name) gathers",
            hint: "did you mean '\(nearest.prefix(60))'?")
        }
      }
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
          !column.groups.contains(name)
        else { return nil }
        return fault(
          "group '\(name.prefix(60))' that analysis.reference.\(column.name) names",
          hint: (nearest(to: name, in: column.groups).map { "did you mean '\($0)'? " } ?? "")
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
  private func nearest(to name: String, in known: [String]) -> String? {
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
