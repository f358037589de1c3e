import AuditModel
import Basics
import AuditStore
import Cohorts
import Foundation
import Images

/// Checks on the synthetic cohort itself: is it what the prompts asked for, and can it be repeated?
///
/// Identifiers follow the list of validity threats in the documentation (G0 to G17).
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
    let design = CounterfactualDesign(cohort)
    var gates = [support(cohort, generator: generator)]
    gates += predicted
    let judged = Set(predicted.filter { $0.id == "G1" && $0.status != .notRun }.map(\.name))
    if let card {
      gates += expression(card, findings: cohort.findings.map(\.name))
        .filter { !judged.contains($0.name) }
    } else if judged.isEmpty {
      gates.append(
        GateResult(
          id: "G1", name: "Attributes expressed", status: .notRun,
          rule: "independent predictors agree with the prompts",
          sentence: "The weights come without a model card, and the spec names no "
            + "'attributePredictors'."))
    }
    let images = try sanity(cases)
    gates.append(images.gate)
    gates.append(try similarity(cases, design: design))
    gates.append(try repeatability(cases, generator: generator))
    let tested = Set(gates.map(\.id))
    for var gate in Self.notRun where !tested.contains(gate.id) {
      if gate.id == "G2", !judged.isEmpty {
        gate.sentence =
          "One predictor judged each attribute; a second one, trained on other data, "
          + "would show whether they share a blind spot."
      }
      gates.append(gate)
    }
    return gates
  }

  private func support(_ cohort: CohortSpecification, generator: any RadiographGenerator)
    -> GateResult
  {
    let attributes = [
      ("sex", cohort.attributes.sex), ("age", cohort.attributes.age.map(Arm.years)),
      ("race", cohort.attributes.race),
    ]
    var outside = attributes.compactMap { name, values in
      values.isEmpty
        ? nil : generator.limitation(ofAttribute: name, values: values).map { "\(name): \($0)" }
    }
    outside += cohort.findings.compactMap { finding in
      generator.limitation(ofFinding: finding.name).map { "\(finding.name): \($0)" }
    }
    return GateResult(
      id: "G0", name: "Prompts inside the generator's support",
      status: outside.isEmpty ? .pass : .fail, value: Double(outside.count),
      rule: "every attribute value and finding is listed in the model card",
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
        id: measured.gate, name: measured.name, status: passes ? .pass : .fail,
        value: measured.value, rule: "\(measured.name) ≥ \(measured.bar)",
        sentence: "The model card reports \(measured.description) of "
          + "\(formatted(measured.value)); the rule asks for at least \(formatted(measured.bar)). "
          + (passes
            ? "It was measured when the generator was built, not on this cohort."
            : "Results that rest on it must not be attributed to the classifier."))
    }
  }

  private func formatted(_ value: Double) -> String { String(format: "%.2f", value) }

  /// Blank, saturated or flat images by their grey values.
  private func sanity(_ cases: [StoredCase]) throws -> (gate: GateResult, failed: Int) {
    var failed: [String] = []
    for (index, item) in cases.enumerated() {
      try context.checkInterrupted()
      guard let relative = item.image else { continue }
      let image = try readPNG(at: workspace.path(relative))
      if exposureFault(of: image) != nil { failed.append(relative) }
      context.report(
        StageProgress(
          stage: "checking images", done: Double(index + 1), total: Double(cases.count),
          unit: "images"))
    }
    let share = cases.isEmpty ? 0 : 1 - Double(failed.count) / Double(cases.count)
    return (
      GateResult(
        id: "G14", name: "Images are exposures", status: share >= 0.99 ? .pass : .fail,
        value: share, rule: "at least 99 % of images are neither blank, flat nor saturated",
        sentence: failed.isEmpty
          ? "All \(cases.count) images have a usable range of grey values."
          : "\(failed.count) of \(cases.count) images are blank, flat or saturated, e.g. "
            + "\(failed.prefix(3).joined(separator: ", "))."), failed.count
    )
  }

  /// How alike the arms of a base case are, next to how alike two seeds of one prompt are.
  private func similarity(_ cases: [StoredCase], design: CounterfactualDesign) throws -> GateResult
  {
    let reference = design.referenceArm.identifier
    var arms: [Double] = []
    var placebos: [Double] = []
    // Twelve base cases bound the work; a mean over them is stable enough to compare two kinds.
    let groups = Dictionary(grouping: cases, by: \.cluster).sorted { $0.key < $1.key }.prefix(12)
    for (_, group) in groups {
      guard let first = group.first(where: { $0.arm == reference }), let path = first.image else {
        continue
      }
      let base = try readPNG(at: workspace.path(path)).gray()
      for other in group where other.id != first.id {
        guard let image = other.image else { continue }
        let picture = try readPNG(at: workspace.path(image)).gray()
        guard picture.width == base.width, picture.height == base.height else { continue }
        let value = structuralSimilarity(base, picture)
        if other.placebo == "seed" { placebos.append(value) }
        if other.placebo == nil, other.noise == first.noise { arms.append(value) }
      }
    }
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    guard let within = mean(arms) else {
      return GateResult(
        id: "G4", name: "Arms share their anatomy", status: .notRun,
        rule: "arms of a base case are more alike than two seeds",
        sentence: "The cohort has a single arm, so there is nothing to compare.")
    }
    guard let between = mean(placebos) else {
      return GateResult(
        id: "G4", name: "Arms share their anatomy", status: .notRun, value: within,
        rule: "arms of a base case are more alike than two seeds",
        sentence: "The mean structural similarity between arms is \(formatted(within)); without a "
          + "seed placebo there is nothing to compare it with.")
    }
    return GateResult(
      id: "G4", name: "Arms share their anatomy", status: within > between ? .pass : .warn,
      value: within, rule: "arms of a base case are more alike than two seeds",
      sentence:
        "The mean structural similarity is \(formatted(within)) between arms of a base case "
        + "and \(formatted(between)) between two seeds of the same prompt.")
  }

  /// Draws two images again and compares the bytes.
  private func repeatability(_ cases: [StoredCase], generator: any RadiographGenerator) throws
    -> GateResult
  {
    let sample = [cases.first, cases.last].compactMap { $0 }
    var copy = generator
    _ = try copy.prepare(prompts: sample.compactMap(\.prompt))
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
      id: "G6", name: "The cohort can be repeated", status: equal == sample.count ? .pass : .fail,
      value: Double(equal), rule: "images drawn again have identical bytes",
      sentence: "\(equal) of \(sample.count) images drawn a second time, in another batch, have "
        + "identical bytes.")
  }

  /// Threats that this version does not test, said one by one.
  private static let notRun: [GateResult] = [
    (
      "G2", "Attribute predictors are independent", "at least two predictors from other data agree",
      "No attribute predictors were given, so their agreement was not tested."
    ),
    (
      "G3", "Findings are drawn alike in all arms",
      "a reference classifier's AUCs differ by less than δ between all groups",
      "No reference panel was given: whether the generator draws the finding equally well in every "
        + "arm was not tested."
    ),
    (
      "G5", "The gap is the classifier's, not the generator's",
      "difference in differences against a reference panel",
      "No reference panel was given, so generator and classifier bias cannot be told apart beyond "
        + "the placebo."
    ),
    (
      "G7", "Several seeds per base case", "at least three seeds per base case",
      "Every base case has one noise seed; seed luck is covered by the number of base cases only."
    ),
    (
      "G9", "Distance from real images", "distances per subgroup are reported",
      "No distance between synthetic and real image distributions was computed."
    ),
    (
      "G10", "Synthetic results transfer to real ones",
      "agreement with a matched real cohort",
      "No matched real cohort was given, so whether these results hold for real patients is unknown."
    ),
    (
      "G12", "Labels are right", "conclusions stable under label noise",
      "Labels of synthetic images are the prompts; label noise of real images was not examined."
    ),
    (
      "G17", "No leakage between generator and classifier",
      "the classifier has not seen the generator's training images",
      "Whether the classifier was trained on images that the generator was trained on was not "
        + "declared."
    ),
  ].map { id, name, rule, sentence in
    GateResult(id: id, name: name, status: .notRun, rule: rule, sentence: sentence)
  }
}

/// The measurements of a model card that gates judge.
package struct ModelCardSummary: Sendable, Equatable {
  package struct Measurement: Sendable, Equatable {
    /// `G1` for attributes, `G3` for findings, `G11` for memorisation.
    package var gate: String
    package var name: String
    /// The finding it is about; nil for attributes.
    package var finding: String?
    /// Within a sentence: "an agreement of a sex predictor with the prompt".
    package var description: String
    package var value: Double
    /// The least value that passes.
    package var bar: Double

    package init(
      gate: String, name: String, finding: String? = nil, description: String, value: Double,
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
