/// How groups of one attribute are formed.
package enum GroupRule: Sendable, Equatable {
  /// Explicit values; others are not analysed.
  case values([String])
  /// Ascending edges; the last bin is open: `[0, 20, 40]` makes `0-19`, `20-39`, `40+`.
  case edges([Double])
}
