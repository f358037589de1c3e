import AuditModel
import Basics
import Cohorts
import Randomness
import Vocabulary

/// One image of a rebalancing set: a planned place and the attempt to fill it.
package struct RebalancingCase: Sendable, Hashable {
  package var item: CohortCase
  /// Position of its cell in the plan.
  package var cell: Int
  /// 0 for the first drawing; an image that fails a quality gate is drawn again from other noise.
  package var attempt: Int
  package var severity: String?

  package init(item: CohortCase, cell: Int, attempt: Int, severity: String?) {
    self.item = item
    self.cell = cell
    self.attempt = attempt
    self.severity = severity
  }
}

/// The images that a plan asks for, as cases of their own base cases and noise.
///
/// Nothing is shared with an audit cohort: the noise path starts with another purpose, and
/// ``assertDisjoint(from:seed:)`` checks it case by case.
package struct RebalancingCohort: Sendable {
  private struct Place: Sendable {
    var cell: Int
    var isPositive: Bool
    /// Number within finding and label.
    var index: Int
  }
  private let places: [Place]
  private let cells: [RebalancingCell]
  private let library: ImpressionLibrary
  private let grid: CellGrid
  private let drawn: AttributeGrid
  private let caption: AttributeCaption
  package let seed: UInt64

  /// - Parameters:
  ///   - library: Impressions per finding and label.
  ///   - drawn: What the audited cohort draws; numbers without bins are taken from it.
  ///   - caption: How the generator wants attributes written.
  ///   - seed: Decides numbers within a bin and sentences; noise is named by the path.
  package init(
    _ record: RebalancingRecord, library: ImpressionLibrary, grid: CellGrid,
    drawn: AttributeGrid, caption: AttributeCaption, seed: UInt64
  ) {
    var next: [String: Int] = [:]
    var places: [Place] = []
    for (position, cell) in record.cells.enumerated() where cell.add > 0 {
      let isPositive = cell.label == "positive"
      // A cell whose sentences are missing cannot be prompted for.
      guard !library.impressions(finding: cell.finding, isPositive: isPositive).isEmpty else {
        continue
      }
      for _ in 0..<cell.add {
        let index = next["\(cell.finding)/\(cell.label)", default: 0]
        next["\(cell.finding)/\(cell.label)"] = index + 1
        places.append(Place(cell: position, isPositive: isPositive, index: index))
      }
    }
    self.places = places
    cells = record.cells
    self.library = library
    self.grid = grid
    self.drawn = drawn
    self.caption = caption
    self.seed = seed
  }

  /// Planned images.
  package var count: Int { places.count }

  /// The image for a planned place; every attempt has its own noise, age within the bin and sentence.
  package func image(at place: Int, attempt: Int = 0) -> RebalancingCase {
    let planned = places[place]
    let cell = cells[planned.cell]
    let again = attempt == 0 ? [] : ["attempt", String(attempt)]
    var stream = RandomStream(
      seed: seed,
      path: ["rebalancing", cell.finding, cell.label, String(planned.index), "attributes"] + again)
    let arm = Arm(values(of: cell, using: &stream))
    let impression = library.draw(
      finding: cell.finding, isPositive: planned.isPositive, using: &stream)
    let path = CounterfactualDesign.noisePath(
      purpose: "rebalancing", finding: cell.finding, isPositive: planned.isPositive,
      index: planned.index)
    return RebalancingCase(
      item: CohortCase(
        finding: cell.finding, isPositive: planned.isPositive, index: planned.index, arm: arm,
        prompt: arm.promptPrefix(caption) + (impression?.text ?? ""), noisePath: path + again,
        folder: attempt == 0 ? "rebalancing/images" : "rebalancing/redrawn/\(attempt)"),
      cell: planned.cell, attempt: attempt, severity: impression?.severity)
  }

  /// A value for every attribute that a prompt names: the cell's group, a whole number within its bin,
  /// or one of the cohort's numbers where cells are not told apart by it.
  private func values(of cell: RebalancingCell, using stream: inout RandomStream) -> AttributeValues
  {
    var values = AttributeValues()
    for name in prompted {
      if let numbers = grid.numbers(of: cell.groups[name], attribute: name) {
        values[name] = String(
          numbers.lowerBound + stream.integer(below: numbers.upperBound - numbers.lowerBound + 1))
      } else if let group = cell.groups[name] {
        values[name] = group
      } else if !drawn[name].isEmpty {
        values[name] = drawn[name][stream.integer(below: drawn[name].count)]
      }
    }
    return values
  }

  /// Attributes that the cohort draws or cells are made of, and that captions can name.
  private var prompted: [String] {
    let names = drawn.entries.map(\.attribute.name) + grid.groupings.map(\.attribute.name)
    return Set(names).intersection(caption.attributes).sorted(by: Attribute.precedes)
  }

  /// - Throws: ``AuditFailure`` when one of `cases` repeats a base case or the noise of the audit.
  package static func assertDisjoint(
    _ cases: [CohortCase], from audited: BaseCaseHashes, seed: UInt64, caption: AttributeCaption
  ) throws {
    for item in cases {
      let repeated =
        audited.baseCases.contains(BaseCaseHashes.ofBaseCase(item, seed: seed, caption: caption))
        ? "an audited base case"
        : audited.noise.contains(BaseCaseHashes.ofNoise(item, seed: seed))
          ? "the noise of an audited base case" : nil
      if let repeated {
        throw AuditFailure(
          "the rebalancing case '\(item.imagePath)' repeats \(repeated)",
          hint: "retraining on audited images would invalidate the next audit; change 'cohort.seed'"
        )
      }
    }
  }
}

/// SHA-256 of every base case and of every noise of an audit, to keep other sets apart from it.
package struct BaseCaseHashes: Sendable, Equatable {
  package let baseCases: Set<String>
  package let noise: Set<String>

  package init(_ cases: [CohortCase], seed: UInt64, caption: AttributeCaption) {
    baseCases = Set(cases.map { BaseCaseHashes.ofBaseCase($0, seed: seed, caption: caption) })
    noise = Set(cases.map { BaseCaseHashes.ofNoise($0, seed: seed) })
  }

  /// Finding, label, impression and noise: what the arms of a base case share.
  package static func ofBaseCase(
    _ item: CohortCase, seed: UInt64, caption: AttributeCaption
  ) -> String {
    let impression = item.prompt.dropFirst(item.arm.promptPrefix(caption).count)
    return hash([item.finding, item.isPositive ? "1" : "0", String(impression)], item, seed)
  }

  package static func ofNoise(_ item: CohortCase, seed: UInt64) -> String { hash([], item, seed) }

  private static func hash(_ words: [String], _ item: CohortCase, _ seed: UInt64) -> String {
    // U+001F separates because names given by users may contain any printable sign.
    SHA256.hex(of: (words + [String(seed)] + item.noisePath).joined(separator: "\u{1F}"))
  }
}
