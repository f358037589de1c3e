import AuditModel
import Statistics
import Vocabulary
import Workbench

/// Arms with a known truth, looked at by one gate, in the code that a run judges it by.
struct GateWorld: World {
  /// What is looked at, and what is true of it.
  enum Subject: Sendable {
    /// A predictor sees this share of pairs move as prompted (G18).
    case effect(share: Double)
    /// A predictor of ages sees so many years for a prompted one (G18).
    case slope(Double)
    /// The last value of the attribute shifts a reading of another one by so many of its standard
    /// deviations (G19), or an age by so many years.
    case offTarget(Double)
    case years(Double)
    /// Likewise a reading of a finding (G20).
    case finding(Double)
    /// Greys of the last value are brighter by so many standard deviations (G23).
    case greys(Double)
    /// An arm is another patient with this chance (G4).
    case partners(lost: Double)
    /// Likewise; in units of two seeds that is how far arms are apart (G21).
    case distance(strange: Double)
    /// Likewise, and another wording with the second chance (G22).
    case wording(strange: Double, wording: Double)
    /// How well a predictor of an attribute does, in the measure that its gate asks for (G1).
    case agreement(Double)
    case rankCorrelation(Double)
    case macroArea(Double)
    /// All groups are as far from their real images (G9).
    case alikeDistances(groups: Int)
    /// No image is a copy (G11): none is called one, or all are not called nearer than chance.
    case noCopies
    case notNearer
  }

  var name: String
  var subject: Subject
  /// Base cases of each label and finding.
  var perCell = 20
  var findings = 1
  /// Of the attribute.
  var values = 2
  /// Of readings of two images of one base case.
  var correlation = 0.5

  struct Tally: WorldResult {
    var draws = 0
    var passes = 0
    var fails = 0
    /// The gate's interval.
    var held = HeldCount()

    static func + (a: Tally, b: Tally) -> Tally {
      Tally(
        draws: a.draws + b.draws, passes: a.passes + b.passes, fails: a.fails + b.fails,
        held: a.held + b.held)
    }
  }
  typealias Result = Tally

  static var sources: [String] {
    [
      "Vocabulary", "Images", "Fidelity", "Randomness", "Statistics", "Workbench/Gates",
      "audit-simulate/Gates",
    ].map { "Sources/" + $0 }
  }
  var weight: Double {
    switch subject {
    case .alikeDistances: 200_000
    default: Double(findings * perCell * values) * 30
    }
  }

  var gate: ValidityGate {
    switch subject {
    case .effect, .slope: .effect
    case .offTarget, .years: .offTarget
    case .finding: .findingShift
    case .greys: .acquisition
    case .partners: .identity
    case .distance: .distance
    case .wording: .promptPlacebo
    case .agreement, .rankCorrelation, .macroArea: .expression
    case .alikeDistances: .realDistance
    case .noCopies, .notNearer: .memorisation
    }
  }

  func sampler() throws -> @Sendable (Range<Int>) throws -> Tally {
    { range in
      let parts = parallelMap(count: range.count) {
        try? tally(seed: UInt64(range.lowerBound + $0 + 1))
      }.compactMap { $0 }
      guard parts.count == range.count else { throw WorldFailure(world: name) }
      return parts.reduce(Tally(), +)
    }
  }

  private func tally(seed: UInt64) throws -> Tally {
    let found = try judge(seed: seed).filter { $0.judges(gate) && $0.status != .notRun }
    guard let result = found.first, found.count == 1 else { throw WorldFailure(world: name) }
    var tally = Tally(draws: 1)
    tally.passes = result.status == .pass ? 1 : 0
    // That all are nearer is said by a warning.
    let isFail =
      if case .notNearer = subject { result.status == .warn } else { result.status == .fail }
    tally.fails = isFail ? 1 : 0
    if let truth = interval, let lower = result.lower, let upper = result.upper {
      tally.held = HeldCount(held: lower <= truth && truth <= upper ? 1 : 0, told: 1)
    }
    return tally
  }

  /// What the gate's interval is about; `nil` where it has none, or of the worst of several.
  private var interval: Double? {
    switch subject {
    case .effect(let share): share
    case .offTarget(let shift) where values == 2: shift
    case .years(let shift) where values == 2: shift
    case .partners(let lost): partnersFound(lost: lost)
    case .distance(let strange): strange
    case .wording(let strange, let wording): strange == wording ? 0 : nil
    case .agreement(let value), .rankCorrelation(let value), .macroArea(let value): value
    default: nil
    }
  }

  /// A stranger is found by chance, as one of so many.
  func partnersFound(lost: Double) -> Double { 1 - lost + lost / Double(perCell) }

  /// What it would be false to say; at the bar itself both.
  var falsehoods: (pass: Bool, fail: Bool) {
    let near = 1e-9
    func atLeast(_ value: Double, _ bar: Double) -> (pass: Bool, fail: Bool) {
      (value <= bar + near, value >= bar - near)
    }
    // A shift that is there is no false alarm.
    func within(_ value: Double, _ margin: Double) -> (pass: Bool, fail: Bool) {
      (value >= margin - near, value == 0)
    }
    switch subject {
    case .effect(let share): return atLeast(share, GateBars.effect)
    case .slope(let slope): return atLeast(slope, GateBars.slope)
    case .offTarget(let shift), .finding(let shift), .greys(let shift):
      return within(shift, GateBars.shift)
    case .years(let shift): return within(shift, GateBars.years)
    case .partners(let lost): return atLeast(partnersFound(lost: lost), GateBars.partners)
    case .distance(let strange):
      return (strange >= GateBars.near - near, strange < GateBars.strange)
    case .wording(let strange, let wording): return atLeast(strange - wording, 0)
    case .agreement(let value), .macroArea(let value): return atLeast(value, GateBars.agreement)
    case .rankCorrelation(let value): return atLeast(value, GateBars.rankCorrelation)
    case .alikeDistances, .noCopies, .notNearer: return (false, true)
    }
  }
}
