import AuditModel
import AuditStore

/// One machine's share of the images that are to be drawn.
///
/// An image depends on its prompt and its named noise alone, so shares drawn apart are the images of
/// one run. Base cases stay whole: their arms pass the model together.
package struct Shard: Sendable, Equatable {
  /// From 1 to ``count``.
  package let number: Int
  package let count: Int

  /// - Parameter text: `2/4`, the second of four; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1],
      (1...10_000).contains(count), (1...count).contains(number)
    else { return nil }
    self.number = number
    self.count = count
  }

  var words: String { "\(number)/\(count)" }

  /// Whether this share holds the base case with this number, counted from 0.
  func holds(_ baseCase: Int) -> Bool { baseCase % count == number - 1 }
}

extension Shard {
  /// Those of all cases of a cohort whose base case this share holds.
  func cases(of all: [StoredCase]) -> [StoredCase] { cases(of: all, among: all) }

  /// Those of `some` whose base case this share holds; base cases are numbered by `all`.
  func cases(of all: [StoredCase], among some: [StoredCase]) -> [StoredCase] {
    var numbers: [String: Int] = [:]
    for item in all where numbers[item.cluster] == nil { numbers[item.cluster] = numbers.count }
    return some.filter { holds(numbers[$0.cluster] ?? 0) }
  }
}

/// What a share of the drawing came to.
package struct ShardOutcome: Sendable, Equatable, Codable {
  /// For instance `2/4`.
  package var shard: String
  /// Images of the whole set that this folder now holds.
  package var drawn: Int
  package var planned: Int
}

extension AuditWorkspace {
  /// - Returns: nil where no share was asked for.
  func share(of cohort: StoredCase.Cohort, context: RunContext) throws -> ShardOutcome? {
    guard let shard = context.shard else { return nil }
    let cases = try store.cases(of: cohort)
    return ShardOutcome(
      shard: shard.words, drawn: cases.count { $0.sha256 != nil }, planned: cases.count)
  }
}
