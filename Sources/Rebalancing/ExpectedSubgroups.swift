import AuditModel
import Vocabulary

/// The training set by finding and group, before and after the planned additions.
///
/// Counts what was drawn where images were drawn, else what is planned. An image is counted under
/// the finding it was prompted for; of the other findings nothing is known.
package func expectedSubgroups(of record: RebalancingRecord) -> [RebalancingSubgroup] {
  var findings: [String] = []
  for cell in record.cells where !findings.contains(cell.finding) { findings.append(cell.finding) }
  let names = Set(record.cells.flatMap(\.groups.attributes)).sorted(by: Attribute.precedes)
  let attributes: [(name: String, group: (RebalancingCell) -> String?)] =
    [("all", { _ in "all" })] + names.map { name in (name, { $0.groups[name] }) }
  return findings.flatMap { finding in
    let cells = record.cells.filter { $0.finding == finding }
    return attributes.flatMap { attribute, group -> [RebalancingSubgroup] in
      var groups: [String] = []
      for name in cells.compactMap(group) where !groups.contains(name) { groups.append(name) }
      return groups.map { name in
        let members = cells.filter { group($0) == name }
        func sum(_ label: String, _ value: (RebalancingCell) -> Int) -> Int {
          members.filter { $0.label == label }.reduce(0) { $0 + value($1) }
        }
        return RebalancingSubgroup(
          finding: finding, attribute: attribute, group: name,
          positivesBefore: sum("positive") { $0.have },
          negativesBefore: sum("negative") { $0.have },
          positivesAfter: sum("positive") { $0.have + ($0.drawn ?? $0.add) },
          negativesAfter: sum("negative") { $0.have + ($0.drawn ?? $0.add) })
      }
    }
  }
}
