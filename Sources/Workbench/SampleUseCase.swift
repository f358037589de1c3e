import AuditModel
import ChexGen
import Cohorts
import Images

/// One radiograph now, from a prompt.
package struct SampleUseCase {
  package struct Request: Sendable {
    package var prompt: String
    package var generator: GeneratorSpecification
    package var seed: UInt64
    package var output: String

    package init(
      prompt: String, generator: GeneratorSpecification, seed: UInt64, output: String
    ) {
      self.prompt = prompt
      self.generator = generator
      self.seed = seed
      self.output = output
    }
  }

  package struct Outcome: Sendable, Equatable, Codable {
    package var path: String
    package var sha256: String
    package var width: Int
    package var height: Int
    package var generator: String
    package var options: [String: String]
    /// The caption was longer than the model reads and was cut.
    package var promptWasCut: Bool
  }

  package init() {}

  package func run(_ request: Request, context: RunContext) throws -> Outcome {
    guard !request.prompt.allSatisfy(\.isWhitespace) else {
      throw AuditFailure("the prompt is empty", hint: "describe the radiograph", kind: .usage)
    }
    var generator = try ChexGenGenerator(request.generator, resolve: { $0 })
    let cut = try generator.prepare(prompts: [request.prompt])
    let job = RenderJob(prompt: request.prompt, seed: request.seed, noisePath: ["sample"])
    let images = try generator.render([job]) { step, count in
      try context.checkInterrupted()
      context.report(
        StageProgress(
          stage: "denoising", done: Double(step), total: Double(count), unit: "steps"))
    }
    guard let image = images.first else { throw AuditFailure("the generator drew no image") }
    let bytes = try encodePNG(
      image,
      text: [
        ("Synthetic", "true"), ("Generator", generator.name), ("Prompt", request.prompt),
        ("Seed", String(request.seed)),
      ])
    try writeAtomically(bytes, to: absolutePath(request.output))
    return Outcome(
      path: request.output, sha256: SHA256.hex(of: bytes), width: image.width,
      height: image.height, generator: generator.name, options: generator.options,
      promptWasCut: !cut.isEmpty)
  }
}
