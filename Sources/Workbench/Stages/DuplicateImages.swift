import AuditStore

/// Files that hold the same bytes and count as independent of each other.
///
/// Copies that a program has written anew have other bytes; `DuplicateScores` finds those by their scores.
enum DuplicateImages {
  /// - Parameter cases: Of the real cohort, with the hashes of the files that were scored.
  /// - Returns: nil where no file is a copy of one in another cluster.
  static func caution(_ cases: [StoredCase], byPatient: Bool) -> String? {
    let groups = Dictionary(grouping: cases.filter { $0.sha256 != nil }) { $0.sha256 }.values
      .filter { Set($0.map(\.cluster)).count > 1 }
    guard let first = groups.flatMap({ $0 }).min(by: { $0.id < $1.id }),
      let copy = groups.lazy.flatMap({ $0 }).filter({
        $0.sha256 == first.sha256 && $0.cluster != first.cluster
      }).min(by: { $0.id < $1.id })
    else { return nil }
    let count = groups.reduce(0) { $0 + $1.count }
    return
      "\(count) of \(cases.count) real images hold byte for byte what an image of another "
      + (byPatient ? "patient" : "name")
      + " holds ('\(first.name.prefix(60))' and '\(copy.name.prefix(60))' first), and count as independent: "
      + "every interval is too narrow. Remove the copies, or name the patients that they belong to."
  }
}
