import AuditModel
import Basics
import Images
import Tensors
import Testing

@testable import ChexGen

/// Masks through the whole pipeline, and guidance by interval.
@Suite struct ControlPipelineTests {
  private func mask(width: Int, height: Int) -> RasterImage {
    let box = FindingBox(x: 0.2, y: 0.3, width: 0.4, height: 0.3)
    return RasterImage(boxes: [box], width: width, height: height, style: .filled)
  }

  private func options(_ change: (inout SamplingOptions) -> Void = { _ in }) -> SamplingOptions {
    var options = SamplingOptions()
    options.sampler = .ddim
    options.steps = 4
    change(&options)
    return options
  }

  @Test(.needsTinyGenerator(withControl: true))
  func aMaskChangesTheImageAndItsSampleIsNamedByTheNoisePath() throws {
    let model = try TinyGenerator.model(withControl: true)
    let prompt = try model.encode(["Effusion."])[0]
    let encoded = try model.encodeControlImage(mask(width: 100, height: 90))
    #expect(encoded.image.width == model.resolution && encoded.image.height == model.resolution)
    func request(_ path: String) -> RenderRequest {
      RenderRequest(
        prompt: prompt, seed: 1, noisePath: [path],
        control: model.controlCondition(encoded, seed: 1, noisePath: [path]))
    }
    let base = RenderRequest(prompt: prompt, seed: 1, noisePath: ["a"], usesControlNetwork: true)
    let controlled = try model.finalLatents([request("a")], options())
    #expect(try controlled == model.finalLatents([request("a")], options()))
    #expect(try controlled != model.finalLatents([base], options()))
    // Twins share the sample of the condition as they share every other noise.
    #expect(
      request("a").control?.latents.values == request("a").control?.latents.values
        && request("a").control?.latents.values != request("b").control?.latents.values)
    // A batch changes nothing.
    let together = try model.finalLatents([request("b"), request("a")], options())
    #expect(Array(together.suffix(controlled.count)) == controlled)
    // Networks with and without control never share a batch by accident.
    let plain = RenderRequest(prompt: prompt, seed: 1, noisePath: ["a"])
    #expect(throws: AuditFailure.self) { try model.finalLatents([plain, request("a")], options()) }
    #expect(throws: AuditFailure.self) { try model.finalLatents([base, request("a")], options()) }
  }

  @Test(.needsTinyGenerator(withControl: true))
  func guidanceIsIgnoredWithControlUnlessAskedFor() throws {
    let model = try TinyGenerator.model(withControl: true)
    let prompt = try model.encode(["Effusion."])[0]
    let encoded = try model.encodeControlImage(mask(width: 64, height: 64))
    let request = RenderRequest(
      prompt: prompt, seed: 1, noisePath: ["a"],
      control: model.controlCondition(encoded, seed: 1, noisePath: ["a"]))
    func latents(_ scale: Double, _ guidance: SamplingOptions.ControlGuidance) throws -> [Float] {
      try model.finalLatents(
        [request],
        options {
          $0.guidance = scale
          $0.controlGuidance = guidance
        })
    }
    #expect(try latents(4, .ignored) == latents(9, .ignored))
    #expect(try latents(4, .ignored) == latents(1, .applied))
    #expect(try latents(4, .applied) != latents(4, .ignored))
  }

  @Test(.needsTinyGenerator(withControl: true))
  func otherProportionsNeedTheControlNetwork() throws {
    let model = try TinyGenerator.model(withControl: true)
    let multiple = model.reduction * model.transformer.sizes.patch
    let size = GeneratorSpecification.ImageSize(
      width: model.resolution, height: model.resolution + multiple)
    let prompt = try model.encode(["Effusion."])[0]
    let encoded = try model.encodeControlImage(mask(width: 64, height: 64), size: size)
    let request = RenderRequest(
      prompt: prompt, seed: 1, noisePath: ["a"],
      control: model.controlCondition(encoded, seed: 1, noisePath: ["a"]))
    var last: DenoisingStep?
    for step in try model.denoising([request], options: options { $0.size = size }) { last = step }
    let image = try model.decode(try #require(last).latents)[0]
    #expect(image.width == size.width && image.height == size.height)
    let plain = RenderRequest(prompt: prompt, seed: 1, noisePath: ["a"])
    #expect(throws: AuditFailure.self) {
      try model.denoising([plain], options: options { $0.size = size })
    }
    for odd in [1, multiple + 1, 5 * model.resolution] {
      #expect(throws: AuditFailure.self, "\(odd)") {
        try model.encodeControlImage(
          mask(width: 8, height: 8), size: .init(width: odd, height: model.resolution))
      }
    }
  }

  @Test(.needsTinyGenerator())
  func guidanceActsWithinItsIntervalOnly() throws {
    let model = try TinyGenerator.model()
    let prompt = try model.encode(["Effusion."])[0]
    let request = RenderRequest(prompt: prompt, seed: 1, noisePath: ["a"])
    func steps(_ interval: (Double, Double)?, guidance: Double = 4) throws -> [[Float]] {
      let options = options {
        $0.guidance = guidance
        $0.guidanceInterval = interval.flatMap { .init(lower: $0.0, upper: $0.1) }
      }
      return try model.denoising([request], options: options).map(\.latents.values)
    }
    // DDIM in 4 steps visits 750, 500, 250 and 0.
    let (guided, plain) = (try steps(nil), try steps(nil, guidance: 1))
    #expect(try steps((0, 1)) == guided)
    let late = try steps((0.1, 0.6))
    #expect(late[0] == plain[0] && late[1] != plain[1])
    #expect(try steps((0.8, 1)) == plain)
    let early = try steps((0.6, 1))
    #expect(early[0] == guided[0] && early[1] != guided[1])
  }
}
