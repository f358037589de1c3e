import AuditModel

extension RebalancingPlanner {
  /// As few as make the finding equally frequent in every group, and the best use of a limit.
  ///
  /// No companions: a complete set keeps the table's share of the finding, so that the label is
  /// independent of "synthetic" over all groups already. Images of the other label in the same group
  /// would have to be undone by more of the first.
  func decorrelated(_ cells: [TrainingCell], limit: Int) -> (wishes: [Wish], granted: [Int]) {
    var needs: [TrainingCell: Decorrelation.Need] = [:]
    var shares: [TrainingCell: (own: Double, all: Double)] = [:]
    for finding in findings {
      let positive = grid.cells(finding: finding, isPositive: true)
      let groups = zip(positive, grid.cells(finding: finding, isPositive: false)).map {
        (positives: counts.cells[$0] ?? 0, negatives: counts.cells[$1] ?? 0)
      }
      let table = tableCounts(of: finding)
      for (cell, (group, need)) in zip(positive, zip(groups, Decorrelation.needs(of: groups))) {
        guard let need else { continue }
        var target = cell
        target.isPositive = need.isPositive
        needs[target] = need
        shares[target] = (
          Double(group.positives) / Double(group.positives + group.negatives),
          Double(table.positives) / Double(table.positives + table.negatives)
        )
      }
    }
    let granted = Decorrelation.allot(cells.map { needs[$0] }, limit: limit)
    let wishes = cells.map { cell -> Wish in
      guard let need = needs[cell], let share = shares[cell] else {
        return Wish(
          images: 0,
          reason: "the finding is as frequent in this group as in all, or the other label is added")
      }
      return Wish(
        images: need.images,
        reason: "brings the share with the finding from \(Companions.percent(share.own)) to the "
          + "\(Companions.percent(share.all)) of the whole table")
    }
    return (wishes, granted)
  }
}
