import AuditModel
import Vocabulary

/// Does the way an image looks as a picture, its greys, change with the attribute?
///
/// Exposure, contrast and frame are what a shortcut reads first. Some change belongs to bodies; one
/// beyond 0.2 standard deviations over base cases is named, because a gap may be that.
struct AcquisitionGate {
  let pixels: PixelMeasurements

  func judge(_ attribute: String) -> GateResult {
    let sets = pixels.sets
    let shifts = ShiftGates(sets: sets)
    let mean = shifts.drift(attribute, pixels.portraits.mapValues(\.mean), readings: 2)
    let deviation = shifts.drift(attribute, pixels.portraits.mapValues(\.deviation), readings: 2)
    let moves = ArmMeasurements(
      sets.pairs(of: attribute, limit: PixelMeasurements.pairsPerBaseCase).compactMap { pair in
        guard let a = pixels.portraits[pair.first.id], let b = pixels.portraits[pair.second.id]
        else { return nil }
        return ArmMeasurement(sets.baseCases[pair.baseCase], a.move(to: b))
      }, clusterCount: sets.clusterCount)
    let wording = ArmMeasurements(
      pixels.placeboMoves["prompt"] ?? [], clusterCount: sets.clusterCount)
    var gate = GateResult(
      .acquisition, name: "Greys do not follow \(attribute)",
      status: GateRule.worst([mean, deviation].compactMap { $0?.status }),
      value: [mean, deviation].compactMap { $0?.value.estimate }.max { abs($0) < abs($1) },
      sentence: "No pair of arms differs in \(attribute).")
    gate.attribute = attribute
    gate.confounder = "exposure"
    guard let mean, let deviation else { return gate }
    gate.cells = mean.cells
    gate.sentence =
      "Prompting \(mean.second) instead of \(mean.first) moves the mean grey by "
      + "\(GateWords.interval(mean.value)) and its spread by \(GateWords.interval(deviation.value)) "
      + "standard deviations over base cases; histograms move by "
      + "\(GateWords.number(moves.mean()?.estimate, 1)) grey levels"
      + (wording.rows.isEmpty
        ? "" : ", by \(GateWords.number(wording.mean()?.estimate, 1)) under another wording")
      + "."
    return gate
  }
}
