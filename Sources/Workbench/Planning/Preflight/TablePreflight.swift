import AuditModel
import Basics
import Cohorts
import Fairness
import Foundation
import Rebalancing
import Tables
import Vocabulary

/// Tables exist, have the columns that the spec names, and hold what the spec counts on.
struct TablePreflight {
  let preflight: Preflight

  private var specification: AuditSpecification { preflight.specification }

  /// The real cohort, where it can be read, and what is wrong with its table.
  func cohort() -> (RealCohort?, [AuditFailure]) {
    guard let real = specification.real else { return (nil, []) }
    let missing = missingColumns(of: real)
    guard missing.isEmpty else { return (nil, missing) }
    do {
      let cohort = try RealCohort(
        real, resolve: specification.resolve,
        defaultFindings: Set(
          specification.auditedFindings
            + specification.classifiers.flatMap { $0.kind.declaredFindings }
        ).sorted())
      return (cohort, groupsWithoutRows(cohort, real))
    } catch {
      return (nil, caught { throw error })
    }
  }

  /// Every column that the spec names and the table lacks, at once.
  private func missingColumns(of real: RealCohortSpecification) -> [AuditFailure] {
    let path = specification.resolve(real.table)
    guard FileManager.default.fileExists(atPath: path),
      let table = try? Table(contentsOf: path, format: real.format, keeping: [])
    else { return [] }  // Reading the cohort says what is wrong with the file.
    return real.namedColumns.filter { !table.hasColumn($0.column) }.map { named in
      let nearest = nearestName(to: named.column, in: table.header.filter { !$0.isEmpty })
      return AuditFailure(
        "\(path) has no column '\(named.column)', which \(named.key) names",
        hint: nearest.map { "did you mean '\($0)'?" }
          ?? "its columns are \(table.header.filter { !$0.isEmpty }.prefix(20).joined(separator: ", "))"
      )
    }
  }

  /// The same of the training table.
  private func missingColumns(
    of rebalance: RebalanceSpecification, path: String, grid: CellGrid
  ) -> [AuditFailure] {
    guard let table = try? Table(contentsOf: path, format: rebalance.format, keeping: []) else {
      return []
    }
    let findings = specification.cohort?.findings.map(\.name) ?? []
    let named =
      findings.map { (key: "labels.\($0)", column: rebalance.labels[$0] ?? $0) }
      + grid.groupings.map {
        (key: $0.attribute.name, column: rebalance.column(of: $0.attribute.name))
      }
    let header = table.header.filter { !$0.isEmpty }
    return named.filter { !table.hasColumn($0.column) }.map { named in
      AuditFailure(
        "\(path) has no column '\(named.column)', which rebalance.columns.\(named.key) names or means",
        hint: nearestName(to: named.column, in: header).map { "did you mean '\($0)'?" }
          ?? "its columns are \(header.prefix(20).map { "'\($0)'" }.joined(separator: ", "))")
    }
  }

  /// Groups that the plan lists by name and no row has: `F` and `M` where the table says 0 and 1.
  private func groupsWithoutRows(_ cohort: RealCohort, _ real: RealCohortSpecification)
    -> [AuditFailure]
  {
    specification.attributes.flatMap { attribute -> [AuditFailure] in
      let name = attribute.name
      let values = cohort.cases.map { $0.attributes[name] }
      let rule = specification.analysis.groups[name]
      let grouping = Grouping(attribute, rule: rule, values: values)
      guard rule != nil, values.contains(where: { $0 != nil }) else { return [] }
      // Bins are never unmatched.
      let listed = grouping.groups
      let absent = grouping.unmatched(in: values)
      let drawn = specification.cohort?.attributes[name] ?? []
      // A group that only synthetic images have is theirs, unless the table fits no group at all.
      let missing =
        absent.count == listed.count
        ? absent : absent.filter { group in !drawn.contains { attribute.isSame($0, group) } }
      let found = Set(values.compactMap { $0 }).sorted()
      return missing.map { group in
        // One letter is near to any other.
        let nearest =
          group.count < 3
          ? nil : nearestName(to: group, in: found.filter { !listed.contains($0) })
        let meant =
          Self.asBins(group, of: attribute) ?? nearest.map { "did you mean '\($0)'? " } ?? ""
        return AuditFailure(
          "\(specification.resolve(real.table)): no row has the value '\(group)' that "
            + "analysis.groups.\(name) lists",
          hint: meant
            + "the column holds \(found.prefix(10).map { "'\($0)'" }.joined(separator: ", "))")
      }
    }
  }

  /// What somebody means who lists `0-49` or `50+` as if they were words.
  private static func asBins(_ group: String, of attribute: Attribute) -> String? {
    guard attribute.kind == .number, Double(group) == nil,
      let edge = group.split(whereSeparator: { !$0.isNumber }).first
    else { return nil }
    return "bins of numbers are written by their lower edges, \"\(attribute.name)\": "
      + "{ \"edges\": [0, \(edge == "0" ? "50" : edge)] }; "
  }

  /// The training table, its columns and the sentences of the prompts.
  /// - Parameter real: Attributes of the real cases, where the table could be read.
  func rebalancing(real: [AttributeValues]) -> [AuditFailure] {
    guard let rebalance = specification.rebalance, let cohort = specification.cohort else {
      return []
    }
    let grid = RebalanceStage.grid(of: specification, rebalance: rebalance, real: real)
    let path = specification.resolve(rebalance.trainingTable)
    var faults = missingColumns(of: rebalance, path: path, grid: grid)
    // Reading the table would name the first of them once more.
    faults +=
      !faults.isEmpty
      ? []
      : caught {
        let counts = try TrainingCounts(
          contentsOf: path, specification: rebalance, findings: cohort.findings.map(\.name),
          grid: grid)
        if counts.total > 0, counts.outside == counts.total {
          throw AuditFailure(
            "\(path): none of its \(counts.total) images falls into a group of the cohort",
            hint:
              "compare the values of its columns with 'cohort.attributes' and analysis.groups.age"
          )
        }
      }
    faults += caught {
      // A generator that does not open is a fault of its own.
      let generator = try? preflight.makeGenerator(cohort)
      _ = try RebalanceStage.impressions(
        rebalance, findings: cohort.findings, resolve: specification.resolve,
        caption: generator?.card.caption ?? .chexgen)
    }
    if let images = rebalance.trainingImages.map(specification.resolve) {
      var isFolder: ObjCBool = false
      if !FileManager.default.fileExists(atPath: images, isDirectory: &isFolder)
        || !isFolder.boolValue
      {
        faults.append(
          AuditFailure(
            "the folder of training images '\(images)' does not exist",
            hint: "correct 'rebalance.trainingImages', or remove it to skip that check"))
      }
    }
    return faults
  }
}
