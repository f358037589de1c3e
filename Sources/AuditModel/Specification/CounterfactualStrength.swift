/// How near the arms of a base case stay to its anchor, the unscored image without attributes.
///
/// Every part holds for all arms alike: an arm with a strength of its own would carry it as a mark.
package struct CounterfactualStrength: Sendable, Equatable, Codable {
  /// Weights of guidance for what a caption says of the finding and of the attributes.
  package struct Guidance: Sendable, Equatable, Codable {
    /// Where the finding's direction, the difference that the finding makes to the predicted noise, is
    /// taken.
    package enum Direction: String, Sendable, Codable, CaseIterable {
      /// Once per base case, at its anchor: one row an arm instead of two.
      case anchor
      /// At every arm itself: three rows an arm. It checks the other.
      case own
    }
    /// nil: the generator's guidance.
    package var finding: Double?
    package var attribute: Double
    package var direction: Direction

    package init(finding: Double? = nil, attribute: Double, direction: Direction = .anchor) {
      self.finding = finding
      self.attribute = attribute
      self.direction = direction
    }
  }

  /// What a spec asks for.
  package enum Choice: Sendable, Equatable {
    /// As tuned: by `audit tune` for this audit, or else by the makers of the generator.
    case auto
    case fixed(CounterfactualStrength)
  }

  /// Attribute to the leading steps that its values share; empty shares none.
  package var trunk: [String: Int]
  /// nil: the generator's guidance acts on whole captions.
  package var guidance: Guidance?
  /// The finding's tokens are read without the attributes before them.
  package var frozenFindingTokens: Bool

  package init(
    trunk: [String: Int] = [:], guidance: Guidance? = nil, frozenFindingTokens: Bool = false
  ) {
    self.trunk = trunk
    self.guidance = guidance
    self.frozenFindingTokens = frozenFindingTokens
  }

  /// Steps that arms share which differ in all of the attributes: the least.
  package var trunkSteps: Int { trunk.values.min() ?? 0 }

  /// In fixed order and words, for keys and provenance; empty where nothing differs from plain arms.
  package var record: [(name: String, value: String)] {
    var lines: [(name: String, value: String)] = []
    if !trunk.isEmpty {
      lines.append(
        (
          "trunk",
          trunk.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
        ))
    }
    if let guidance {
      lines.append(("guidanceFinding", guidance.finding.map { "\($0)" } ?? "guidance"))
      lines.append(("guidanceAttribute", "\(guidance.attribute)"))
      lines.append(("findingDirection", guidance.direction.rawValue))
    }
    if frozenFindingTokens { lines.append(("frozenFindingTokens", "true")) }
    return lines
  }
}
