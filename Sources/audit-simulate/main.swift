import Foundation
import Statistics

// audit-simulate [DRAWS] [FILE] [WORDS OF A WORLD'S NAME]: how often each kind of sentence is false,
// and how often a planned gap is found.

let arguments = CommandLine.arguments.dropFirst()
let draws = arguments.first.flatMap(Int.init) ?? 200
let path = arguments.dropFirst().first
let wanted = arguments.dropFirst(2).joined(separator: " ")
let start = Date()

func print(row: String) {
  FileHandle.standardOutput.write(
    Data((row + String(format: "  %.0f s\n", Date().timeIntervalSince(start))).utf8))
}

var rows: [String] = []
var failures: [String] = []
for scene in Scene.all where wanted.isEmpty || scene.name.contains(wanted) {
  let tally: Tally
  do {
    tally = try Simulation(scene: scene, draws: draws).run()
  } catch {
    FileHandle.standardError.write(Data("error: \(scene.name): an analysis failed\n".utf8))
    exit(2)
  }
  var cells = [
    scene.name,
    scene.classifiers > 1 ? "\(scene.findings) × \(scene.classifiers)" : "\(scene.findings)",
    "\(tally.draws)",
  ]
  for claim in Claim.allCases {
    guard let count = tally.counts[claim.rawValue] else {
      cells.append("–")
      continue
    }
    cells.append(share(count, tally.draws))
    if Double(count) / Double(tally.draws) > bound(tally.draws) {
      failures.append("\(scene.name): \(claim.title) in \(share(count, tally.draws)) %")
    }
  }
  cells.append(share(tally.covered, tally.intervals))
  let row = "| " + cells.joined(separator: " | ") + " |"
  print(row: row)
  rows.append(row)
}

var powers: [String] = []
for scene in PowerScene.all where wanted.isEmpty || "power \(scene.name)".contains(wanted) {
  guard let plan = scene.plan() else { continue }
  // Two standard errors of 80 % beyond the five points that a plan may be off.
  let slack = 0.05 + 2 * (0.16 / Double(draws)).squareRoot()
  var cells = [scene.name, "\(scene.familySize)", String(format: "%.3f", plan.at80Percent)]
  if plan.isReachable {
    let found = scene.flagged(gap: plan.at80Percent, draws: draws)
    cells.append(share(found.count, found.draws))
    if abs(Double(found.count) / Double(found.draws) - 0.8) > slack {
      failures.append(
        "power, \(scene.name): 80 % promised, found \(share(found.count, found.draws))")
    }
  } else {
    cells.append("none")
  }
  if let needed = plan.requiredPerClassForDelta, needed <= 3000 {
    let found = scene.within(perClass: needed, draws: draws)
    cells += ["\(needed)", share(found.count, found.draws)]
    if abs(Double(found.count) / Double(found.draws) - 0.8) > slack {
      failures.append(
        "within δ, \(scene.name): 80 % promised, found \(share(found.count, found.draws))")
    }
  } else {
    cells += [plan.requiredPerClassForDelta.map { "\($0)" } ?? "–", "–"]
  }
  let row = "| " + cells.joined(separator: " | ") + " |"
  print(row: row)
  powers.append(row)
}

let claims = Claim.allCases.map(\.title).joined(separator: " | ")
let text = """
  # How often the sentences are false

  Made by `make simulate` (at most \(draws) draws of every world, fixed seeds; `make simulate DRAWS=2000`
  at night). Every world has a known truth, and every draw goes through the whole analysis with α = 5 %
  and Holm's adjustment over its findings and classifiers. A world stops early where every kind of
  sentence is clearly within its level. Numbers are percentages ± their Monte Carlo error: of draws in
  which at least one sentence of the kind was false, to be at most 5; of questions whose simultaneous
  limits hold the truth for all pairs of groups, to be at least 95.

  | world | findings | draws | \(claims) | limits hold |
  |---|---|---|\(String(repeating: "---|", count: Claim.allCases.count + 1))
  \(rows.joined(separator: "\n"))

  Where cells are small, limits and tests are wider than 5 % asks: a claim needs two witnesses (see
  `IndependentContrast`), and the price is power, not truth.

  ## What `audit plan` promises

  The gap that the plan says is flagged with 80 % power, and the share of \(draws) draws in which it was;
  the clusters per class and group that the plan says show groups of equal AUC to be within δ = 0.1 with
  80 % power, and the share in which they did. The family is that of the adjustment.

  | design | family | planned gap | flagged | planned clusters | within δ |
  |---|---|---|---|---|---|
  \(powers.joined(separator: "\n"))

  """
if let path { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
for failure in failures {
  FileHandle.standardError.write(Data("not as promised: \(failure)\n".utf8))
}
exit(failures.isEmpty ? 0 : 1)
