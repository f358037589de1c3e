import AuditModel
import Vocabulary

/// What else moves when one attribute is prompted otherwise: another attribute, or the finding.
///
/// The shift of a reading between two arms is told in standard deviations of that reading over base
/// cases, years for age. 0.2 of them is a small effect by Cohen's words; of a finding's reading it
/// moves an AUC by 0.056 at most, φ(0) · 0.2 / √2, about the usual δ.
struct ShiftGates {
  static let margin = 0.2
  static let years = 3.0

  let sets: ArmSets

  /// Whether one output of a predictor moves with an attribute that it is not about.
  ///
  /// - Parameter scores: Image to the output's value.
  func offTarget(
    of attribute: String, output: AttributePrediction, predictor: String, scores: [Int64: Double]
  ) -> GateResult {
    // Years have a margin of their own; other numbers are told in standard deviations.
    let isAge = output == .number(attribute: "age")
    let unit = isAge ? "years" : "standard deviations"
    let margin = isAge ? Self.years : Self.margin
    let all = isAge ? Unit() : self.unit(of: scores) { _ in true }
    let found = worst(attribute, scores: scores, margin: margin) { _ in all }
    var gate = GateResult(
      .offTarget, name: "Another \(attribute) leaves \(Self.words(output)) alone, by \(predictor)",
      status: .notRun, value: found?.value.estimate,
      rule: "shown to lie within ±\(GateWords.number(margin, isAge ? 0 : 1)) \(unit)",
      sentence: "\(predictor) read no pair of arms that differ in \(attribute).")
    gate.attribute = attribute
    gate.confounder = output.attribute
    guard let found else { return gate }
    gate.status = GateRule.worst(
      [found.status] + found.cells.map(\.status).filter { $0 == .fail })
    gate.lower = found.value.lower
    gate.upper = found.value.upper
    gate.cells = found.cells
    gate.sentence =
      "Prompting \(found.second) instead of \(found.first) moves what \(predictor) reads of "
      + "\(output.outputName) by \(GateWords.interval(found.value)) \(unit) (95 % interval over "
      + "\(found.clusters) base cases)"
      + (gate.status == .pass
        ? "."
        : gate.status == .warn
          ? ": neither a shift nor its absence is shown."
          : ": differences by \(attribute) are also differences by \(output.attribute).")
    return gate
  }

  /// `age`, and `sex (Female)` where a predictor has an output for every value.
  private static func words(_ output: AttributePrediction) -> String {
    switch output {
    case .number(let attribute): attribute
    case .value(let attribute, let value): "\(attribute) (\(value))"
    }
  }

  /// Whether a panel member's reading of a finding moves with an attribute. By label, because a common
  /// shift of both labels leaves every AUC alone.
  ///
  /// - Parameter scores: Image to the member's reading, on the logit scale where it is a probability.
  func finding(
    _ finding: String, by attribute: String, member: String, scores: [Int64: Double]
  ) -> GateResult {
    let part = ShiftGates(sets: sets.keeping { $0.finding == finding })
    let units = [true, false].map { label in
      part.unit(of: scores) { $0.isPositive == label }
    }
    let found = part.worst(attribute, scores: scores, margin: Self.margin) {
      units[$0.isPositive ? 0 : 1]
    }
    var gate = GateResult(
      .findingShift, name: "\(finding) reads alike by \(attribute), \(member)", status: .notRun,
      rule:
        "in positives and in negatives shown to lie within ±\(GateWords.number(Self.margin, 1)) "
        + "standard deviations",
      sentence: "\(member) read no pair of arms that differ in \(attribute).")
    gate.attribute = attribute
    // What was read is this finding alone: verdicts on other findings do not rest on it.
    gate.finding = finding
    gate.confounder = finding
    guard let found, !found.cells.isEmpty else { return gate }
    gate.status = GateRule.worst(found.cells.map(\.status))
    gate.value = found.cells.compactMap(\.value?.estimate).max { abs($0) < abs($1) }
    gate.cells = found.cells
    gate.sentence =
      "Prompting \(found.second) instead of \(found.first) moves what \(member), which is not under "
      + "audit, reads of \(finding) by "
      + found.cells.map { "\(GateWords.interval($0.value)) in \($0.label) base cases" }
      .joined(separator: " and ") + ", in standard deviations of its readings"
      + (gate.status == .pass
        ? "."
        : gate.status == .warn
          ? ": neither a shift nor its absence is shown."
          : ": the finding is not drawn alike, or the reference classifier is biased itself.")
    return gate
  }

  // MARK: Shifts

  struct Shift {
    var first: String
    var second: String
    var value: IntervalEstimate
    var status: GateResult.Status
    var cells: [GateCell]
    var clusters: Int
  }

  /// The largest shift of any reading, in standard deviations over base cases.
  ///
  /// - Parameter readings: How many kinds of them the gate looks at.
  func drift(_ attribute: String, _ scores: [Int64: Double], readings: Int) -> Shift? {
    let all = unit(of: scores) { _ in true }
    return worst(attribute, scores: scores, margin: Self.margin, readings: readings) { _ in all }
  }

  /// What shifts are told in.
  private struct Unit {
    var size = 1.0
    /// By base case: its share of the variance that ``size`` is the root of, less 1; none where the unit is
    /// no estimate.
    var leverage: [Int: Double] = [:]
  }

  /// Of all pairs of values the one whose mean shift is largest.
  ///
  /// - Parameters:
  ///   - readings: Kinds of them that fail the gate together.
  ///   - unit: What a base case's shifts are divided by; nil leaves them out.
  private func worst(
    _ attribute: String, scores: [Int64: Double], margin: Double, readings: Int = 1,
    unit: (ArmSets.BaseCase) -> Unit?
  ) -> Shift? {
    var shifts: [[String]: [ArmMeasurement]] = [:]
    for pair in sets.pairs(of: attribute) {
      let base = sets.baseCases[pair.baseCase]
      guard let a = scores[pair.first.id], let b = scores[pair.second.id], let unit = unit(base),
        unit.size > 0, let first = pair.first.attributes[attribute],
        let second = pair.second.attributes[attribute]
      else { continue }
      shifts[[first, second], default: []].append(
        ArmMeasurement(
          base, (b - a) / unit.size, leverage: unit.leverage[pair.baseCase] ?? 0))
    }
    let cellCount =
      shifts.values.map { rows in
        Set(rows.map { "\($0.finding)\u{1F}\($0.isPositive)" }).count
      }.max() ?? 0
    let level = GateRule.level(ofEach: readings * shifts.count * (1 + cellCount))
    func judged(_ part: ArmMeasurements) -> (IntervalEstimate?, GateResult.Status) {
      let status = GateRule.within(
        margin, narrow: part.standardisedMean(level: 0.9),
        wide: part.standardisedMean(level: level))
      return (part.standardisedMean(), status)
    }
    return shifts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .compactMap { values, rows -> Shift? in
        let all = ArmMeasurements(rows, clusterCount: sets.clusterCount)
        let (value, status) = judged(all)
        guard let value else { return nil }
        return Shift(
          first: values[0], second: values[1], value: value, status: status,
          cells: all.byCell().map { finding, label, part in
            let (value, status) = judged(part)
            return GateCell(
              finding: finding, label: label, status: status, clusters: part.clusters, value: value)
          }, clusters: all.clusters)
      }.max { abs($0.value.estimate ?? 0) < abs($1.value.estimate ?? 0) }
  }

  /// Standard deviation over base cases of the mean reading of a base case's arms.
  private func unit(
    of scores: [Int64: Double], where isKept: (ArmSets.BaseCase) -> Bool
  ) -> Unit? {
    var means: [(place: Int, value: Double)] = []
    for (place, base) in sets.baseCases.enumerated() where isKept(base) {
      let values = base.arms.compactMap { scores[$0.id] }
      if !values.isEmpty { means.append((place, values.reduce(0, +) / Double(values.count))) }
    }
    guard means.count > 1 else { return nil }
    let middle = means.reduce(0) { $0 + $1.value } / Double(means.count)
    let squares = means.map { ($0.value - middle) * ($0.value - middle) }
    let variance = squares.reduce(0, +) / Double(means.count - 1)
    guard variance > 0 else { return nil }
    return Unit(
      size: variance.squareRoot(),
      leverage: Dictionary(
        uniqueKeysWithValues: zip(means, squares).map { ($0.place, $1 / variance - 1) }))
  }
}
