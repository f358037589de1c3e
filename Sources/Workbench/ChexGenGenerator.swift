import AuditModel
import ChexGen
import Cohorts
import Foundation
import Images

/// ChexGen as the generator that cohorts ask for.
package struct ChexGenGenerator: RadiographGenerator {
  private let model: RadiographModel
  private let sampling: SamplingOptions
  private var encoded: [String: EncodedPrompt] = [:]

  package init(_ specification: GeneratorSpecification, resolve: (String) -> String) throws {
    model = try RadiographModel.load(specification, resolve: resolve)
    sampling = SamplingOptions.resolved(specification, card: model.card)
  }

  package var name: String { model.name }
  package var resolution: Int { model.resolution }
  package var options: [String: String] { sampling.record }
  package var hashes: [String: String] { model.hashes }
  package var card: ModelCard? { model.card }
  package var stepCount: Int { sampling.steps }

  package func limitation(ofAttribute attribute: String, values: [String]) -> String? {
    guard let support = model.card?.support else { return nil }
    return values.compactMap { support.limitation(ofAttribute: attribute, value: $0) }.first
  }

  package func limitation(ofFinding finding: String) -> String? {
    model.card?.support?.limitation(ofFinding: finding)
  }

  package mutating func prepare(prompts: [String]) throws -> [String] {
    let trunks = sampling.sharedSteps > 0 ? prompts.map(Self.trunkPrompt) : []
    let missing = Array(Set(prompts + trunks).subtracting(encoded.keys)).sorted()
    guard !missing.isEmpty else { return [] }
    let new = try model.encode(missing)
    for prompt in new { encoded[prompt.prompt] = prompt }
    return new.filter(\.truncated).map(\.prompt)
  }

  /// The attribute-free prompt of the leading shared steps: the caption without its demographic
  /// prefix, which ends at the first full stop before a space (`age:71.0` has none).
  package static func trunkPrompt(of prompt: String) -> String {
    guard ["sex:", "age:", "race:"].contains(where: prompt.hasPrefix),
      let end = prompt.range(of: ". ")
    else { return prompt }
    return String(prompt[end.upperBound...])
  }

  package func render(_ jobs: [RenderJob], step: (Int, Int) throws -> Void) throws
    -> [RasterImage]
  {
    let requests = try jobs.map { job in
      guard let prompt = encoded[job.prompt] else {
        throw AuditFailure("the prompt '\(job.prompt)' was not prepared before rendering")
      }
      let trunk = sampling.sharedSteps > 0 ? encoded[Self.trunkPrompt(of: job.prompt)] : nil
      return RenderRequest(
        prompt: prompt, seed: job.seed, noisePath: job.noisePath, trunk: trunk)
    }
    var latents: DenoisingStep?
    for state in try model.denoising(requests, options: sampling) {
      try step(state.index + 1, state.count)
      latents = state
    }
    guard let latents else { throw AuditFailure("the sampler was asked for no steps") }
    return try model.decode(latents.latents)
  }
}
