import AuditModel
import Basics
import ChexGen
import Cohorts
import Foundation
import Images
import Synchronization
import Vocabulary

/// ChexGen as the generator that cohorts ask for.
package struct ChexGenGenerator: RadiographGenerator {
  private let model: RadiographModel
  private var sampling: SamplingOptions
  package let card: GeneratorCard
  private var encoded: [String: EncodedPrompt] = [:]
  package private(set) var notes: [String] = []
  private let conditions = ConditionCache()

  package init(_ specification: GeneratorSpecification, resolve: (String) -> String) throws {
    model = try RadiographModel.load(specification, resolve: resolve)
    sampling = SamplingOptions.resolved(specification, card: model.card)
    card = GeneratorCard(model)
    guard specification.strength != .auto || sampling.strength != nil else {
      throw AuditFailure(
        "'cohort.generator.strength' is \"auto\", but the model card of '\(model.name)' has no "
          + "tuned strength",
        hint: "run 'audit tune' with this spec and write what it finds, for example "
          + "{ \"trunk\": { \"sex\": 8 } }")
    }
  }

  package var name: String { model.name }
  package var resolution: Int { model.resolution }
  package var options: [String: String] {
    var options = sampling.record
    options["matrixEngine"] = model.matrixEngineRecord
    options["engine"] = model.engineRecord
    return options
  }
  package var hashes: [String: String] { get throws { try model.hashes } }
  package var stepCount: Int { sampling.steps }
  package var usesAnchors: Bool { !sampling.mechanisms.isEmpty }

  package func adopting(_ strength: CounterfactualStrength) -> (any RadiographGenerator)? {
    var copy = self
    copy.sampling.sharedSteps = 0
    copy.sampling.strength = strength
    return copy
  }

  package func networkRows(arms: Int) -> Int? { sampling.networkRows(arms: arms) }

  /// The file beside the weights, with what only ChexGen has.
  var modelCard: ModelCard? { model.card }
  /// As resolved from spec and model card.
  package var samplingOptions: SamplingOptions { sampling }

  package mutating func prepare(prompts: [String]) throws -> [String] {
    let trunks = sampling.sharedSteps > 0 ? prompts.map(card.caption.impression) : []
    let missing = Array(Set(prompts + trunks).subtracting(encoded.keys)).sorted()
    guard !missing.isEmpty else { return [] }
    var told: [String] = []
    let new = try model.encode(missing, cache: TextFeatureCache.standard()) { told.append($0) }
    notes = told
    for prompt in new { encoded[prompt.prompt] = prompt }
    return new.filter(\.truncated).map(\.prompt)
  }

  package func conditionSize() throws -> (width: Int, height: Int) {
    let latent = try model.latentSize(of: sampling.size, withControl: true)
    return (latent.width * model.reduction, latent.height * model.reduction)
  }

  package func render(_ jobs: [RenderJob], step: (Int, Int) throws -> Void) throws
    -> [RasterImage]
  {
    // Text alone, the control network without an image, and with one are different computations.
    let groups = [
      jobs.indices.filter { jobs[$0].guidance == .none },
      jobs.indices.filter { jobs[$0].guidance == .unplaced },
      jobs.indices.filter { if case .image = jobs[$0].guidance { true } else { false } },
    ].filter { !$0.isEmpty }
    var images = [RasterImage?](repeating: nil, count: jobs.count)
    var done = 0
    for group in groups {
      let drawn = try renderAlike(group.map { jobs[$0] }) { index, count in
        try step(done + index, groups.count * count)
      }
      for (place, image) in zip(group, drawn) { images[place] = image }
      done += sampling.steps
    }
    return images.compactMap { $0 }
  }

  /// Jobs of one kind of guidance.
  private func renderAlike(
    _ jobs: [RenderJob], step: (Int, Int) throws -> Void
  ) throws -> [RasterImage] {
    let requests = try jobs.map(request)
    var latents: DenoisingStep?
    for state in try model.denoising(requests, options: sampling) {
      try step(state.index + 1, state.count)
      latents = state
    }
    guard let latents else { throw AuditFailure("the sampler was asked for no steps") }
    return try model.decode(latents.latents)
  }

  private func request(_ job: RenderJob) throws -> RenderRequest {
    guard let prompt = encoded[job.prompt] else {
      throw AuditFailure("the prompt '\(job.prompt)' was not prepared before rendering")
    }
    var request = RenderRequest(prompt: prompt, seed: job.seed, noisePath: job.noisePath)
    if let anchor = job.anchor, usesAnchors {
      guard let anchor = encoded[anchor] else {
        throw AuditFailure("the anchor '\(anchor)' was not prepared before rendering")
      }
      request.anchor = anchor
    } else if sampling.sharedSteps > 0 {
      request.anchor = encoded[card.caption.impression(of: job.prompt)]
    }
    request.usesControlNetwork = job.guidance != .none
    if case .image(let image) = job.guidance {
      let encoded = try conditions.value(for: image) {
        try model.encodeControlImage(image, size: sampling.size)
      }
      request.control = model.controlCondition(
        encoded, seed: job.seed, noisePath: job.noisePath)
    }
    return request
  }
}

/// The last encoded control images: all arms of a base case share one, and encoding costs as much
/// as a denoising step.
private final class ConditionCache: Sendable {
  private let entries = Mutex<[(image: RasterImage, encoded: EncodedControlImage)]>([])

  func value(
    for image: RasterImage, make: () throws -> EncodedControlImage
  ) throws -> EncodedControlImage {
    if let known = entries.withLock({ $0.first { $0.image == image } }) { return known.encoded }
    let encoded = try make()
    entries.withLock { entries in
      entries.insert((image, encoded), at: 0)
      if entries.count > 8 { entries.removeLast() }
    }
    return encoded
  }
}
