import AuditModel
import Basics
import AuditStore
import Classifiers
import Cohorts
import Foundation
import Images
import Randomness
import Vocabulary

/// Draws and scores a sample of images again.
struct SampleVerification {
  let workspace: AuditWorkspace
  let report: AuditReport
  let context: RunContext
  let size: Int
  /// Of the machine's randomness, unless a verification is repeated.
  let seed: UInt64
  let sources: VerificationSources
  let makeGenerator: GeneratorMaker

  func run() throws -> [VerificationCheck] {
    guard size > 0 else { return [] }
    return [try weightsAndImages(), try scores()].flatMap { $0 }
  }

  /// The weights' hashes, and a sample of images drawn from their seeds.
  private func weightsAndImages() throws -> [VerificationCheck] {
    guard let cohort = workspace.specification.cohort else { return [] }
    var generator: any RadiographGenerator
    do {
      guard let files = located(try cohort.generator.tuned(in: workspace.folder)) else {
        return [
          VerificationCheck(
            subject: "weights", status: .notChecked,
            detail: "the generator's files were not named: " + VerificationSources.hint(.model))
        ]
      }
      var moved = cohort
      moved.generator = files
      // Only the built-in networks are on every machine.
      moved.generator.engine = .builtIn
      (moved.generator.device, moved.generator.engineOptions) = (nil, [:])
      generator = try makeGenerator(moved, workspace.specification)
    } catch let failure as AuditFailure {
      return [
        VerificationCheck(
          subject: "weights", status: .different, detail: failure.message,
          differences: [failure.message])
      ]
    }
    let changed = try generator.hashes.sorted { $0.key < $1.key }.filter {
      report.provenance.hashes["generator \($0.key)"] != $0.value
    }.map { "the weights '\($0.key)' have another hash than the report names" }
    var checks = [
      VerificationCheck(
        subject: "weights", status: changed.isEmpty ? .same : .different,
        detail: changed.isEmpty
          ? "every weight file has the hash in the report" : changed.joined(separator: "; "),
        differences: changed)
    ]
    guard changed.isEmpty else { return checks }
    checks.append(options(of: generator))
    checks.append(try gates(of: cohort, generator: generator))
    checks.append(try redrawn(by: &generator))
    return checks
  }

  /// Whether a sample of the images comes out of the generator again.
  private func redrawn(by generator: inout any RadiographGenerator) throws -> VerificationCheck {
    let cases = try workspace.store.cases(of: .synthetic)
    let sample = try chosen(cases)
    _ = try generator.prepare(
      prompts: CohortRendering.prompts(of: sample, for: generator))
    let images = try generator.render(sample.map { try CohortRendering.job($0, in: workspace) }) {
      step, count in
      try context.checkInterrupted()
      context.report(
        StageProgress(
          stage: "drawing a sample again", done: Double(step), total: Double(count), unit: "steps"))
    }
    var differences: [String] = []
    var farthest = 0.0
    for (item, image) in zip(sample, images) {
      let bytes = try encodePNG(image, text: CohortRendering.text(of: item, generator: generator))
      guard SHA256.hex(of: bytes) != item.sha256 else { continue }
      let path = try workspace.path(item.image ?? "")
      let distance =
        (try? readPNG(at: path)).flatMap { stored in
          stored.width == image.width && stored.height == image.height
            ? meanAbsoluteDifference(stored, image) : nil
        } ?? .infinity
      farthest = max(farthest, distance)
      // Other processors and engines round differently: up to one grey level on average is the same image.
      if distance > 1 {
        differences.append(
          "\(item.name): drawn again it differs by \(WrittenNumber.fixed(distance, 1)) grey levels")
      }
    }
    return VerificationCheck(
      subject: "redrawn images", status: differences.isEmpty ? .same : .different,
      detail: differences.isEmpty
        ? "\(sampled(sample.count, of: cases.count)) and made again from their seeds "
          + same(farthest)
        : differences.joined(separator: "; "), differences: differences)
  }

  /// How near the sample came, and to what it was compared.
  private func same(_ farthest: Double) -> String {
    guard let engine = report.provenance.options["engine"] else { return "are the same" }
    return
      "by the built-in networks differ by at most \(WrittenNumber.fixed(farthest, 3)) grey levels on "
      + "average from those of \(engine) (1 is allowed)"
  }

  /// Sampler, steps, guidance and the like, as this generator resolves the spec.
  private func options(of generator: any RadiographGenerator) -> VerificationCheck {
    let recorded = report.provenance.options
    let differences = generator.options.sorted { $0.key < $1.key }.compactMap { name, value in
      recorded[name] == value
        ? nil : "\(name): the spec gives \(value), the report says \(recorded[name] ?? "nothing")"
    }
    return VerificationCheck(
      subject: "sampler", status: differences.isEmpty ? .same : .different,
      detail: differences.isEmpty
        ? "the spec gives the sampler and the options that the report names"
        : differences.joined(separator: "; "), differences: differences)
  }

  /// The gates on the images, examined again.
  private func gates(of cohort: CohortSpecification, generator: any RadiographGenerator) throws
    -> VerificationCheck
  {
    let drawn = try workspace.drawnCohort() ?? cohort
    // Equal bits are a matter of one machine; the sample is compared with a tolerance instead.
    func portable(_ evidence: CohortEvidence) -> CohortEvidence {
      var evidence = evidence
      evidence.gates.removeAll { $0.judges(.repeatability) }
      return evidence
    }
    let again = try CohortEvidenceStage(
      workspace: workspace, context: context, generators: GeneratorCache { _ in generator }
    ).evidence(of: drawn, generator: generator)
    let differences = JSONDifference.between(
      portable(again), portable(try CohortEvidence.stored(in: workspace.store)),
      expectedName: "examined again",
      foundName: "report")
    return VerificationCheck(
      subject: "gates", status: differences.isEmpty ? .same : .different,
      detail: differences.isEmpty
        ? "the gates of the synthetic images were examined again and came out the same"
        : differences.prefix(3).joined(separator: "; "), differences: differences)
  }

  /// A sample scored again by every classifier that reads images.
  private func scores() throws -> [VerificationCheck] {
    var checks: [VerificationCheck] = []
    for classifier in workspace.specification.models where classifier.readsImages {
      let subject = "rescored images, \(classifier.name)"
      if let sentence = try RepeatabilityCheck(store: workspace.store, context: context)
        .sentence(classifier.name)
      {
        checks.append(
          VerificationCheck(subject: subject, status: .notChecked, detail: sentence))
        continue
      }
      do {
        let (differences, words) = try rescored(sources.located(classifier))
        checks.append(
          VerificationCheck(
            subject: subject, status: differences.isEmpty ? .same : .different,
            detail: differences.isEmpty
              ? "\(words) got the same scores" : differences.joined(separator: "; "),
            differences: differences))
      } catch let missing as VerificationSources.NotNamed {
        checks.append(
          VerificationCheck(subject: subject, status: .notChecked, detail: missing.sentence))
      } catch let failure as AuditFailure where failure.kind != .interrupted {
        checks.append(
          VerificationCheck(subject: subject, status: .notChecked, detail: failure.message))
      }
    }
    return checks
  }

  private func rescored(_ specification: ClassifierSpecification) throws
    -> (differences: [String], words: String)
  {
    var words: [String] = []
    let findings =
      try ScoreStage(workspace: workspace, context: context).answeredFindings()[specification.name]
      ?? []
    let log = try PrivateFolder(purpose: "log")
    defer { withExtendedLifetime(log) {} }
    let classifier = try makeClassifier(
      specification,
      directory: sources.specification?.directory ?? workspace.specification.directory,
      findings: findings, logFile: log.path + "/classifier.log")
    var differences: [String] = []
    for cohort in [StoredCase.Cohort.synthetic, .real] {
      let cases = try workspace.store.cases(of: cohort).filter { $0.image != nil }
      let sample = try chosen(cases)
      guard !sample.isEmpty else { continue }
      let stored = try findings.map {
        try workspace.store.scores(classifier: specification.name, finding: $0, cohort: cohort)
      }
      // Attribute predictors look at synthetic images only.
      guard stored.contains(where: { !$0.isEmpty }) else { continue }
      let byName = Dictionary(
        sample.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
      let images = try sample.map { item in
        ImageCase(
          id: item.name, path: try sources.imagePath(of: item, in: workspace),
          reading: workspace.imageReading(of: cohort),
          leavesOutUnreadable: workspace.leavesOutUnreadable(of: cohort))
      }
      words.append("\(cohort.rawValue): \(sampled(sample.count, of: cases.count)) and scored again")
      try classifier.score(images) { answers in
        try context.checkInterrupted()
        for answer in answers {
          guard let id = byName[answer.id] else { continue }
          for (finding, column) in zip(findings, stored) {
            let now = answer.scores[finding] ?? nil
            let then = column[id] ?? nil
            // Runtimes of other versions round differently in the last digits.
            let isSame = now == then || abs((now ?? .infinity) - (then ?? -.infinity)) <= 1e-4
            if !isSame {
              differences.append(
                "\(answer.id), \(finding): stored \(then.map { "\($0)" } ?? "nothing"), now "
                  + "\(now.map { "\($0)" } ?? "nothing")")
            }
          }
        }
      }
    }
    return (differences, words.joined(separator: "; "))
  }

  /// A sample that nobody could foresee when the report was made.
  private func chosen(_ cases: [StoredCase]) throws -> [StoredCase] {
    var stream = RandomStream(seed: seed, path: ["verify"])
    return Array(cases.shuffled(using: &stream).prefix(size)).sorted { $0.id < $1.id }
  }

  /// How the sample was drawn, for a sentence.
  private func sampled(_ count: Int, of total: Int) -> String {
    "\(count) of \(total) images, drawn with --sample-seed \(seed),"
  }

  /// The generator with its files' places among what the verifier named; the built-in one is ours.
  private func located(_ generator: GeneratorSpecification) -> GeneratorSpecification? {
    if generator.model?.hasPrefix("builtin:") == true,
      [generator.dit, generator.t5, generator.vae, generator.control].allSatisfy({ $0 == nil })
    {
      return generator
    }
    var found = generator
    for path in [
      \GeneratorSpecification.model, \.dit, \.t5, \.vae, \.control,
    ] {
      guard let written = generator[keyPath: path], !written.hasPrefix("builtin:") else { continue }
      guard let place = sources.locate(written, .model) else { return nil }
      found[keyPath: path] = place
    }
    return found
  }
}

extension VerificationSources {
  /// The file of a case's image: in the report folder, or among the verifier's own images.
  /// - Throws: ``NotNamed`` where the verifier named no images.
  func imagePath(of item: StoredCase, in workspace: AuditWorkspace) throws -> String {
    guard item.cohort == .real else { return try workspace.path(item.image ?? "") }
    guard let images = workspace.specification.real?.images, let folder = locate(images, .data)
    else {
      throw NotNamed(sentence: "the real images were not named: \(Self.hint(.data))")
    }
    let written = workspace.specification.resolve(images) + "/"
    let stored = item.image ?? item.name
    let relative = stored.hasPrefix(written) ? String(stored.dropFirst(written.count)) : stored
    guard ConfinedFolder.isPlain(relative) else {
      throw AuditFailure("the store names the image '\(relative)', which is below no folder")
    }
    return try locatedImage(folder + "/" + relative)
  }
}
