import AuditModel
import Fidelity

/// Looks for copies of training images, by pixels and in every encoder's space.
struct MeasuredCopies {
  let scene: MeasureScene
  let groups: MeasureGroups

  /// Most alike pairs that are listed.
  private static let listed = 10
  private static let alpha = 0.05

  func rows(
    encoders: [String], synthetic: MeasureScene.Part, training: MeasureScene.Part,
    heldOut: MeasureScene.Part
  ) throws -> [FidelityReport.MemorisationRow] {
    func portraits(_ part: MeasureScene.Part) -> [Portrait] { part.features.map(\.portrait) }
    var rows: [FidelityReport.MemorisationRow] = []
    try scene.context.checkInterrupted()
    scene.context.report(
      StageProgress(
        stage: "looking for copies", done: 0, total: Double(encoders.count + 1), unit: "spaces",
        detail: "pixels"))
    rows.append(
      row(
        "pixels", NearestSearch.pixels(of: portraits(synthetic), among: portraits(training)),
        NearestSearch.pixels(of: portraits(heldOut), among: portraits(training)), synthetic,
        training, heldOut))
    for (number, encoder) in encoders.enumerated() {
      try scene.context.checkInterrupted()
      scene.context.report(
        StageProgress(
          stage: "looking for copies", done: Double(number + 1), total: Double(encoders.count + 1),
          unit: "spaces", detail: encoder))
      let known = training.embeddings(encoder)
      rows.append(
        row(
          encoder, NearestSearch.embeddings(of: synthetic.embeddings(encoder), among: known),
          NearestSearch.embeddings(of: heldOut.embeddings(encoder), among: known), synthetic,
          training, heldOut))
    }
    return rows
  }

  private func row(
    _ by: String, _ nearest: [Nearest], _ null: [Nearest], _ synthetic: MeasureScene.Part,
    _ training: MeasureScene.Part, _ heldOut: MeasureScene.Part
  ) -> FidelityReport.MemorisationRow {
    let found = CopySearch(
      synthetic: nearest.map(\.likeness), syntheticClusters: synthetic.clusters,
      heldOut: null.map(\.likeness), heldOutClusters: heldOut.clusters, alpha: Self.alpha,
      level: scene.level)
    var row = FidelityReport.MemorisationRow(
      by: by, trainingImages: training.set.images.count, heldOutImages: heldOut.set.images.count,
      copies: found.copies.count, beyondAllHeldOut: found.beyondAll, beyondAllP: found.beyondAllP)
    row.limit = found.limit
    row.closeness = found.closeness
    if found.limit == nil {
      row.reason =
        "\(heldOut.set.images.count) held-out images; \(CopySearch.leastHeldOut) are needed to say what "
        + "is nearer than chance"
    }
    let copies = Set(found.copies)
    let order = nearest.indices.sorted {
      (nearest[$0].likeness, $1) > (nearest[$1].likeness, $0)
    }
    row.pairs = order.prefix(max(Self.listed, min(copies.count, 100))).map { index in
      FidelityReport.MemorisationRow.Pair(
        image: synthetic.set.images[index].name,
        trainingImage: training.set.images[nearest[index].reference].name,
        likeness: nearest[index].likeness, isCopy: copies.contains(index))
    }
    row.copiesByGroup = groups.groups.filter { !$0.allSynthetic.isEmpty }.map { group in
      FidelityReport.MemorisationRow.GroupCount(
        attribute: group.attribute, group: group.group, images: group.allSynthetic.count,
        copies: group.allSynthetic.count { copies.contains($0) })
    }
    return row
  }
}
