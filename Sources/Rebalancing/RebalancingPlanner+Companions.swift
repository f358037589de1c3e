import AuditModel

extension RebalancingPlanner {
  /// Images of the table with and without a finding, all groups of the grid.
  func tableCounts(of finding: String) -> (positives: Int, negatives: Int) {
    func sum(_ isPositive: Bool) -> Int {
      grid.cells(finding: finding, isPositive: isPositive).reduce(0) {
        $0 + (counts.cells[$1] ?? 0)
      }
    }
    return (sum(true), sum(false))
  }

  /// Adds the companions of every group to whole images; each is the nearest whole number.
  func withCompanions(_ cells: [TrainingCell], _ own: [Wish]) -> [Wish] {
    let extra = companions(of: cells, own.map { Double($0.images) })
    return zip(own, extra).map { wish, companion in
      let images = Int(companion.amount.rounded())
      guard images > 0 else { return wish }
      let reason =
        "\(images) companions of the other label, \(companion.reason)"
      return Wish(
        images: wish.images + images,
        reason: wish.images > 0 ? "\(wish.reason); and \(reason)" : reason)
    }
  }

  /// Splits `total` images in proportion to weights and those of their companions.
  func sharing(_ total: Int, _ cells: [TrainingCell], _ own: [(weight: Double, reason: String)])
    -> [Wish]
  {
    let extra = companions(of: cells, own.map(\.weight))
    let shares = apportion(
      total: total, weights: zip(own, extra).map { $0.weight + $1.amount })
    return zip(shares, zip(own, extra)).map { share, cell in
      let (own, companion) = cell
      guard companion.amount > 0 else { return Wish(images: share, reason: own.reason) }
      let reason =
        own.weight > 0
        ? "\(own.reason); more of them, \(companion.reason)"
        : "companions of the other label, \(companion.reason)"
      return Wish(images: share, reason: reason)
    }
  }

  /// What each cell gets beside its own amount, in the same unit, and why.
  private func companions(of cells: [TrainingCell], _ own: [Double]) -> [(
    amount: Double, reason: String
  )] {
    let rules = Dictionary(
      findings.map { finding in
        let table = tableCounts(of: finding)
        return (
          finding,
          Companions(
            specification.companions, positives: table.positives, negatives: table.negatives)
        )
      }, uniquingKeysWith: { first, _ in first })
    let amounts = Dictionary(zip(cells, own), uniquingKeysWith: { first, _ in first })
    return cells.map { cell in
      guard let rule = rules[cell.finding] else { return (0, "") }
      var twin = cell
      twin.isPositive.toggle()
      let (here, there) = (amounts[cell] ?? 0, amounts[twin] ?? 0)
      let beside = rule.beside(
        positives: cell.isPositive ? here : there, negatives: cell.isPositive ? there : here)
      return (cell.isPositive ? beside.positives : beside.negatives, rule.reason)
    }
  }

  /// What the set says about the label: a sentence per finding that gets images, with a warning where
  /// it still predicts it.
  ///
  /// Networks tell generated images from real ones, and then learn the label that comes with them;
  /// `audits/retraining-loop/RESULTS.md` has an example.
  func labelNotes(on record: RebalancingRecord) -> [String] {
    findings.flatMap { finding -> [String] in
      let cells = record.cells.filter { $0.finding == finding && $0.add > 0 }
      func added(_ label: String) -> Int {
        cells.filter { $0.label == label }.reduce(0) { $0 + $1.add }
      }
      let (a, b) = (added("positive"), added("negative"))
      guard a + b > 0 else { return [] }
      let table = tableCounts(of: finding)
      let after = (positives: table.positives + a, negatives: table.negatives + b)
      func share(_ images: Int, _ all: Int) -> String {
        all > 0 ? Companions.percent(Double(images) / Double(all)) : "none"
      }
      var notes = [
        "Of the \(a + b) images for \(finding), \(a) show it and \(b) do not. Afterwards "
          + "\(share(a, after.positives)) of the images with it and \(share(b, after.negatives)) of "
          + "those without it are synthetic."
      ]
      if specification.strategy == .decorrelate {
        notes.append(
          "No companions were added for \(finding): the fewest images keep its share in the table, so "
            + "that 'synthetic' predicts no label over all groups. Within a group the set has one "
            + "label only; more of the other would undo what it is for.")
      }
      if isLopsided(a, b, table: table, groups: Set(cells.map(\.groups)).count) {
        notes.append(
          "A network that tells synthetic images from real ones can learn that synthetic means "
            + "\(isDiseased(a, b, table: table) ? "diseased" : "healthy"). " + advice(table: table))
      }
      return notes
    }
  }

  /// Whether the odds of being synthetic differ between the labels by more than a factor of 2 and by
  /// more than the rounding of every group's images.
  private func isLopsided(
    _ a: Int, _ b: Int, table: (positives: Int, negatives: Int), groups: Int
  ) -> Bool {
    let all = table.positives + table.negatives
    guard table.positives > 0, table.negatives > 0 else { return true }
    let expected = Double(a + b) * Double(table.positives) / Double(all)
    let odds = (
      with: Double(a) * Double(table.negatives), without: Double(b) * Double(table.positives)
    )
    // One image per cell is what cutting in whole numbers can move.
    return abs(Double(a) - expected) > Double(groups)
      && max(odds.with, odds.without) > Self.tolerableOdds * min(odds.with, odds.without)
  }

  /// Odds ratio of label and "synthetic" from which a set is warned about.
  private static let tolerableOdds = 2.0

  private func isDiseased(_ a: Int, _ b: Int, table: (positives: Int, negatives: Int)) -> Bool {
    table.positives == 0
      || Double(a) * Double(table.negatives) > Double(b) * Double(table.positives)
  }

  private func advice(table: (positives: Int, negatives: Int)) -> String {
    if table.positives == 0 || table.negatives == 0 {
      return "The training table has one label only, which no set can make up for."
    }
    if specification.companions != .tableRatio {
      return "Train on the set alone before the real images, or choose the companions 'tableRatio'."
    }
    return "Raise the budget or the maximum synthetic share, or consider sampling weights."
  }
}
