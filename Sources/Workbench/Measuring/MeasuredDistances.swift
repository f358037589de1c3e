import AuditModel
import Fidelity

/// Distances of synthetic from real images, overall and by group.
struct MeasuredDistances {
  let scene: MeasureScene
  let groups: MeasureGroups

  func rows(encoders: [String], synthetic: MeasureScene.Part, real: MeasureScene.Part) throws
    -> [FidelityReport.DistanceRow]
  {
    var comparison = SetComparison()
    comparison.neighbours = scene.measure.neighbours
    comparison.replicates = scene.measure.replicates
    comparison.level = scene.level
    comparison.seed = scene.measure.seed
    var rows: [FidelityReport.DistanceRow] = []
    let total = Double(encoders.count * (groups.groups.count + 1))
    for encoder in encoders {
      comparison.scale = encoder == FidelityReport.radiomics ? .deviations : .asGiven
      let comparison = comparison
      func compare(_ drawn: [Int], _ taken: [Int], _ name: String) throws -> FidelityValues {
        try scene.context.checkInterrupted()
        scene.context.report(
          StageProgress(
            stage: "comparing", done: Double(rows.count), total: total, unit: "comparisons",
            detail: name))
        return comparison.compare(
          real: real.embeddings(encoder, rows: taken),
          synthetic: synthetic.embeddings(encoder, rows: drawn), name: name)
      }
      var overall = FidelityReport.DistanceRow(encoder: encoder, attribute: nil, group: nil)
      overall.values = try compare(
        sample(synthetic.set, "synthetic"), sample(real.set, "real"), "all")
      rows.append(overall)
      for group in groups.groups {
        var row = FidelityReport.DistanceRow(
          encoder: encoder, attribute: group.attribute, group: group.group)
        row.reason = group.reason
        if group.reason == nil {
          row.values = try compare(
            group.synthetic, group.real, "\(group.attribute) \(group.group)")
        }
        rows.append(row)
      }
    }
    return rows
  }

  private func sample(_ set: MeasuredSet, _ role: String) -> [Int] {
    guard set.images.count > scene.measure.limit else { return Array(set.images.indices) }
    var stream = SampleStream(seed: scene.measure.seed, name: "\(role) all")
    return stream.rows(clusters: set.images.map(\.cluster), limit: scene.measure.limit)
  }
}
