import Foundation
import Statistics

// audit-simulate [DRAWS] [FILE] [WORDS OF A SCENE'S NAME]: how often each kind of sentence is false.

/// A share with its Monte Carlo standard error, in percent.
func share(_ count: Int, _ total: Int) -> String {
  guard total > 0 else { return "–" }
  let p = Double(count) / Double(total)
  let error = (p * (1 - p) / Double(total)).squareRoot()
  return String(format: "%.1f ± %.1f", 100 * p, 100 * error)
}

let arguments = CommandLine.arguments.dropFirst()
let draws = arguments.first.flatMap(Int.init) ?? 200
let path = arguments.dropFirst().first
let wanted = arguments.dropFirst(2).joined(separator: " ")
var rows: [String] = []
var failures: [String] = []
for scene in Scene.all where wanted.isEmpty || scene.name.contains(wanted) {
  let parts = parallelMap(count: draws) { try? Tally(scene, seed: UInt64($0 + 1)) }
  let tallies = parts.compactMap { $0 }
  guard tallies.count == draws, var total = tallies.first else {
    FileHandle.standardError.write(Data("error: \(scene.name): an analysis failed\n".utf8))
    exit(2)
  }
  for tally in tallies.dropFirst() { total = total + tally }
  // Two Monte Carlo errors of 5 %.
  let bound = 0.05 + 2 * (0.05 * 0.95 / Double(draws)).squareRoot()
  let isNull = if case .noDifference = scene.truth { true } else { false }
  let isDelta = if case .gapIsDelta = scene.truth { true } else { false }
  for (kind, count) in [
    ("flag", total.flagged), ("decisions", total.decisions), ("within δ", total.withinDelta),
    ("change", total.changes),
  ] where Double(count) / Double(draws) > bound {
    failures.append("\(scene.name): \(kind) false in \(share(count, draws)) %")
  }
  let row =
    "| \(scene.name) | \(scene.findings) | \(isDelta ? "–" : share(total.flagged, draws)) "
    + "| \(isNull && scene.firstSpread == 1 ? share(total.decisions, draws) : "–") "
    + "| \(isDelta ? share(total.withinDelta, draws) : "–") "
    + "| \(isNull && scene.findings <= 8 ? share(total.changes, draws) : "–") "
    + "| \(share(total.covered, total.intervals)) |"
  FileHandle.standardOutput.write(Data((row + "\n").utf8))

  rows.append(row)
}
let text = """
  # How often the sentences are false

  Made by `make simulate` (\(draws) draws of every world, fixed seeds; `make simulate DRAWS=2000` at
  night). Every world has a known truth, and every draw goes through the whole analysis with α = 5 %
  and Holm's adjustment over its findings. Numbers are percentages ± their Monte Carlo error: of draws
  in which at least one sentence of the kind was false, to be at most 5; of questions whose
  simultaneous limits hold the truth for all pairs of groups, to be at least 95.

  | world | findings | false flag | false "decisions differ" | false "within δ" | false change in `audit compare` | limits hold |
  |---|---|---|---|---|---|---|
  \(rows.joined(separator: "\n"))

  Where cells are small, limits and tests are wider than 5 % asks: a claim needs two witnesses (see
  `IndependentContrast`), and the price is power, not truth.

  """
if let path { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
for failure in failures { FileHandle.standardError.write(Data("above 5 %: \(failure)\n".utf8)) }
exit(failures.isEmpty ? 0 : 1)
