import AuditModel
import Basics
import Foundation
import Vocabulary

/// The gates that `audit measure` has the numbers for: distance from real images, and copies.
package struct MeasuredGates {
  let workspace: AuditWorkspace

  /// Where measuring left its numbers, relative to the report folder.
  static let file = MeasureUseCase.folderName + "/fidelity.json"

  /// Nothing where nothing was measured, or where other images were.
  /// - Throws: ``AuditFailure`` for a file that is not what `audit measure` writes.
  func run() throws -> [GateResult] {
    guard let report = try report() else { return [] }
    let cases = try workspace.store.cases(of: .synthetic)
      .filter { $0.placebo == nil && $0.sha256 != nil }
    let key = MeasureScene.cohortKey(cases.map { ($0.name, $0.sha256 ?? "") })
    guard report.cohortKey == key else { return [] }
    return report.encoders.map { encoder in
      Self.distance(encoder.name, report.distances.filter { $0.encoder == encoder.name })
    } + report.memorisation.map(Self.memorisation)
  }

  /// Everything beside the images that these gates depend on, to hash.
  func digestText() throws -> String {
    guard let path = try workspace.files.file(Self.file) else { return "" }
    return try SHA256.hex(ofFile: path)
  }

  private func report() throws -> FidelityReport? {
    guard let path = try workspace.files.file(Self.file) else { return nil }
    let bytes = try readBytes(of: path, limit: 64 << 20)
    try checkValueCount(ofJSON: bytes, path: path)
    guard let report = try? JSONDecoder().decode(FidelityReport.self, from: Data(bytes)),
      report.schema == FidelityReport.schema
    else {
      throw AuditFailure(
        "'\(path)' is not what 'audit measure' writes", hint: "remove it, or measure again")
    }
    return report
  }

  /// Fails where one group is shown to be farther from its real images than another.
  package static func distance(_ encoder: String, _ rows: [FidelityReport.DistanceRow])
    -> GateResult
  {
    let name = "\(ValidityGate.realDistance.title), by \(encoder)"
    let all = rows.first { $0.attribute == nil }?.values
    let groups = rows.filter { $0.attribute != nil && $0.values?.kernel?.lower != nil }
    let missing = rows.count { $0.attribute != nil && $0.values == nil }
    var apart: [String] = []
    for near in groups {
      for far in groups where far.attribute == near.attribute {
        guard let upper = near.values?.kernel?.upper, let lower = far.values?.kernel?.lower,
          upper < lower
        else { continue }
        apart.append("\(far.attribute ?? "") \(far.group ?? "") beyond \(near.group ?? "")")
      }
    }
    let measured =
      "Kernel distance \(number(all?.kernel)) from the real images; a linear rule tells the two apart "
      + "with an AUC of \(number(all?.domain))."
    return GateResult(
      .realDistance, name: name,
      status: apart.isEmpty ? (missing == 0 && !groups.isEmpty ? .pass : .warn) : .fail,
      value: all?.kernel?.estimate,
      rule: "distances are measured in every group, and no group's interval lies beyond another's",
      sentence: measured
        + (apart.isEmpty
          ? (groups.isEmpty
            ? " No group was large enough to be measured by itself."
            : " No group is shown to be drawn farther from its real images than another"
              + (missing > 0 ? "; \(missing) groups were too small to be measured." : "."))
          : " Drawn farther from their real images than others: "
            + apart.prefix(5).joined(separator: ", ") + "."))
  }

  /// Fails where copies were found; passes only where there were enough images to find them.
  package static func memorisation(_ row: FidelityReport.MemorisationRow) -> GateResult {
    let isNearer = (row.closeness?.lower ?? 0) > 0.5
    let status: GateResult.Status =
      row.limit == nil ? .notRun : row.copies > 0 ? .fail : isNearer ? .warn : .pass
    let sentence: String
    if let limit = row.limit {
      sentence =
        "\(row.copies) synthetic images are nearer to one of \(row.trainingImages) training images than "
        + "chance allows (likeness above \(WrittenNumber.fixed(limit, 3)), from \(row.heldOutImages) images "
        + "held out of training)."
        + (isNearer
          ? " As a whole they are nearer to the training images than held-out images are." : "")
    } else {
      sentence = "Copies could not be told from chance: \(row.reason ?? "too few held-out images")."
    }
    return GateResult(
      .memorisation, name: "\(ValidityGate.memorisation.title), by \(row.by)", status: status,
      value: row.limit == nil ? nil : Double(row.copies), sentence: sentence)
  }

  private static func number(_ value: MeasuredValue?) -> String {
    guard let value else { return "not measured" }
    func text(_ number: Double) -> String { WrittenNumber.significant(number, 3) }
    guard let lower = value.lower, let upper = value.upper else { return text(value.estimate) }
    return "\(text(value.estimate)) (\(text(lower)) to \(text(upper)))"
  }
}
