import AuditModel

/// Rows that one base case passes through the network in one step, by lane.
package struct StepRows: Sendable, Equatable {
  /// Rows of the anchor.
  package var anchor: Int
  /// Rows of each arm.
  package var arm: Int

  package func total(arms: Int) -> Int { anchor + arms * arm }
}

/// A way of keeping the arms of a base case near their anchor.
///
/// Mechanisms are values and compose: each acts on another part of a step (which lanes are drawn, how
/// their predictions are put together, what their captions are), and none draws a random number, so
/// images stay a function of captions, options and named noise.
package protocol CounterfactualMechanism: Sendable {
  /// What a guided step costs with this mechanism, from what it costs without.
  ///
  /// - Parameter rows: Plain classifier-free guidance is two rows an arm and no anchor.
  func rows(_ rows: StepRows, step: Int) -> StepRows
}

/// Leading steps that are taken once per base case, by its anchor; arms branch off from there.
package struct SharedTrunk: CounterfactualMechanism {
  package let steps: Int

  package func rows(_ rows: StepRows, step: Int) -> StepRows {
    step < steps ? StepRows(anchor: 2, arm: 0) : rows
  }
}

/// Separate weights for what a caption says of the finding and of the attributes.
///
/// With ε(x, c) the network's prediction, f the finding's caption, c that of an arm and ∅ the null
/// caption, the own-direction form is a chain of guidance,
///
///     ε(x, ∅) + w_f (ε(x, f) − ε(x, ∅)) + w_a (ε(x, c) − ε(x, f)),
///
/// which equal weights make today's guidance. The anchored form takes the finding's direction once, at
/// the anchor's latents x⁰:
///
///     ε(x, c) + (w_f − 1) (ε(x⁰, f) − ε(x⁰, ∅)) + (w_a − 1) (ε(x, c) − ε(x, f)).
///
/// - SeeAlso: Liu et al. 2022 and Xia et al. 2025 for guidance by groups of conditions. Sharing the
///   direction is this program's own; ``Direction/own`` is there to check it.
package struct FactoredGuidance: CounterfactualMechanism {
  package let finding: Double
  package let attribute: Double
  package let direction: CounterfactualStrength.Guidance.Direction

  /// Equal weights with own directions are guidance by whole captions, and drawn as such.
  package var isPlain: Bool { direction == .own && finding == attribute }

  package func rows(_ rows: StepRows, step: Int) -> StepRows {
    switch direction {
    case .own: isPlain ? rows : StepRows(anchor: rows.anchor, arm: 3)
    case .anchor: StepRows(anchor: 2, arm: attribute == 1 ? 1 : 2)
    }
  }
}

/// The finding's tokens read from the caption without attributes; costs nothing.
package struct FrozenFindingTokens: CounterfactualMechanism {
  package func rows(_ rows: StepRows, step: Int) -> StepRows { rows }
}

extension SamplingOptions {
  /// Leading steps that arms share, by either key of the spec.
  package var trunkSteps: Int { strength?.trunkSteps ?? sharedSteps }

  /// The weights as they act; nil where captions are guided whole.
  package var factoredGuidance: FactoredGuidance? {
    guard let weights = strength?.guidance else { return nil }
    let factored = FactoredGuidance(
      finding: weights.finding ?? guidance, attribute: weights.attribute,
      direction: weights.direction)
    return factored.isPlain && factored.finding == guidance ? nil : factored
  }

  /// In the order in which they act on the cost of a step.
  package var mechanisms: [any CounterfactualMechanism] {
    var mechanisms: [any CounterfactualMechanism] = []
    if let factoredGuidance { mechanisms.append(factoredGuidance) }
    if strength?.frozenFindingTokens == true { mechanisms.append(FrozenFindingTokens()) }
    if trunkSteps > 0 { mechanisms.append(SharedTrunk(steps: trunkSteps)) }
    return mechanisms
  }

  /// Network rows of one base case with all of its steps guided.
  ///
  /// - Parameter arms: Images that descend from one anchor.
  package func networkRows(arms: Int) -> Int {
    let plain = StepRows(anchor: 0, arm: guidance == 1 && factoredGuidance == nil ? 1 : 2)
    return (0..<steps).reduce(0) { sum, step in
      sum + mechanisms.reduce(plain) { $1.rows($0, step: step) }.total(arms: arms)
    }
  }
}
