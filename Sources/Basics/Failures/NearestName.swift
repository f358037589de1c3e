/// The known name that a mistyped one most likely meant, or `nil` when none is near.
///
/// Upper and lower case, `_`, `-` and spaces do not count; otherwise a third of the letters may
/// differ, where a swap of two neighbours is one difference. The first of equals wins.
/// - SeeAlso: Damerau 1964, optimal string alignment distance.
package func nearestName(to name: String, in known: some Sequence<String>) -> String? {
  let wanted = simplified(name)
  guard !wanted.isEmpty else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in known {
    let letters = simplified(candidate)
    let allowed = max(1, max(letters.count, wanted.count) / 3)
    guard abs(letters.count - wanted.count) <= allowed else { continue }
    let distance = editDistance(wanted, letters)
    if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

private func simplified(_ name: String) -> [Character] {
  // Names are short; a hostile one of megabytes must not cost a quadratic table.
  name.prefix(200).lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1]
    for j in b.indices {
      let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
      var cost = min(substitution, last[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      current.append(cost)
    }
    (beforeLast, last) = (last, current)
  }
  return last[b.count]
}
