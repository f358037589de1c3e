import AuditModel
import AuditStore
import Images
import Statistics
import Vocabulary

/// The gates of arms, from what was read of their images, wherever that lies.
package struct ArmGates {
  /// One output of an attribute predictor, and its scores by image.
  package struct Reading {
    package var output: AttributePrediction
    package var scores: [Int64: Double]

    package init(output: AttributePrediction, scores: [Int64: Double]) {
      self.output = output
      self.scores = scores
    }
  }

  let sets: ArmSets

  /// - Parameter cases: Of the synthetic cohort, placebos among them.
  package init(_ cases: [StoredCase]) { sets = ArmSets(cases) }

  /// Attributes with at least two values.
  package var attributes: [String] { sets.attributes }

  /// G18 and G19: what an attribute predictor saw move.
  package func movements(_ read: [Reading], by predictor: String) -> [GateResult] {
    sets.attributes.flatMap { attribute -> [GateResult] in
      var gates: [GateResult] = []
      let own = read.filter { $0.output.attribute == attribute }
      if let first = own.first {
        var scores: [Int64: [Double]] = [:]
        for id in first.scores.keys {
          let values = own.compactMap { $0.scores[id] }
          if values.count == own.count { scores[id] = values }
        }
        gates.append(
          EffectGate(
            predictor: predictor, attribute: attribute, outputs: own.map(\.output),
            scores: scores, sets: sets
          ).judge())
      }
      let shifts = ShiftGates(sets: sets)
      return gates
        + read.filter { $0.output.attribute != attribute }.map {
          shifts.offTarget(
            of: attribute, output: $0.output, predictor: predictor, scores: $0.scores)
        }
    }
  }

  /// G20: what a reference classifier read of a finding.
  package func finding(_ finding: String, scores: [Int64: Double], by member: String)
    -> [GateResult]
  {
    let areProbabilities = scores.values.allSatisfy { (0...1).contains($0) }
    let readings = scores.mapValues { areProbabilities ? Calibration.logit($0) : $0 }
    return sets.attributes.map {
      ShiftGates(sets: sets).finding(finding, by: $0, member: member, scores: readings)
    }
  }

  /// G4 and G21 to G23: what the pixels say.
  ///
  /// - Parameters:
  ///   - seed: Of the cohort, for the sample.
  ///   - read: The image of a case; nil where it has none.
  ///   - progress: Called with base cases done and in all; may throw to cancel.
  package func pixels(
    seed: UInt64, read: (StoredCase) throws -> RasterImage?,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> [GateResult] {
    let pixels = try PixelMeasurements(sets, seed: seed, read: read, progress: progress)
    let identity = IdentityGates(pixels: pixels)
    return sets.attributes.flatMap { attribute in
      [
        identity.partners(of: attribute), identity.distance(of: attribute),
        identity.wording(against: attribute), AcquisitionGate(pixels: pixels).judge(attribute),
      ]
    }
  }
}
