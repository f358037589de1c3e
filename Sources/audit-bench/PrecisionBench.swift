import AuditModel
import ChexGen
import Foundation

/// How far images in bfloat16 are from those in single precision, by sampler.
enum PrecisionBench {
  private static let findings = [
    "No acute cardiopulmonary abnormality.", "Pleural effusion.", "Mild cardiomegaly.",
    "Pulmonary edema.",
  ]
  /// Every prompt has noise of its own.
  private static let prompts = (0..<24).map { index in
    "sex:\(index % 2 == 0 ? "Female" : "Male"), age:\(25 + 3 * index).0. PA view. "
      + findings[index / 2 % findings.count]
  }

  static func run() throws {
    print("| sampler | steps | images | mean difference | worst image | worst pixel |")
    print("|---|---|---|---|---|---|")
    for sampler in GeneratorSpecification.Sampler.allCases { print(try line(sampler)) }
  }

  private static func line(_ sampler: GeneratorSpecification.Sampler) throws -> String {
    var specification = GeneratorSpecification()
    specification.sampler = sampler
    var drawn: [[[UInt8]]] = []
    var steps = 0
    for precision in [GeneratorSpecification.Precision.fp32, .bf16] {
      specification.precision = precision
      let model = try RadiographModel.load(specification) { $0 }
      let options = SamplingOptions.resolved(specification, card: model.card)
      steps = options.steps
      let encoded = try model.encode(prompts)
      var images: [[UInt8]] = []
      for first in stride(from: 0, to: prompts.count, by: 8) {
        let requests = (first..<min(first + 8, prompts.count)).map {
          RenderRequest(prompt: encoded[$0], seed: 1, noisePath: ["precision", String($0)])
        }
        var last: DenoisingStep?
        for step in try model.denoising(requests, options: options) { last = step }
        if let last { images += try model.decode(last.latents).map(\.bytes) }
      }
      drawn.append(images)
    }
    let differences = zip(drawn[0], drawn[1]).map { full, half in
      zip(full, half).map { abs(Int($0) - Int($1)) }
    }
    let means = differences.map { Double($0.reduce(0, +)) / Double($0.count) }
    return String(
      format: "| %@ | %d | %d | %.3f | %.3f | %d |", sampler.rawValue, steps, prompts.count,
      means.reduce(0, +) / Double(means.count), means.max() ?? 0,
      differences.joined().max() ?? 0)
  }
}
