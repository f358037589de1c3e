import AuditModel
import Basics
import Checkpoints
import Foundation
import Images
import Tensors
import Testing

@testable import ChexGen

/// The whole generator, assembled from the tiny fixtures in the layout of the built-in model.
@Suite struct PipelineTests {
  private func latents(
    _ model: RadiographModel, _ requests: [RenderRequest], _ options: SamplingOptions
  ) throws -> Tensor {
    var last: DenoisingStep?
    for step in try model.denoising(requests, options: options) { last = step }
    let step = try #require(last)
    #expect(step.isLast && step.count == options.steps)
    return step.latents
  }

  @Test(.needsTinyGenerator())
  func imagesDependOnTheirRequestAloneForEverySampler() throws {
    let model = try TinyGenerator.model()
    let prompts = try model.encode([
      "sex:Male, age:71.0. Cardiomegaly.", "sex:Female, age:30.0. No finding.",
    ])
    let requests = (0..<5).map {
      RenderRequest(prompt: prompts[$0 % 2], seed: 7, noisePath: ["case", "\($0 / 2)"])
    }
    var options = SamplingOptions.resolved(GeneratorSpecification(), card: model.card)
    #expect(options.sampler == .ddim && options.steps == 4 && options.guidance == 3)
    for sampler in GeneratorSpecification.Sampler.allCases {
      options.sampler = sampler
      let together = try latents(model, requests, options)
      let serial = try Parallelism.$isSerial.withValue(true) {
        try latents(model, requests, options)
      }
      #expect(together.values == serial.values, "\(sampler)")
      for index in requests.indices {
        let alone = try latents(model, [requests[index]], options)
        #expect(alone.values == together.rows(index..<index + 1).values, "\(sampler)")
      }
    }
    let images = try model.decode(try latents(model, [requests[0]], options))
    #expect(images[0].width == model.resolution && images[0].channels == 3)
  }

  @Test(.needsTinyGenerator())
  func sharedStepsKeepTwinsTogetherUntilTheyBranch() throws {
    let model = try TinyGenerator.model()
    let prompts = try model.encode(["sex:Male. Effusion.", "sex:Female. Effusion.", "Effusion."])
    func requests(trunk: Bool) -> [RenderRequest] {
      prompts.prefix(2).map {
        RenderRequest(
          prompt: $0, seed: 1, noisePath: ["a"], anchor: trunk ? prompts[2] : nil)
      }
    }
    for sampler in GeneratorSpecification.Sampler.allCases {
      var options = SamplingOptions()
      options.sampler = sampler
      options.steps = 5
      options.sharedSteps = 3
      for step in try model.denoising(requests(trunk: true), options: options) {
        let equal = step.latents.rows(0..<1).values == step.latents.rows(1..<2).values
        #expect(equal == (step.index < 3), "\(sampler) step \(step.index)")
      }
      // Sharing every step is sampling the trunk prompt.
      options.sharedSteps = 5
      let trunk = try latents(model, requests(trunk: true), options)
      let plain = try latents(
        model, [RenderRequest(prompt: prompts[2], seed: 1, noisePath: ["a"])], options)
      #expect(trunk.rows(1..<2).values == plain.values, "\(sampler)")
    }
  }

  @Test(.needsTinyGenerator())
  func longPromptsSayThatTheyWereCut() throws {
    let model = try TinyGenerator.model()
    let long = Array(repeating: "effusion", count: 200).joined(separator: " ")
    let encoded = try model.encode(["effusion", long, "effusion"])
    #expect(!encoded[0].truncated && encoded[1].truncated)
    #expect(encoded[1].tokenCount == model.transformer.sizes.captionTokens)
    #expect(encoded[0].features.values == encoded[2].features.values)
  }

  @Test(.needsTinyGenerator())
  func faultsAreNamedWithTheirRemedy() throws {
    var specification = GeneratorSpecification()
    specification.dit = "no/such/dit.pth"
    #expect(throws: AuditFailure.self) { try RadiographModel.load(specification) { $0 } }
    specification.t5 = "no/such/t5"
    specification.vae = "no/such/vae"
    do {
      _ = try RadiographModel.load(specification) { "/nowhere/" + $0 }
      Issue.record("missing weights were loaded")
    } catch let failure as AuditFailure {
      #expect(failure.message.contains("/nowhere/no/such/dit.pth"))
      #expect(failure.hint?.contains("PhysioNet") == true)
    }
    var options = SamplingOptions()
    options.sampler = .ddim
    options.steps = 300
    #expect(throws: AuditFailure.self) { try options.makeSampler() }
    options.sampler = .ancestral
    options.sharedSteps = 301
    #expect(throws: AuditFailure.self) { try options.makeSampler() }

    let model = try TinyGenerator.model()
    let picture = RasterImage(
      width: 8, height: 8, channels: 1, bytes: Array(repeating: 0, count: 64))
    #expect(throws: AuditFailure.self) {
      try model.encodeControlImage(picture)
    }
    #expect(throws: AuditFailure.self) {
      try model.decode(Tensor(repeating: .nan, shape: [1, 4, 16, 16]))
    }
  }

  @Test func cardsAreReadAndTheirFaultsNamed() throws {
    let text = """
      {"name": "m", "version": 2, "resolution": 128, "dit": {"heads": 6, "tokenCount": 56},
       "support": {"attributes": {"sex": ["Female", "Male"], "age": {"minimum": 5, "maximum": 80},
       "race": {"supported": false, "reason": "no race in the data"}}, "findings": ["Effusion"]},
       "defaults": {"sampler": "dpm++2m", "steps": 12, "guidance": 2.5}, "measured": {"x": 1}}
      """
    let card = try ModelCard(
      document: JSON5Reader.value(of: Array(text.utf8), path: "c", dialect: .program), path: "c")
    let support = try #require(card.support)
    #expect(card.version == "2" && card.heads == 6 && card.defaultSampler == .dpmSolverPlusPlus2M)
    #expect(support.limitation(ofAttribute: "sex", value: "female") == nil)
    #expect(support.limitation(ofAttribute: "age", value: "81") != nil)
    #expect(support.limitation(ofAttribute: "race", value: "Black") == "no race in the data")
    #expect(support.limitation(ofFinding: "Fracture") != nil)
    for bad in [
      "[]", "{\"name\": 3}", "{\"defaults\": {\"steps\": 0}}", "{\"resolution\": -1}",
      "{\"dit\": {\"heads\": -1}}",
      "{\"support\": {\"attributes\": {\"sex\": 1}}}", "{\"defaults\": {\"sampler\": \"euler\"}}",
    ] {
      #expect(throws: AuditFailure.self, "\(bad)") {
        try ModelCard(
          document: JSON5Reader.value(of: Array(bad.utf8), path: "c", dialect: .program), path: "c")
      }
    }
  }
}
