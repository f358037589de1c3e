/// What a planned verdict compares: its groups, and behind them all others of each where these count.
struct PlannedSides {
  let groups: [PlannedGroup]
  /// By side: the groups whose cases it holds.
  let members: [[Int]]
  let pairs: [(first: Int, second: Int)]

  init(_ plan: PlannedVerdict) {
    let count = plan.groups.count
    let all = (0..<count).flatMap { first in
      ((first + 1)..<count).map { (first: first, second: $0) }
    }
    var members = (0..<count).map { [$0] }
    switch plan.comparison {
    case .allPairs: pairs = all
    case .with(let reference):
      pairs = all.filter { $0.first == reference || $0.second == reference }
    case .withAllOthers:
      members += (0..<count).map { group in (0..<count).filter { $0 != group } }
      pairs = (0..<count).map { ($0, count + $0) }
    }
    groups = members.map { PlannedGroup(joining: $0.map { plan.groups[$0] }) }
    self.members = members
  }

  /// AUC of every side where the first group is worse by `gap`: that of several groups together is the mean
  /// over its positives, as their negatives are alike.
  func areas(_ plan: PlannedVerdict, gap: Double) -> [Double] {
    zip(members, groups).map { members, side in
      members.contains(0)
        ? plan.area - gap * plan.groups[0].positives.cases / side.positives.cases : plan.area
    }
  }

  /// Covariance of two sides of different patients, from the groups that both hold.
  ///
  /// A class of n of the N cases of a side has n/N of a say in it.
  func covariance(_ row: Int, _ column: Int, _ plan: PlannedVerdict, gap: Double) -> Double {
    let (x, y) = (groups[row], groups[column])
    return members[row].filter(members[column].contains).reduce(0) { sum, index in
      let group = plan.groups[index]
      let area = index == 0 ? plan.area - gap : plan.area
      let parts = group.classVariances(area: area, correlation: plan.imageCorrelation)
      let mixed =
        group.products == 0
        ? 0
        : BinormalPlacements.covariance(area, area, correlation: -plan.imageCorrelation)
      let (positives, negatives) = (group.positives.cases, group.negatives.cases)
      return sum + parts[0] * negatives * negatives / (x.negatives.cases * y.negatives.cases)
        + parts[1] * positives * positives / (x.positives.cases * y.positives.cases)
        + group.products * mixed
        * (1 / (x.positives.cases * y.negatives.cases)
          + 1 / (x.negatives.cases * y.positives.cases))
    }
  }
}

extension PlannedVerdict {
  var sides: PlannedSides { PlannedSides(self) }
}
