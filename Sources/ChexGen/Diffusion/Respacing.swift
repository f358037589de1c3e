import Basics

/// Which of the trained timesteps a sampler visits.
package enum Respacing: Sendable, Equatable {
  /// The trained steps cut into equal sections, each thinned evenly to its count.
  case sections([Int])
  /// The smallest whole stride from 0 that gives exactly this many steps.
  case strided(Int)

  /// Reads `"100"`, `"10,20,30"` or `"ddim50"`.
  package init(_ text: String) throws {
    let counts: [Int?]
    if text.hasPrefix("ddim") {
      counts = [Int(text.dropFirst(4))]
    } else {
      counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    }
    let whole = counts.compactMap { $0 }
    guard whole.count == counts.count, !whole.isEmpty, whole.allSatisfy({ $0 > 0 }) else {
      throw AuditFailure(
        "'\(text)' is not a respacing", hint: "write a number of steps, such as 100 or ddim50")
    }
    self = text.hasPrefix("ddim") ? .strided(whole[0]) : .sections(whole)
  }

  /// The kept timesteps, ascending.
  ///
  /// - Throws: `AuditFailure` when the trained steps cannot be divided so.
  package func timesteps() throws -> [Int] {
    let trained = NoiseSchedule.trainedStepCount
    switch self {
    case .strided(let count):
      for stride in 1..<trained {
        let kept = Array(Swift.stride(from: 0, to: trained, by: stride))
        if kept.count == count { return kept }
        if kept.count < count { break }
      }
      throw AuditFailure(
        "DDIM cannot take exactly \(count) steps of \(trained) with a whole stride",
        hint: "take \(Self.nearestStrided(to: count)) steps")
    case .sections(let counts):
      return try Self.sections(counts, of: trained)
    }
  }

  /// The count nearest to `count` for which a whole stride exists; the smaller one of two.
  package static func nearestStrided(to count: Int) -> Int {
    let trained = NoiseSchedule.trainedStepCount
    let possible = (1..<trained).map { (trained + $0 - 1) / $0 }
    return possible.min { (abs($0 - count), $0) < (abs($1 - count), $1) } ?? trained
  }

  private static func sections(_ counts: [Int], of trained: Int) throws -> [Int] {
    let (size, extra) = trained.quotientAndRemainder(dividingBy: counts.count)
    var start = 0
    var kept: [Int] = []
    for (index, count) in counts.enumerated() {
      let length = size + (index < extra ? 1 : 0)
      guard count <= length else {
        throw AuditFailure(
          "a section of \(length) timesteps cannot be thinned to \(count)",
          hint: "take at most \(length) steps")
      }
      // The stride is accumulated and rounded half to even, as the reference's Python does; a
      // product instead of the sum gives other lists for many counts.
      let stride = count <= 1 ? 1 : Double(length - 1) / Double(count - 1)
      var position = 0.0
      for _ in 0..<count {
        kept.append(start + Int(position.rounded(.toNearestOrEven)))
        position += stride
      }
      start += length
    }
    return kept
  }
}
