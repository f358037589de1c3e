import AuditModel
import Basics
import AuditStore
import Cohorts
import Foundation
import Images
import Vocabulary

/// Checks on the synthetic cohort itself: is it what the prompts asked for, and can it be repeated?
///
/// ``ValidityGate`` has their list and their words.
struct ValidityGates {
  let workspace: AuditWorkspace
  let context: RunContext

  /// The gates that need only the store, the images and the model card.
  ///
  /// - Parameter predicted: What the spec's attribute predictors found on these images. An attribute
  ///   that they judged is not judged by the model card again.
  func run(
    generator: any RadiographGenerator, card: ModelCardSummary?, predicted: [GateResult]
  ) throws -> [GateResult] {
    guard let cohort = try workspace.drawnCohort() else { return [] }
    let cases = try workspace.store.cases(of: .synthetic)
    var gates = [support(cohort, generator: generator)]
    gates += predicted
    let judged = Set(
      predicted.filter { $0.judges(.expression) && $0.status != .notRun }.map(\.name))
    if let card {
      gates += expression(card, findings: cohort.findings.map(\.name))
        .filter { !judged.contains($0.name) }
    }
    let images = try sanity(cases)
    gates.append(images.gate)
    gates += try CounterfactualGates(workspace: workspace, context: context).run()
    gates += try MeasuredGates(workspace: workspace).run()
    gates.append(try repeatability(cases, generator: generator))
    if cohort.design == .counterfactual { gates.append(Self.caseMix(cases)) }
    gates += GateResult.untested(besides: gates)
    return gates
  }

  private func support(_ cohort: CohortSpecification, generator: any RadiographGenerator)
    -> GateResult
  {
    var outside = cohort.attributes.entries.compactMap { entry in
      generator.limitation(ofAttribute: entry.attribute.name, values: entry.values)
        .map { "\(entry.attribute.name): \($0)" }
    }
    outside += cohort.findings.compactMap { finding in
      generator.limitation(ofFinding: finding.name).map { "\(finding.name): \($0)" }
    }
    return GateResult(
      .support, status: outside.isEmpty ? .pass : .fail, value: Double(outside.count),
      sentence: outside.isEmpty
        ? "Every attribute value and finding of the cohort is in the generator's declared support."
        : "Outside the declared support, and therefore not evaluable: "
          + outside.joined(separator: "; ") + ".")
  }

  /// The model card's own measurements, judged by the rules of the documentation.
  private func expression(_ card: ModelCardSummary, findings: [String]) -> [GateResult] {
    let relevant = card.measurements.filter { $0.finding.map(findings.contains) ?? true }
    return relevant.map { measured in
      let passes = measured.value >= measured.bar
      return GateResult(
        measured.gate, name: measured.name, status: passes ? .pass : .fail,
        value: measured.value, rule: "\(measured.name) ≥ \(measured.bar)",
        sentence: "The model card reports \(measured.description) of "
          + "\(formatted(measured.value)); the rule asks for at least \(formatted(measured.bar)). "
          + (passes
            ? "It was measured when the generator was built, not on this cohort."
            : "Results that rest on it must not be attributed to the classifier."))
    }
  }

  private func formatted(_ value: Double) -> String { WrittenNumber.fixed(value, 2) }

  /// Blank, saturated or flat images by their grey values.
  private func sanity(_ cases: [StoredCase]) throws -> (gate: GateResult, failed: Int) {
    var failed: [String] = []
    for (index, item) in cases.enumerated() {
      try context.checkInterrupted()
      guard let relative = item.image else { continue }
      let image = try readPNG(at: try workspace.path(relative))
      if exposureFault(of: image) != nil { failed.append(relative) }
      context.report(
        StageProgress(
          stage: "checking images", done: Double(index + 1), total: Double(cases.count),
          unit: "images"))
    }
    let share = cases.isEmpty ? 0 : 1 - Double(failed.count) / Double(cases.count)
    return (
      GateResult(
        .exposure, status: share >= 0.99 ? .pass : .fail,
        value: share,
        sentence: failed.isEmpty
          ? "All \(cases.count) images have a usable range of grey values."
          : "\(failed.count) of \(cases.count) images are blank, flat or saturated, e.g. "
            + "\(failed.prefix(3).joined(separator: ", "))."), failed.count
    )
  }

  /// Draws two images again and compares the bytes.
  private func repeatability(_ cases: [StoredCase], generator: any RadiographGenerator) throws
    -> GateResult
  {
    let sample = [cases.first, cases.last].compactMap { $0 }
    var copy = generator
    _ = try copy.prepare(prompts: CohortRendering.prompts(of: sample, for: copy))
    let images = try copy.render(sample.map { try CohortRendering.job($0, in: workspace) }) {
      _, _ in
      try context.checkInterrupted()
    }
    var equal = 0
    for (item, image) in zip(sample, images) {
      let bytes = try encodePNG(image, text: CohortRendering.text(of: item, generator: copy))
      if SHA256.hex(of: bytes) == item.sha256 { equal += 1 }
    }
    return GateResult(
      .repeatability, status: equal == sample.count ? .pass : .fail,
      value: Double(equal),
      sentence: "\(equal) of \(sample.count) images drawn a second time, in another batch, have "
        + "identical bytes.")
  }

  /// Whether arms differ in which base cases they hold: then their gaps would be the case mix's.
  static func caseMix(_ cases: [StoredCase]) -> GateResult {
    let drawn = cases.filter { $0.placebo == nil && $0.sha256 != nil }
    let arms = Set(drawn.map { $0.arm ?? "" })
    let groups = Dictionary(grouping: drawn) { $0.cluster + "\u{1F}" + ($0.noise ?? "") }
    let incomplete = groups.count { Set($0.value.map { $0.arm ?? "" }) != arms }
    return GateResult(
      .caseMix, status: incomplete == 0 ? .pass : .fail, value: Double(incomplete),
      sentence: incomplete == 0
        ? "Each of the \(groups.count) base cases and seeds has an image in each of \(arms.count) arms."
        : "\(incomplete) of \(groups.count) base cases and seeds lack an image in one of "
          + "\(arms.count) arms, so that arms differ in their cases.")
  }
}

/// The measurements of a model card that gates judge.
package struct ModelCardSummary: Sendable, Equatable {
  package struct Measurement: Sendable, Equatable {
    package var gate: ValidityGate
    package var name: String
    /// The finding it is about; nil for attributes.
    package var finding: String?
    /// Within a sentence: "an agreement of a sex predictor with the prompt".
    package var description: String
    package var value: Double
    /// The least value that passes.
    package var bar: Double

    package init(
      gate: ValidityGate, name: String, finding: String? = nil, description: String, value: Double,
      bar: Double
    ) {
      self.gate = gate
      self.name = name
      self.finding = finding
      self.description = description
      self.value = value
      self.bar = bar
    }
  }
  package var measurements: [Measurement]

  package init(measurements: [Measurement]) { self.measurements = measurements }
}
