import AuditModel
import Basics
import AuditStore
import Classifiers
import Cohorts
import Foundation
import Images
import Randomness

/// Draws and scores a sample of images again.
struct SampleVerification {
  let workspace: AuditWorkspace
  let report: AuditReport
  let context: RunContext
  let size: Int
  let sources: VerificationSources

  func run() throws -> [VerificationCheck] {
    guard size > 0 else { return [] }
    return [try weightsAndImages(), try scores()].flatMap { $0 }
  }

  /// The weights' hashes, and a sample of images drawn from their seeds.
  private func weightsAndImages() throws -> [VerificationCheck] {
    guard let cohort = workspace.specification.cohort else { return [] }
    var generator: ChexGenGenerator
    do {
      guard let files = located(cohort.generator) else {
        return [
          VerificationCheck(
            subject: "weights", status: .notChecked,
            detail: "the generator's files were not named: " + VerificationSources.hint(.model))
        ]
      }
      generator = try ChexGenGenerator(files, resolve: { $0 })
    } catch let failure as AuditFailure {
      return [
        VerificationCheck(
          subject: "weights", status: .different, detail: failure.message,
          differences: [failure.message])
      ]
    }
    let changed = generator.hashes.sorted { $0.key < $1.key }.filter {
      report.provenance.hashes["generator \($0.key)"] != $0.value
    }.map { "the weights '\($0.key)' have another hash than the report names" }
    var checks = [
      VerificationCheck(
        subject: "weights", status: changed.isEmpty ? .same : .different,
        detail: changed.isEmpty
          ? "every weight file has the hash in the report" : changed.joined(separator: "; "),
        differences: changed)
    ]
    let sample = try chosen(try workspace.store.cases(of: .synthetic))
    _ = try generator.prepare(prompts: sample.compactMap(\.prompt))
    let images = try generator.render(sample.map { try CohortRendering.job($0, in: workspace) }) {
      step, count in
      try context.checkInterrupted()
      context.report(
        StageProgress(
          stage: "drawing a sample again", done: Double(step), total: Double(count), unit: "steps"))
    }
    var differences: [String] = []
    for (item, image) in zip(sample, images) {
      let bytes = try encodePNG(image, text: CohortRendering.text(of: item, generator: generator))
      guard SHA256.hex(of: bytes) != item.sha256 else { continue }
      let path = try workspace.path(item.image ?? "")
      let distance =
        (try? readPNG(at: path)).flatMap { stored in
          stored.width == image.width && stored.height == image.height
            ? meanAbsoluteDifference(stored, image) : nil
        } ?? .infinity
      // Other processors round differently: up to one grey level on average is the same image.
      if distance > 1 {
        differences.append(
          "\(item.name): drawn again it differs by \(String(format: "%.1f", distance)) grey levels")
      }
    }
    checks.append(
      VerificationCheck(
        subject: "redrawn images", status: differences.isEmpty ? .same : .different,
        detail: differences.isEmpty
          ? "\(sample.count) images drawn again from their seeds are the same"
          : differences.joined(separator: "; "), differences: differences))
    return checks
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
        let differences = try rescored(sources.located(classifier))
        checks.append(
          VerificationCheck(
            subject: subject, status: differences.isEmpty ? .same : .different,
            detail: differences.isEmpty
              ? "a sample scored again got the same scores" : differences.joined(separator: "; "),
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

  private func rescored(_ specification: ClassifierSpecification) throws -> [String] {
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
      let sample = try chosen(try workspace.store.cases(of: cohort).filter { $0.image != nil })
      guard !sample.isEmpty else { continue }
      let stored = try findings.map {
        try workspace.store.scores(classifier: specification.name, finding: $0, cohort: cohort)
      }
      // Attribute predictors look at synthetic images only.
      guard stored.contains(where: { !$0.isEmpty }) else { continue }
      let byName = Dictionary(
        sample.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
      let images = try sample.map { item in
        ImageCase(id: item.name, path: try sources.imagePath(of: item, in: workspace))
      }
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
    return differences
  }

  /// A sample that is the same on every verification of this report.
  private func chosen(_ cases: [StoredCase]) throws -> [StoredCase] {
    var stream = RandomStream(seed: 0, path: ["verify", report.provenance.planHash])
    return Array(cases.shuffled(using: &stream).prefix(size)).sorted { $0.id < $1.id }
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
    return folder + "/" + relative
  }
}
