import Fairness
import Foundation

/// The tables of `docs/validity.md`, and what in them is not as promised.
struct ValidityDocument {
  /// Of every world, at most.
  let draws: Int
  private(set) var failures: [String] = []
  private(set) var together: [String] = []
  private(set) var alone: [Alone.Subject: [String]] = [:]
  private(set) var gates: [String] = []
  private(set) var twins: [String] = []
  private(set) var powers: [String] = []
  private(set) var required: [String] = []

  init(draws: Int) { self.draws = draws }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

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
    together.append(Self.row(row))
    return [Self.row(row)] + Alone.Subject.allCases.compactMap { add(tally.alone, $0, scene.name) }
  }

  /// - Returns: `nil` where nothing of the subject was said.
  private mutating func add(_ tally: AloneTally, _ subject: Alone.Subject, _ name: String)
    -> String?
  {
    let kinds = Alone.allCases.filter { $0.subject == subject }
    guard kinds.contains(where: { tally.counts[$0.rawValue].told > 0 }) else { return nil }
    let row = Self.row([name] + kinds.map { judged(tally.counts[$0.rawValue], $0.title, name) })
    alone[subject, default: []].append(row)
    return row
  }

  /// A share that has to reach 95 %, as a cell.
  private mutating func judged(_ count: HeldCount, _ title: String, _ name: String) -> String {
    if count.told > 0, count.share < 0.95 - max(0.014, 2 * count.error) {
      failures.append("\(name): \(title) held in \(share(count)) %")
    }
    return share(count)
  }

  /// - Returns: The row of the table.
  mutating func add(_ tally: GateWorld.Tally, of world: GateWorld) -> [String] {
    var cells = ["\(world.gate.id)", world.name, "\(world.findings)", "\(2 * world.perCell)"]
    cells.append("\(tally.draws)")
    for (word, count, isFalse) in [
      ("passed", tally.passes, world.falsehoods.pass),
      ("failed", tally.fails, world.falsehoods.fail),
    ] {
      let found = share(count, tally.draws)
      cells.append(isFalse ? "**\(found)**" : found)
      if isFalse, Double(count) / Double(tally.draws) > bound(tally.draws) {
        failures.append("\(world.gate.id), \(world.name): \(word), falsely, in \(found) %")
      }
    }
    cells.append(judged(tally.held, "the gate's interval", world.name))
    let row = Self.row(cells)
    gates.append(row)
    return [row]
  }

  /// - Returns: The row of the table.
  mutating func add(_ tally: TwinWorld.Tally, of world: TwinWorld) -> [String] {
    var cells = [world.name, "\(tally.draws)"]
    for kind in TwinWorld.Statement.allCases {
      cells.append(judged(tally.held[kind.rawValue], kind.title, world.name))
    }
    cells.append(share(tally.passes, tally.draws) + (world.isUnlike ? ", falsely" : ""))
    if world.isUnlike, Double(tally.passes) / Double(tally.draws) > bound(tally.draws) {
      failures.append("\(world.name): the gate passed in \(share(tally.passes, tally.draws)) %")
    }
    let row = Self.row(cells)
    twins.append(row)
    return [row]
  }

  /// - Returns: The row of the table.
  mutating func add(_ found: PowerScene.Result, of scene: PowerScene) -> [String] {
    // Two standard errors of 80 % beyond the five points that a plan may be off.
    let slack = 0.05 + 2 * (0.16 / Double(max(1, found.draws))).squareRoot()
    func judge(_ kind: String, _ count: Int) -> String {
      let text = share(count, found.draws)
      if abs(Double(count) / Double(found.draws) - 0.8) > slack {
        failures.append("\(kind), \(scene.name): 80 % promised, found \(text)")
      }
      return text
    }
    var cells = [scene.name, "\(scene.familySize)"]
    cells +=
      found.gap.map { [String(format: "%.3f", $0), judge("power", found.flagged)] } ?? [
        "none", "–",
      ]
    cells +=
      found.clusters.map { needed in
        ["\(needed)", needed <= PowerScene.largest ? judge("within δ", found.within) : "–"]
      } ?? ["–", "–"]
    let row = Self.row(cells)
    powers.append(row)
    return [row]
  }

  /// - Returns: The row of the table.
  mutating func add(_ found: RequiredWorld.Result, of world: RequiredWorld) -> [String] {
    let text = share(found.flagged, found.needed.count)
    let told = Double(max(1, found.needed.count))
    let least = 0.75 - 2 * (0.16 / told).squareRoot()
    // More power than said is no false promise.
    if Double(found.flagged) / told < least {
      failures.append("\(world.name): 80 % promised, found \(text)")
    }
    let sorted = found.needed.sorted()
    let row = Self.row([
      world.name, "\(world.familySize)", "\((world.positives + world.negatives).reduce(0, +))",
      "\(found.draws)", "\(sorted.count)", sorted.isEmpty ? "–" : "\(sorted[sorted.count / 2])",
      text,
    ])
    required.append(row)
    return [row]
  }
}
