import AuditModel
import Basics
import Foundation
import Images
import Tensors
import Testing

@testable import ChexGen

/// Images in bfloat16 and by a matrix library against the usual ones, and the memory of a step.
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

  /// The bound is the requirement; some pixels must differ, or the other arithmetic was not in use.
  private func compare(
    _ what: String, _ a: RadiographModel, _ b: RadiographModel, atMost bound: Double
  ) throws {
    for sampler in GeneratorSpecification.Sampler.allCases {
      let (a, b) = (try images(a, sampler), try images(b, sampler))
      let differences = zip(a, b).flatMap { a, b in
        zip(a.bytes, b.bytes).map { abs(Int($0) - Int($1)) }
      }
      let mean = Double(differences.reduce(0, +)) / Double(differences.count)
      print("HalfPrecisionTests: \(what), \(sampler): mean absolute difference \(mean) grey levels")
      #expect(mean <= bound, "\(what), \(sampler)")
      #expect(mean > 0, "\(what), \(sampler)")
    }
  }

  @Test func imagesDifferByLessThanTwoGreyLevels() throws {
    var specification = GeneratorSpecification()
    let full = try RadiographModel.load(specification) { $0 }
    specification.precision = .bf16
    let half = try RadiographModel.load(specification) { $0 }
    #expect(
      SamplingOptions.resolved(specification, card: half.card).record["precision"] == "bf16")
    try compare("bf16", full, half, atMost: 2)
  }

  @Test(.needsTinyGenerator())
  func imagesOfTheTinyNetworksDifferByLessThanTwoGreyLevels() throws {
    let folder = try TinyGenerator.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let full = try TinyGenerator.load(folder)
    try compare("bf16, tiny", full, try TinyGenerator.load(folder, precision: .bf16), atMost: 2)
  }

  /// Sums in another order: a thousandth of a grey level was seen, and bounds a wrong product well.
  @Test(.enabled(if: (try? OneDNN()) != nil, "oneDNN is not installed"))
  func imagesByOneDNNAreOurs() throws {
    var specification = GeneratorSpecification()
    let ours = try RadiographModel.load(specification) { $0 }
    #expect(ours.matrixEngineRecord == nil)
    specification.matrixEngine = .oneDNN
    let theirs = try RadiographModel.load(specification) { $0 }
    #expect(theirs.matrixEngineRecord?.hasPrefix("onednn ") == true)
    try compare("oneDNN", ours, theirs, atMost: 0.05)
  }

  @Test(.enabled(if: (try? OneDNN()) == nil, "oneDNN is installed"))
  func oneDNNIsRefusedWhereItIsNotInstalled() throws {
    var specification = GeneratorSpecification()
    specification.matrixEngine = .oneDNN
    #expect(throws: AuditFailure.self) { try RadiographModel.load(specification) { $0 } }
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
