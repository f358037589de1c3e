import Basics

/// How the rows of a synthetic table belong together: arms of base cases, and placebo images.
///
/// The base case of a row is its cluster.
package struct Pairing: Sendable {
  /// One column of the demographic grid.
  package struct Arm: Sendable, Equatable {
    package var id: String
    /// Attribute name to value as prompted, for instance `["sex": "Female", "age": "71"]`.
    package var values: [String: String]

    package init(id: String, values: [String: String]) {
      self.id = id
      self.values = values
    }
  }

  /// Images drawn a second time with something irrelevant changed, beside the first drawing.
  package struct Placebo: Sendable {
    /// `seed` (same prompt, another seed) or `prompt` (same meaning, other words).
    package var kind: String
    /// Scores of the first and of the second drawing, by pair.
    package var originalScores: [Double]
    package var placeboScores: [Double]
    package var labels: [Bool]
    /// Base case of each pair, numbered as the table's clusters.
    package var clusters: [Int32]

    package init(
      kind: String, originalScores: [Double], placeboScores: [Double], labels: [Bool],
      clusters: [Int32]
    ) {
      self.kind = kind
      self.originalScores = originalScores
      self.placeboScores = placeboScores
      self.labels = labels
      self.clusters = clusters
    }
  }

  package var arms: [Arm]
  /// Arm of each row, an index into ``arms``.
  package var armOfRow: [Int32]
  /// Noise seed of each row when a base case has several; empty when it has one.
  package var seedOfRow: [Int32]
  package var placebos: [Placebo]

  package init(
    arms: [Arm], armOfRow: [Int32], seedOfRow: [Int32] = [], placebos: [Placebo] = []
  ) {
    self.arms = arms
    self.armOfRow = armOfRow
    self.seedOfRow = seedOfRow
    self.placebos = placebos
  }

  /// How many noise seeds base cases have.
  var seedsPerBaseCase: Int { max(1, Set(seedOfRow).count) }

  func validate(rowCount: Int, clusterCount: Int, place: String) throws {
    guard armOfRow.count == rowCount, seedOfRow.isEmpty || seedOfRow.count == rowCount else {
      throw AuditFailure("\(place): the arms are given for \(armOfRow.count) rows, not \(rowCount)")
    }
    guard armOfRow.allSatisfy({ $0 >= 0 && Int($0) < arms.count }) else {
      throw AuditFailure("\(place): a row names an arm that is not listed")
    }
    for placebo in placebos {
      let count = placebo.originalScores.count
      guard
        placebo.placeboScores.count == count, placebo.labels.count == count,
        placebo.clusters.count == count
      else { throw AuditFailure("\(place): columns of the \(placebo.kind) placebo do not match") }
      guard
        placebo.originalScores.allSatisfy(\.isFinite), placebo.placeboScores.allSatisfy(\.isFinite)
      else {
        throw AuditFailure(
          "\(place): a score of the \(placebo.kind) placebo is not a finite number")
      }
      guard placebo.clusters.allSatisfy({ $0 >= 0 && Int($0) < clusterCount }) else {
        throw AuditFailure("\(place): the \(placebo.kind) placebo names an unknown base case")
      }
    }
  }
}
