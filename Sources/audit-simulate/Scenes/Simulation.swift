import Statistics

extension Scene: World {
  typealias Result = Tally

  /// Without what only reads or writes these values.
  static let sources =
    [
      "Vocabulary", "AuditModel/Report", "AuditModel/Specification/AuditSpecification.swift",
      "Randomness", "Statistics", "Fairness", "audit-simulate/Scenes", "audit-simulate/Statements",
    ].map { "Sources/" + $0 }

  var weight: Double {
    let patients = Double((positives + negatives).reduce(0, +))
    let sizes = patients * (isPaired ? 1 : images == .one ? 1 : 4)
    return Double(findings * classifiers * (1 + references)) * (sizes + 1000)
  }

  func sampler() throws -> @Sendable (Range<Int>) throws -> Tally {
    { range in
      let tallies = parallelMap(count: range.count) {
        try? Tally(self, seed: UInt64(range.lowerBound + $0 + 1))
      }.compactMap { $0 }
      guard tallies.count == range.count else { throw WorldFailure(world: name) }
      return tallies.reduce(Tally(self), +)
    }
  }

  /// True once no kind can reasonably be above its level any more, or one is beyond doubt, and the
  /// coverage is known to half a percent or so.
  func isDecided(_ tally: Tally) -> Bool {
    let n = Double(tally.draws)
    let kinds = tally.counts.compactMap { $0 }.map {
      Proportion.wilsonLimits(rate: Double($0) / n, trials: n, z: 2.6)
    }
    if kinds.contains(where: { $0.lower > 0.05 }) { return true }
    return kinds.allSatisfy { $0.upper <= 0.05 }
      && tally.alone.counts[Alone.limits.rawValue].told >= 1000
  }
}
