import AuditModel
import Cohorts
import Randomness

/// The images that a plan asks for, as cases of their own base cases and noise.
///
/// Nothing is shared with an audit cohort: the noise path starts with another purpose, and
/// ``assertDisjoint(from:)`` checks it case by case.
package struct RebalancingCohort: Sendable {
  package let cases: [CohortCase]

  /// - Parameters:
  ///   - findings: Impressions per finding and label.
  ///   - seed: Decides ages within a bin; noise is named by the path.
  package init(
    _ record: RebalancingRecord, findings: [FindingSpecification], grid: CellGrid,
    fallbackAges: [Double], seed: UInt64
  ) {
    var next: [String: Int] = [:]
    var cases: [CohortCase] = []
    let byName = Dictionary(findings.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for cell in record.cells {
      guard let finding = byName[cell.finding], cell.add > 0 else { continue }
      let isPositive = cell.label == "positive"
      let impressions = isPositive ? finding.positive : finding.negative
      for _ in 0..<cell.add {
        let index = next["\(cell.finding)/\(cell.label)", default: 0]
        next["\(cell.finding)/\(cell.label)"] = index + 1
        var stream = RandomStream(
          seed: seed, path: ["rebalancing", cell.finding, cell.label, String(index), "attributes"])
        let arm = Arm(
          sex: cell.sex, age: grid.age(named: cell.age, fallback: fallbackAges, using: &stream),
          race: cell.race)
        cases.append(
          CohortCase(
            finding: cell.finding, isPositive: isPositive, index: index, arm: arm,
            prompt: arm.promptPrefix + impressions[stream.integer(below: impressions.count)],
            noisePath: CounterfactualDesign.noisePath(
              purpose: "rebalancing", finding: cell.finding, isPositive: isPositive, index: index),
            folder: "rebalancing/images"))
      }
    }
    self.cases = cases
  }

  /// - Throws: ``AuditFailure`` when a noise path is also used by the audit.
  package func assertDisjoint(fromNoise audited: Set<[String]>) throws {
    for item in cases where audited.contains(item.noisePath) {
      throw AuditFailure(
        "the rebalancing case '\(item.imagePath)' repeats the noise of an audited base case",
        hint:
          "retraining on audited images would invalidate the next audit; report this as a defect")
    }
  }
}

extension CellGrid {
  /// A whole year within the named bin, uniformly; open bins reach ten years up.
  func age(
    named name: String?, fallback: [Double], using stream: inout RandomStream
  ) -> Double? {
    guard let name, let bin = ages.first(where: { $0.name == name }) else {
      return fallback.isEmpty ? nil : fallback[stream.integer(below: fallback.count)]
    }
    let lower = Int(bin.lower)
    let upper = Int(bin.upper ?? bin.lower + 10)
    return Double(lower + stream.integer(below: max(1, upper - lower + 1)))
  }
}
