import Fairness
import Foundation

/// The tables of `docs/validity.md`, and what in them is not as promised.
struct ValidityDocument {
  /// Of every world, at most.
  let draws: Int
  private(set) var failures: [String] = []
  private var together: [String] = []
  private var alone: [String] = []
  private var twins: [String] = []
  private var powers: [String] = []

  init(draws: Int) { self.draws = draws }

  /// - Returns: Rows of the tables, to be shown meanwhile.
  mutating func add(_ tally: Tally, of scene: Scene) -> [String] {
    let size =
      scene.classifiers > 1 ? "\(scene.findings) × \(scene.classifiers)" : "\(scene.findings)"
    var row = [scene.name, size, "\(tally.draws)"]
    for claim in Claim.allCases {
      guard let count = tally.counts[claim.rawValue] else {
        row.append("–")
        continue
      }
      row.append(share(count, tally.draws))
      if Double(count) / Double(tally.draws) > bound(tally.draws) {
        failures.append("\(scene.name): \(claim.title) in \(share(count, tally.draws)) %")
      }
    }
    var held = [scene.name]
    for kind in Alone.allCases {
      let count = tally.alone.counts[kind.rawValue]
      held.append(share(count))
      if count.told > 0, count.share < 0.95 - max(0.014, 2 * count.error) {
        failures.append("\(scene.name): \(kind.title) held in \(share(count)) %")
      }
    }
    let rows = [row, held].map { "| " + $0.joined(separator: " | ") + " |" }
    together.append(rows[0])
    alone.append(rows[1])
    return rows
  }

  /// - Returns: The row of the table.
  mutating func add(_ tally: TwinWorld.Tally, of world: TwinWorld) -> String {
    var cells = [world.name, "\(tally.draws)"]
    for kind in TwinWorld.Statement.allCases {
      let count = tally.held[kind.rawValue]
      cells.append(share(count))
      if count.share < 0.95 - max(0.014, 2 * count.error) {
        failures.append("\(world.name): \(kind.title) held in \(share(count)) %")
      }
    }
    cells.append(share(tally.passes, tally.draws) + (world.isUnlike ? ", falsely" : ""))
    if world.isUnlike, Double(tally.passes) / Double(tally.draws) > bound(tally.draws) {
      failures.append("\(world.name): the gate passed in \(share(tally.passes, tally.draws)) %")
    }
    let row = "| " + cells.joined(separator: " | ") + " |"
    twins.append(row)
    return row
  }

  /// - Returns: The row of the table; `nil` of a design that nothing is promised of.
  mutating func add(_ scene: PowerScene) -> String? {
    guard let plan = scene.plan() else { return nil }
    // Two standard errors of 80 % beyond the five points that a plan may be off.
    let slack = 0.05 + 2 * (0.16 / Double(draws)).squareRoot()
    func judge(_ kind: String, _ found: (count: Int, draws: Int)) -> String {
      if abs(Double(found.count) / Double(found.draws) - 0.8) > slack {
        failures.append(
          "\(kind), \(scene.name): 80 % promised, found \(share(found.count, found.draws))")
      }
      return share(found.count, found.draws)
    }
    var cells = [scene.name, "\(scene.familySize)", String(format: "%.3f", plan.at80Percent)]
    cells.append(
      plan.isReachable
        ? judge("power", scene.flagged(gap: plan.at80Percent, draws: draws)) : "none")
    if let needed = plan.requiredPerClassForDelta, needed <= 3000 {
      cells += ["\(needed)", judge("within δ", scene.within(perClass: needed, draws: draws))]
    } else {
      cells += [plan.requiredPerClassForDelta.map { "\($0)" } ?? "–", "–"]
    }
    let row = "| " + cells.joined(separator: " | ") + " |"
    powers.append(row)
    return row
  }

  private static func rule(_ columns: Int) -> String {
    "|" + String(repeating: "---|", count: columns)
  }

  var text: String {
    let claims = Claim.allCases.map(\.title).joined(separator: " | ")
    let kinds = Alone.allCases.map(\.title).joined(separator: " | ")
    return """
      # How often the sentences are false

      Made by `make simulate` (at most \(draws) draws of every world, fixed seeds; `make simulate DRAWS=2000`
      at night). Every world has a known truth, and every draw goes through the whole analysis with α = 5 %
      and Holm's adjustment over its findings, classifiers and metrics. A world stops early where every
      kind of sentence is clearly within its level. Numbers are percentages ± their Monte Carlo error.

      ## Said together

      Draws in which at least one sentence of the kind was false, to be at most 5. A sentence that names
      other groups than those that differ is false.

      | world | findings | draws | \(claims) |
      \(Self.rule(3 + Claim.allCases.count))
      \(together.joined(separator: "\n"))

      ## Said each by itself

      Statements that hold the truth, of all that were made at 95 % each.

      | world | \(kinds) |
      \(Self.rule(1 + Alone.allCases.count))
      \(alone.joined(separator: "\n"))

      Where cells are small, limits and tests are wider than 5 % asks: a claim needs two witnesses (see
      `IndependentContrast`), and the price is power, not truth.

      ## Said of twins

      Real cases and their generated twins: statements at 95 % each that hold the truth, and draws in which
      gate G10 passed. Where levels or gaps of the twins differ from those of their cases by δ or more, it
      passes falsely, to be at most 5.

      | world | draws | \(TwinWorld.Statement.allCases.map(\.title).joined(separator: " | ")) | G10 passed |
      \(Self.rule(3 + TwinWorld.Statement.allCases.count))
      \(twins.joined(separator: "\n"))
      \(outside)
      ## What `audit plan` promises

      The gap that the plan says is flagged with 80 % power, and the share of \(draws) draws in which it was;
      the clusters per class and group that the plan says show groups of equal AUC to be within δ = 0.1 with
      80 % power, and the share in which they did. The family is that of the adjustment.

      | design | family | planned gap | flagged | planned clusters | within δ |
      \(Self.rule(6))
      \(powers.joined(separator: "\n"))

      """
  }

  /// What is not within its bar, in the document itself.
  private var outside: String {
    guard !failures.isEmpty else { return "" }
    return "\n## Not as promised\n\n" + failures.map { "- \($0)" }.joined(separator: "\n") + "\n"
  }
}
