import AuditModel
import AuditStore
import Basics
import ChexGen
import Foundation

/// Trains a generator: prepares latents and captions here, and lets PyTorch do the rest.
package struct TrainUseCase {
  package var specificationPath: String
  package var reports: String
  /// Ends after the preparation, for machines that train elsewhere.
  package var onlyPrepares = false
  /// nil: that of `make train-setup`, or `AUDIT_TRAINER_PYTHON`.
  package var python: String?

  /// Folder of data and checkpoints in the report folder.
  package static let folderName = "training"

  package init(
    specificationPath: String, reports: String, onlyPrepares: Bool = false, python: String? = nil
  ) {
    self.specificationPath = specificationPath
    self.reports = reports
    self.onlyPrepares = onlyPrepares
    self.python = python
  }

  /// What was prepared and trained.
  package struct Outcome: Sendable, Equatable, Codable {
    package var folder: String
    package var trainingSamples: Int
    package var validationSamples: Int
    /// The checkpoint in the released layout; nil where nothing was trained.
    package var weights: String?
    package var notes: [String]
  }

  /// Resumable: what is prepared is kept, and training goes on from its last checkpoint.
  /// - Throws: ``AuditFailure`` for data, weights or an environment that cannot be used.
  package func run(context: RunContext) throws -> Outcome {
    let specification = try loadSpecification(at: specificationPath, for: .training)
    guard let training = specification.training else {
      throw AuditFailure("'\(specificationPath)' has no block 'training'")
    }
    let whole = absolutePath(reports) + "/" + specification.name
    let folder = whole + "/" + Self.folderName
    try createFolder(at: folder)
    let lock = try FolderLock(folder: whole)
    defer { withExtendedLifetime(lock) {} }
    // An absent environment is told before hours of encoding.
    let process = try onlyPrepares ? nil : TrainerProcess(python: python)

    let preparation = try TrainingPreparation(
      specification: specification, training: training, folder: folder + "/data", context: context)
    let prepared = try preparation.run()
    var outcome = Outcome(
      folder: folder, trainingSamples: prepared.training, validationSamples: prepared.validation,
      weights: nil, notes: prepared.notes)
    guard let process else { return outcome }
    try writeAtomically(
      try options(training, specification: specification, prepared: prepared, folder: folder),
      to: folder + "/training.json")
    try process.run(
      options: folder + "/training.json", processes: training.processes, steps: training.steps,
      log: folder + "/loss.jsonl", context: context)
    outcome.weights = folder + "/final.pth"
    return outcome
  }

  /// `training.json`, as the trainer reads it.
  private func options(
    _ training: TrainingSpecification, specification: AuditSpecification,
    prepared: TrainingPreparation.Outcome, folder: String
  ) throws -> String {
    var members: [(name: String, value: JSONValue)] = [
      ("stage", .string(training.stage.rawValue)), ("data", .string(folder + "/data")),
      ("output", .string(folder)), ("network", prepared.network),
      ("steps", .integer(training.steps)), ("batch", .integer(training.batch)),
      ("seed", .integer(training.seed)), ("learningRate", .number(training.learningRate)),
      ("weightDecay", .number(training.weightDecay)), ("epsilon", .number(training.epsilon)),
      ("average", .number(training.average)), ("captionDropout", .number(training.captionDropout)),
      ("prefixDropout", .number(training.prefixDropout)),
      ("accumulation", .integer(training.accumulation)),
      ("precision", .string(training.precision.rawValue)),
      ("recompute", .boolean(training.recompute)),
      ("saveEvery", .integer(training.saveEvery)), ("keep", .integer(training.keep)),
      ("validateEvery", .integer(training.validateEvery)),
    ]
    if let lora = training.lora {
      members.append(
        ("lora", .object([("rank", .integer(lora.rank)), ("alpha", .number(lora.alpha))])))
    }
    if let clip = training.clip { members.append(("clip", .number(clip))) }
    if training.stage != .pretrain {
      members.append(("start", .string(prepared.start)))
      members.append(("startKey", .string(training.generator.checkpointKey)))
    }
    return JSONValue.object(members).prettyText + "\n"
  }
}
