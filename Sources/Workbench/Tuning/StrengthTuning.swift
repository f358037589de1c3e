import AuditModel
import Basics
import Foundation

/// What tuning found, with everything it looked at: `tuning.json` of an audit's folder.
package struct StrengthTuning: Sendable, Equatable, Codable {
  /// One attribute at one strength.
  package struct Point: Sendable, Equatable, Codable {
    package var attribute: String
    /// Steps that arms share.
    package var trunk: Int
    /// nil: guidance by whole captions.
    package var guidance: CounterfactualStrength.Guidance?
    /// nil is false, as in files of programs that tried nothing but trunks.
    package var frozenFindingTokens: Bool?
    /// Of one base case, its placebos not counted.
    package var networkRows: Int?
    /// Share of pairs of arms that move as prompted; the least over the predictors.
    package var effect: IntervalEstimate?
    package var isEffective: Bool
    /// Between arms, in units of two seeds'.
    package var distance: IntervalEstimate?
    /// Gates that would mark a verdict as confounded.
    package var failing: [String]
  }

  static let fileName = "tuning.json"
  /// Base cases in all, at least.
  static let baseCases = 40
  /// Parts of the steps at which arms branch off.
  static let grid = [0, 0.2, 0.3, 0.4, 0.5, 0.6]

  package var rule =
    "of the trunks at which the attribute is effective (gate G18 passes for every predictor), those with "
    + "the fewest failing gates G19 and G20, and of these the one whose arms are nearest; then, at these "
    + "trunks, of the ways to guide that keep every such attribute effective, by the same order, all "
    + "attributes together"
  package var baseCases: Int
  package var seed: UInt64
  /// SHA-256 of weights and options of the generator.
  package var generator: String
  /// Attribute predictor or panel member to the SHA-256 of its file; empty for a command.
  package var readers: [String: String]
  package var points: [Point]
  /// Attributes that no strength makes effective, each with the reason.
  package var notEvaluable: [String: String]
  package var strength: CounterfactualStrength

  /// Chooses from the points.
  package init(
    baseCases: Int, seed: UInt64, generator: String, readers: [String: String], points: [Point]
  ) {
    self.baseCases = baseCases
    self.seed = seed
    self.generator = generator
    self.readers = readers
    self.points = points
    notEvaluable = [:]
    strength = CounterfactualStrength()
    var names: [String] = []
    for point in points where !names.contains(point.attribute) { names.append(point.attribute) }
    let plain = points.filter { $0.manner == CounterfactualManner() }
    for name in names {
      if let best = Self.best(plain.filter { $0.attribute == name }) {
        strength.trunk[name] = best.trunk
      } else {
        notEvaluable[name] =
          "at no strength do predictors see \(name) move as prompted in at least "
          + "\(GateWords.number(EffectGate.bar)) of pairs of arms, beyond doubt"
      }
    }
  }

  /// Chooses the manner too, from points at the trunks that were chosen.
  mutating func chooseManner() {
    var manners: [CounterfactualManner] = []
    for point in points where !manners.contains(point.manner) { manners.append(point.manner) }
    let candidates = manners.compactMap { manner -> (CounterfactualManner, Int, Double)? in
      let own = strength.trunk.compactMap { name, trunk in
        points.first { $0.attribute == name && $0.trunk == trunk && $0.manner == manner }
      }
      guard own.count == strength.trunk.count, !own.isEmpty,
        own.allSatisfy({ $0.isEffective && $0.distance?.estimate != nil })
      else { return nil }
      return (
        manner, own.reduce(0) { $0 + $1.failing.count },
        own.reduce(0) { $0 + ($1.distance?.estimate ?? 1) }
      )
    }
    guard let best = candidates.min(by: { ($0.1, $0.2) < ($1.1, $1.2) }) else { return }
    strength = best.0.applied(to: strength)
  }

  private static func best(_ points: [Point]) -> Point? {
    let effective = points.filter { $0.isEffective && $0.distance?.estimate != nil }
    let fewest = effective.map(\.failing.count).min()
    return effective.filter { $0.failing.count == fewest }
      .min { ($0.distance?.estimate ?? 1) < ($1.distance?.estimate ?? 1) }
  }

  /// - Returns: nil where this folder's audit was not tuned.
  /// - Throws: ``AuditFailure`` for a file that is not one of ours.
  package static func stored(in folder: String) throws -> StrengthTuning? {
    // The folder may be a stranger's, so the file's name leads nowhere else.
    guard let path = try ConfinedFolder(folder).file(fileName) else { return nil }
    let bytes = try readBytes(of: path, limit: 16 << 20)
    try checkValueCount(ofJSON: bytes, path: path)
    do {
      return try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch {
      throw AuditFailure(
        "'\(path)' is not what 'audit tune' writes", hint: "remove it and run 'audit tune' again")
    }
  }

  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try writeAtomically(Array(try encoder.encode(self)), to: folder + "/" + Self.fileName)
  }
}

extension CohortSpecification {
  /// With the strength that was tuned in an audit's folder, where it asks for it.
  func tuned(in folder: String) throws -> CohortSpecification {
    var copy = self
    copy.generator = try generator.tuned(in: folder)
    return copy
  }
}

extension GeneratorSpecification {
  /// With `"auto"` replaced by what was tuned in an audit's folder, if anything was.
  func tuned(in folder: String) throws -> GeneratorSpecification {
    guard strength == .auto, let tuning = try StrengthTuning.stored(in: folder) else { return self }
    guard tuning.notEvaluable.isEmpty || !tuning.strength.trunk.isEmpty else {
      throw AuditFailure(
        "tuning found no strength for this audit: "
          + tuning.notEvaluable.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; "),
        hint: "use other attribute predictors or another generator, or write a strength yourself")
    }
    var copy = self
    copy.strength = .fixed(tuning.strength)
    return copy
  }
}
