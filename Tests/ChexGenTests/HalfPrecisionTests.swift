import AuditModel
import Foundation
import Images
import Tensors
import Testing

@testable import ChexGen

/// bfloat16 against single precision on the built-in model, and the memory of a step.
@Suite struct HalfPrecisionTests {
  private static let prompts = [
    "sex:Female, age:63.0. PA view. Pleural effusion.",
    "sex:Male, age:34.0. No acute cardiopulmonary abnormality.",
  ]

  private func images(
    _ model: RadiographModel, _ sampler: GeneratorSpecification.Sampler
  ) throws -> [RasterImage] {
    var options = SamplingOptions()
    options.sampler = sampler
    options.steps = sampler == .ancestral ? 20 : 10
    options.guidance = 3
    let requests = try model.encode(Self.prompts).map {
      RenderRequest(prompt: $0, seed: 5, noisePath: ["half"])
    }
    var last: Tensor?
    for step in try model.denoising(requests, options: options) { last = step.latents }
    return try model.decode(try #require(last))
  }

  @Test func imagesDifferByLessThanTwoGreyLevels() throws {
    var specification = GeneratorSpecification()
    let full = try RadiographModel.load(specification) { $0 }
    specification.precision = .bf16
    let half = try RadiographModel.load(specification) { $0 }
    #expect(
      SamplingOptions.resolved(specification, card: half.card).record["precision"] == "bf16")
    for sampler in GeneratorSpecification.Sampler.allCases {
      let (a, b) = (try images(full, sampler), try images(half, sampler))
      var (sum, count, differing) = (0, 0, 0)
      for (a, b) in zip(a, b) {
        for (x, y) in zip(a.bytes, b.bytes) {
          sum += abs(Int(x) - Int(y))
          differing += x == y ? 0 : 1
          count += 1
        }
      }
      let mean = Double(sum) / Double(count)
      print("HalfPrecisionTests: \(sampler): mean absolute difference \(mean) grey levels")
      // The bound is the requirement; some pixels must differ, or bfloat16 was not in use.
      #expect(mean <= 2, "\(sampler)")
      #expect(differing > 0, "\(sampler)")
    }
  }

  @Test func stepsAfterTheFirstTwoAskForNoMemory() throws {
    let model = try RadiographModel.load(GeneratorSpecification()) { $0 }
    var options = SamplingOptions()
    options.guidance = 3
    let requests = try model.encode(Self.prompts).map {
      RenderRequest(prompt: $0, seed: 5, noisePath: ["memory"])
    }
    for sampler in GeneratorSpecification.Sampler.allCases {
      options.sampler = sampler
      options.steps = 10
      var denoising = try model.denoising(requests, options: options)
      // Samplers of second order keep the step before; after two steps every shape has occurred.
      for _ in 0..<2 { _ = denoising.next() }
      let count = denoising.workspace.allocationCount
      #expect(count > 0)
      for _ in 2..<10 { _ = denoising.next() }
      #expect(denoising.workspace.allocationCount == count, "\(sampler)")
    }
  }
}
