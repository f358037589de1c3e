/// Covariances of everything that a planned verdict looks at.
///
/// Order: the AUCs of the groups and, where they are compared with all their others, of these; with a placebo, those of its first and of its second drawing; with a panel,
/// its mean AUCs of the groups.
struct PlannedCovariance {
  private(set) var matrix: SymmetricMatrix
  /// Index of the placebo's first drawing, and of the panel's first group.
  let placebo: Int?
  let panel: Int?
  private let plan: PlannedVerdict
  /// AUC by group.
  private let areas: [Double]

  init(_ plan: PlannedVerdict, gap: Double) {
    let sides = plan.sides
    let count = sides.groups.count
    self.plan = plan
    areas = sides.areas(plan, gap: gap)
    placebo = plan.hasPlacebo ? count : nil
    panel = plan.panel > 0 ? count + (plan.hasPlacebo ? 2 : 0) : nil
    matrix = SymmetricMatrix(
      size: count + (plan.hasPlacebo ? 2 : 0) + (plan.panel > 0 ? count : 0))
    fillGroups(sides, gap: gap)
    if let placebo { fillPlacebo(from: placebo) }
    if let panel { fillPanel(from: panel) }
    for index in matrix.entries.indices { matrix.entries[index] *= plan.varianceScale }
  }

  private mutating func set(_ row: Int, _ column: Int, _ value: Double) {
    matrix[row, column] = value
    matrix[column, row] = value
  }

  /// Of two arms of the same base cases whose scores correlate by `r`.
  private func arms(_ first: Double, _ second: Double, _ r: Double) -> Double {
    guard plan.isPaired else { return 0 }
    let shared = plan.groups[0]
    return BinormalPlacements.covariance(first, second, correlation: r)
      * (1 / shared.positives.clusters + 1 / shared.negatives.clusters)
  }

  private mutating func fillGroups(_ sides: PlannedSides, gap: Double) {
    for row in areas.indices {
      set(
        row, row,
        (sides.members[row].count > 1
          ? sides.covariance(row, row, plan, gap: gap)
          : plan.groups[row].variance(area: areas[row], correlation: plan.imageCorrelation))
          + pairs(sides.groups[row], areas[row], areas[row], 1))
      for column in 0..<row {
        set(
          row, column,
          plan.isPaired
            ? arms(areas[row], areas[column], plan.armCorrelation)
              + pairs(plan.groups[0], areas[row], areas[column], plan.armCorrelation)
            : sides.covariance(row, column, plan, gap: gap))
      }
    }
  }

  /// The part of the pairs of a positive and a negative, see ``BinormalPlacements``.
  private func pairs(_ group: PlannedGroup, _ first: Double, _ second: Double, _ r: Double)
    -> Double
  {
    max(0, BinormalPlacements.pairCovariance(first, second, correlation: r))
      / (group.positives.cases * group.negatives.cases)
  }

  /// Two drawings of one image per base case, of the arm that stands in the second group.
  private mutating func fillPlacebo(from first: Int) {
    let shared = plan.groups[0]
    let single = BinormalPlacements.covariance(plan.area, plan.area, correlation: 1)
    let twin = BinormalPlacements.covariance(
      plan.area, plan.area, correlation: plan.imageCorrelation)
    let bases = 1 / shared.positives.clusters + 1 / shared.negatives.clusters
    let home = min(1, areas.count - 1)
    let images = max(1, plan.groups[home].positives.cases / shared.positives.clusters)
    set(first, first, single * bases)
    set(first + 1, first + 1, single * bases)
    for group in areas.indices {
      set(
        first, group,
        group == home
          ? (single + (images - 1) * twin) / images * bases
          : arms(plan.area, areas[group], plan.armCorrelation))
    }
  }

  /// The panel's mean AUCs: its members share the images, and their scores correlate.
  private mutating func fillPanel(from start: Int) {
    let q = plan.panelCorrelation
    let own = 1 / Double(plan.panel)
    for row in areas.indices {
      let group = plan.groups[row]
      for column in areas.indices where column != row {
        set(start + row, column, arms(plan.area, areas[column], q * plan.armCorrelation))
        if column < row {
          set(
            start + row, start + column,
            own * arms(plan.area, plan.area, plan.armCorrelation)
              + (1 - own) * arms(plan.area, plan.area, q * plan.armCorrelation))
        }
      }
      let other = group.crossVariance(
        plan.area, plan.area, same: q, correlation: q * plan.imageCorrelation)
      set(
        start + row, start + row,
        own * group.variance(area: plan.area, correlation: plan.imageCorrelation)
          + (1 - own) * other)
      set(
        start + row, row,
        group.crossVariance(
          plan.area, areas[row], same: q, correlation: q * plan.imageCorrelation))
    }
    if let first = placebo {
      for row in areas.indices {
        set(first, start + row, arms(plan.area, plan.area, q * plan.armCorrelation))
      }
    }
  }
}

extension PlannedGroup {
  /// Covariance of two classifiers' AUCs on this group; scores of one image correlate by `same`, of two
  /// images of a cluster by `correlation`.
  func crossVariance(
    _ first: Double, _ second: Double, same: Double, correlation: Double
  ) -> Double {
    let single = BinormalPlacements.covariance(first, second, correlation: same)
    let pair = BinormalPlacements.covariance(first, second, correlation: correlation)
    return [negatives, positives].reduce(0) { sum, part in
      let squares = part.cases * part.meanSize
      return sum + (part.cases * single + (squares - part.cases) * pair) / (part.cases * part.cases)
    }
  }
}
