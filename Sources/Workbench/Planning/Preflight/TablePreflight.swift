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
  func cohort() -> (ReadCohort?, [AuditFailure]) {
    guard let real = specification.real else { return (nil, []) }
    let missing = missingColumns(of: real)
    guard missing.isEmpty else { return (nil, missing) }
    var absent = AbsentNames()
    let stamps = ReadCohort.stamps(of: real, resolve: specification.resolve)
    let findings = Set(
      specification.auditedFindings + specification.classifiers.flatMap { $0.kind.declaredFindings }
    ).sorted()
    do {
      let cohort = try RealCohort(
        real, resolve: specification.resolve, defaultFindings: findings, absent: &absent)
      let groups = GroupPreflight(specification: specification, cohort: cohort, table: real.table)
      // Images of rows that were not meant are nobody's fault.
      return (
        absent.rows.isEmpty
          ? ReadCohort(cohort: cohort, defaultFindings: findings, stamps: stamps) : nil,
        absent.all + groups.faults()
      )
    } catch {
      // What reading stumbles over may follow from what is absent.
      return (nil, absent.all.isEmpty ? caught { throw error } : absent.all)
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
