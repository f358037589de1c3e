import AuditModel
import Fairness
import Vocabulary

/// A kind of statement that is made at 95 % each, and holds in so many of them.
enum Alone: Int, CaseIterable, Sendable {
  /// Of all pairs of a question together.
  case limits
  /// Likewise within strata.
  case adjusted
  /// Of both error rates and all pairs together.
  case odds
  /// Of all pairs beyond the panel's gaps.
  case panel
  case area
  case rates
  case slope
  case shifts
  /// McNemar's and Cochran's tests of decisions.
  case flips
  case placebo

  var title: String {
    switch self {
    case .limits: "limits of all pairs"
    case .adjusted: "limits within strata"
    case .odds: "equalised odds"
    case .panel: "limits beyond the panel"
    case .area: "AUC of a group"
    case .rates: "rates of a group"
    case .slope: "calibration slope"
    case .shifts: "score shift"
    case .flips: "flips of decisions"
    case .placebo: "placebo's gap"
    }
  }
}

/// How many statements of one kind were made, and how many hold.
struct HeldCount: Sendable {
  private(set) var held = 0.0
  private(set) var told = 0.0
  /// Sums over draws, for the error: statements of one draw are false together.
  private var squares = (held: 0.0, both: 0.0, told: 0.0)

  /// Of one draw.
  init(held: Int = 0, told: Int = 0) {
    self.held = Double(held)
    self.told = Double(told)
    squares = (self.held * self.held, self.held * self.told, self.told * self.told)
  }

  static func + (a: HeldCount, b: HeldCount) -> HeldCount {
    var sum = a
    sum.held += b.held
    sum.told += b.told
    sum.squares.held += b.squares.held
    sum.squares.both += b.squares.both
    sum.squares.told += b.squares.told
    return sum
  }

  var share: Double { held / max(1, told) }

  /// Monte Carlo standard error of ``share``, a ratio of sums over draws.
  var error: Double {
    let p = share
    let sum = squares.held - 2 * p * squares.both + p * p * squares.told
    return max(0, sum).squareRoot() / max(1, told)
  }
}

/// Statements of all kinds.
struct AloneTally: Sendable {
  private(set) var counts = [HeldCount](repeating: HeldCount(), count: Alone.allCases.count)
  private var held = [Int](repeating: 0, count: Alone.allCases.count)
  private var told = [Int](repeating: 0, count: Alone.allCases.count)

  static func + (a: AloneTally, b: AloneTally) -> AloneTally {
    var sum = a
    for index in sum.counts.indices { sum.counts[index] = a.counts[index] + b.counts[index] }
    return sum
  }

  init() {}

  init(_ outcome: AnalysisOutcome, of scene: Scene) {
    let pairs = Dictionary(grouping: outcome.comparisons) { $0.question }
    for rows in pairs.values where rows.contains(where: { $0.lower != nil }) {
      note(.limits, rows) { ($0.lower, $0.upper, scene.gap(of: $0)) }
    }
    let strata = Dictionary(grouping: outcome.adjustedGaps) {
      [$0.classifier, $0.finding, $0.attribute, $0.metric.rawValue]
    }
    for rows in strata.values where rows.contains(where: { $0.lower != nil }) {
      note(.adjusted, rows) { row in
        (
          row.lower, row.upper,
          scene.gap(row.groupA, row.groupB, attribute: row.attribute, metric: row.metric)
        )
      }
    }
    for row in outcome.equalizedOdds {
      let largest = [Metric.sensitivity, .falsePositiveRate].map {
        scene.largestGap(attribute: row.attribute, metric: $0)
      }.max()
      note(.odds, largest.map { $0 <= row.upper + 1e-12 })
    }
    let panel = Dictionary(grouping: outcome.panelComparisons ?? []) { $0.question }
    for rows in panel.values where rows.contains(where: { $0.lower != nil }) {
      note(.panel, rows) { row in
        let shares = if case .panelShares = scene.truth { true } else { false }
        let gap = scene.gap(row.groupA, row.groupB, attribute: row.attribute, metric: row.metric)
        return (row.lower, row.upper, shares ? 0 : gap)
      }
    }
    groups(outcome, scene)
    arms(outcome, scene)
    counts = zip(held, told).map { HeldCount(held: $0, told: $1) }
  }

  private mutating func groups(_ outcome: AnalysisOutcome, _ scene: Scene) {
    // The panel has gaps of its own, or none.
    for row in outcome.subgroups where scene.models.contains(row.classifier) {
      let truth = { scene.value(of: row.group, attribute: row.attribute, metric: $0) }
      note(.area, row.lower, row.upper, truth(.auc))
      note(.rates, row.sensitivity?.lower, row.sensitivity?.upper, truth(.sensitivity))
      note(
        .rates, row.falsePositiveRate?.lower, row.falsePositiveRate?.upper,
        truth(.falsePositiveRate))
      // Of two normal distributions of equal spread the log odds are straight.
      if scene.levels == 0, scene.firstSpread == 1 {
        let area = scene.area(of: row.group, attribute: row.attribute)
        note(
          .slope, row.calibrationSlopeInterval?.lower, row.calibrationSlopeInterval?.upper,
          scene.shift(area: area))
      }
    }
  }

  private mutating func arms(_ outcome: AnalysisOutcome, _ scene: Scene) {
    for row in outcome.counterfactual where scene.models.contains(row.classifier) {
      let areas = [row.groupA, row.groupB].map { scene.area(of: $0, attribute: row.attribute) }
      let shift = scene.shift(area: areas[0]) - scene.shift(area: areas[1])
      let share = Double(scene.positives[0]) / Double(scene.positives[0] + scene.negatives[0])
      let truth = row.label == "positive" ? shift : row.label == "negative" ? 0 : share * shift
      note(.shifts, row.scoreShift.lower, row.scoreShift.upper, truth)
      if shift == 0 { note(.flips, row.mcnemarP.map { $0 > 0.05 }) }
    }
    for row in outcome.armAgreement where scene.truth.gap == 0 {
      note(.flips, row.cochranP.map { $0 > 0.05 })
    }
    for row in outcome.placebos where scene.models.contains(row.classifier) {
      let gap = if case .generatorNoise(let gap) = scene.truth { gap } else { 0.0 }
      note(.placebo, row.lower, row.upper, gap)
    }
  }

  private mutating func note(_ kind: Alone, _ holds: Bool?) {
    guard let holds else { return }
    told[kind.rawValue] += 1
    held[kind.rawValue] += holds ? 1 : 0
  }

  private mutating func note(_ kind: Alone, _ lower: Double?, _ upper: Double?, _ truth: Double?) {
    guard let lower, let upper, let truth else { return }
    note(kind, lower <= truth + 1e-12 && truth <= upper + 1e-12)
  }

  /// A set of limits that hold together; passed over where the truth of one is not known.
  private mutating func note<Row>(
    _ kind: Alone, _ rows: [Row],
    _ part: (Row) -> (lower: Double?, upper: Double?, truth: Double?)
  ) {
    var holds = true
    for row in rows {
      let (lower, upper, truth) = part(row)
      guard let lower, let upper else { continue }
      guard let truth else { return }
      if truth < lower - 1e-12 || truth > upper + 1e-12 { holds = false }
    }
    note(kind, holds)
  }
}

extension Scene {
  fileprivate func gap(of row: ComparisonResult) -> Double? {
    gap(row.groupA, row.groupB, attribute: row.attribute, metric: row.metric)
  }
}
