import AuditModel
import Vocabulary

/// Are the arms of a base case one patient, and nearer to each other than to strangers?
struct IdentityGates {
  static let bar = 0.95
  /// Distances in units of the seed placebo's.
  static let near = 0.5
  static let strange = 1.0

  let pixels: PixelMeasurements

  /// Whether an image's nearest neighbour in another arm, among base cases of the same finding, label
  /// and wording, is its own base case's.
  func partners(of attribute: String) -> GateResult {
    let sets = pixels.sets
    var rows: [ArmMeasurement] = []
    var chances: [Double] = []
    for pairs in candidates(of: attribute) where pairs.count > 1 {
      let first = pairs.map { pixels.portraits[$0.first.id] }
      let second = pairs.map { pixels.portraits[$0.second.id] }
      for index in pairs.indices {
        for (own, others) in [(first[index], second), (second[index], first)] {
          guard let own else { continue }
          let likeness = others.map { $0.map { own.likeness(to: $0) } ?? -2 }
          let best = likeness.max() ?? -2
          let found = likeness[index] == best && likeness.count { $0 == best } == 1
          rows.append(ArmMeasurement(sets.baseCases[pairs[index].baseCase], found ? 1 : 0))
          chances.append(1 / Double(pairs.count))
        }
      }
    }
    let measured = ArmMeasurements(rows, clusterCount: sets.clusterCount)
    let share = measured.share()
    let parts = measured.byCell()
    func judged(_ part: ArmMeasurements) -> GateResult.Status {
      GateRule.atLeast(Self.bar, part, parts: 1 + parts.count)
    }
    let cells = parts.map { finding, label, part in
      GateCell(
        finding: finding, label: label, status: judged(part), clusters: part.clusters,
        value: part.share())
    }
    let chance = chances.isEmpty ? 0 : chances.reduce(0, +) / Double(chances.count)
    var gate = GateResult(
      .identity, name: "Arms are the same patient, by \(attribute)",
      status: GateRule.worst(
        [judged(measured)] + cells.map(\.status).filter { $0 == .fail }),
      value: share?.estimate,
      rule:
        "lower limit of the share of images whose partner is found ≥ \(GateWords.number(Self.bar))",
      sentence: rows.isEmpty
        ? "No two base cases share finding, label, wording and arms, so no partner can be missed."
        : "Among base cases of the same finding, label and wording, the image of another \(attribute) "
          + "that looks most alike is its own base case's for \(GateWords.interval(share)) of images "
          + "(95 % interval over \(measured.clusters) base cases); chance would find "
          + "\(GateWords.number(chance))\(sampleWords).")
    gate.attribute = attribute
    gate.confounder = "another patient"
    gate.lower = share?.lower
    gate.upper = share?.upper
    gate.cells = cells
    return gate
  }

  /// Pairs of arms of base cases that are alike in everything but their noise.
  private func candidates(of attribute: String) -> [[ArmSets.Pair]] {
    let sets = pixels.sets
    var groups: [[String]: [ArmSets.Pair]] = [:]
    // A dictionary's own order differs between runs, and with it the report's order and last digits.
    var order: [[String]] = []
    for pair in sets.pairs(of: attribute, limit: PixelMeasurements.pairsPerBaseCase) {
      let base = sets.baseCases[pair.baseCase]
      let key = [
        base.finding, base.label, pair.first.anchor ?? "", pair.first.arm ?? "",
        pair.second.arm ?? "",
      ]
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(pair)
    }
    return order.compactMap { groups[$0] }
  }

  /// How far arms are apart, next to how far two seeds of one prompt are.
  func distance(of attribute: String) -> GateResult {
    let arms = ArmMeasurements(
      pixels.distances[attribute] ?? [], clusterCount: pixels.sets.clusterCount)
    let strangers = ArmMeasurements(
      pixels.placeboDistances["seed"] ?? [], clusterCount: pixels.sets.clusterCount)
    let similarity = arms.mean().map(Self.similarity)
    let name = "Arms are nearer than strangers, by \(attribute)"
    let rule =
      "upper limit of the distance in units of the seed placebo's < \(Self.near); fails where it is "
      + "shown to be beyond \(Self.near) and may be \(Self.strange)"
    guard !strangers.rows.isEmpty else {
      return GateResult(
        .distance, name: name, status: .notRun, rule: rule,
        sentence: "The mean structural similarity of arms that differ in \(attribute) is "
          + "\(GateWords.interval(similarity)); without a seed placebo there is nothing to compare it "
          + "with.")
    }
    let parts = arms.byCell()
    let level = GateRule.level(ofEach: 1 + parts.count)
    func judged(_ arms: ArmMeasurements, _ strangers: ArmMeasurements)
      -> (IntervalEstimate?, GateResult.Status)
    {
      let ratio = arms.ratio(to: strangers)
      guard let upper = ratio?.upper,
        let shown = arms.ratio(to: strangers, level: level)?.lower
      else { return (ratio, .notRun) }
      let isFar = upper >= Self.strange && shown > Self.near
      return (ratio, upper < Self.near ? .pass : isFar ? .fail : .warn)
    }
    let all = judged(arms, strangers)
    let seeds = strangers.byCell()
    let cells = parts.compactMap { finding, label, part -> GateCell? in
      guard let null = seeds.first(where: { $0.finding == finding && $0.label == label }) else {
        return nil
      }
      let (value, status) = judged(part, null.part)
      return GateCell(
        finding: finding, label: label, status: status, clusters: part.clusters, value: value,
        similarity: part.mean().map(Self.similarity))
    }
    var gate = GateResult(
      .distance, name: name,
      status: GateRule.worst([all.1] + cells.map(\.status).filter { $0 == .fail }),
      value: all.0?.estimate, rule: rule,
      sentence:
        "Arms that differ in \(attribute) are \(GateWords.interval(all.0)) times as far apart as two "
        + "seeds of one prompt (structural similarity \(GateWords.number(similarity?.estimate)) against "
        + "\(GateWords.number(strangers.mean().map(Self.similarity)?.estimate)); 95 % interval over "
        + "\(arms.clusters) base cases\(sampleWords)).")
    gate.attribute = attribute
    gate.lower = all.0?.lower
    gate.upper = all.0?.upper
    gate.cells = cells
    return gate
  }

  /// Whether another wording of the same prompt moves an image less than the attribute does.
  ///
  /// The wording placebo shares its anchor with the arms: it is the null of variation within a
  /// patient, as the seed placebo is that between patients.
  func wording(against attribute: String) -> GateResult {
    let name = "Wording moves less than \(attribute)"
    var wordings: [Int32: [Double]] = [:]
    for row in pixels.placeboDistances["prompt"] ?? [] {
      wordings[row.cluster, default: []].append(row.value)
    }
    guard !wordings.isEmpty else {
      return GateResult(
        .promptPlacebo, name: name, status: .notRun,
        sentence:
          "No prompt placebo was drawn, so what another wording of the same prompt does to an "
          + "image is not known.")
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let excess = ArmMeasurements(
      (pixels.distances[attribute] ?? []).compactMap { row in
        guard let wording = wordings[row.cluster] else { return nil }
        var row = row
        row.value -= mean(wording)
        return row
      }, clusterCount: pixels.sets.clusterCount)
    let parts = excess.byCell()
    let level = GateRule.level(ofEach: 1 + parts.count)
    func judged(_ part: ArmMeasurements) -> GateResult.Status {
      guard let lower = part.mean()?.lower, let upper = part.mean(level: level)?.upper else {
        return .notRun
      }
      return lower > 0 ? .pass : upper <= 0 ? .fail : .warn
    }
    let found = excess.mean()
    let cells = parts.map { finding, label, part in
      GateCell(
        finding: finding, label: label, status: judged(part), clusters: part.clusters,
        value: part.mean())
    }
    var gate = GateResult(
      .promptPlacebo, name: name,
      status: GateRule.worst([judged(excess)] + cells.map(\.status).filter { $0 == .fail }),
      value: found?.estimate,
      sentence: "Another \(attribute) moves an image by \(GateWords.interval(found, 3)) more than "
        + "another wording of the same prompt, in 1 − structural similarity (95 % interval over "
        + "\(excess.clusters) base cases).")
    gate.attribute = attribute
    gate.lower = found?.lower
    gate.upper = found?.upper
    gate.cells = cells
    return gate
  }

  private var sampleWords: String { pixels.isSample ? ", a random sample by seed" : "" }

  private static func similarity(_ distance: IntervalEstimate) -> IntervalEstimate {
    IntervalEstimate(
      estimate: distance.estimate.map { 1 - $0 }, lower: distance.upper.map { 1 - $0 },
      upper: distance.lower.map { 1 - $0 })
  }
}
