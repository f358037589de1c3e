import AuditModel
import Basics
import Checkpoints
import Foundation
import Images
import Tensors
import Testing

@testable import ChexGen
@testable import OnnxGraphs

/// The networks as graphs, run by ONNX Runtime on the CPU: one forward within the tolerance of the built-in
/// ones. Trajectories, guidance and control are in the suites of the built-in networks, for both engines.
@Suite(.enabled(if: TestedEngine.isOnnxRuntimeHere, "there is no ONNX Runtime on this machine"))
struct GraphParityTests {
  private static let suite = "GraphParityTests"

  @Test(.needsFixtures("dit_tiny.json")) func forwardEqualsTheReference() throws {
    let fixture = try NetworkFixture("dit_tiny")
    let (model, io) = (try fixture.transformer(on: .onnxRuntimeOnCPU), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let (x, timesteps) = (try io.tensor("fwd.x"), try io.tensor("fwd.t").values)
    let captions = try fixture.captions(model, "fwd.")
    compare.expect(
      "output",
      model.predict(latents: x, timesteps: timesteps, captions: CaptionBatch(captions)),
      equals: try io.tensor("fwd.out"))
    let unmasked = try fixture.captions(model, "fwd.", masked: false)
    compare.expect(
      "without a mask",
      model.predict(latents: x, timesteps: timesteps, captions: CaptionBatch(unmasked)),
      equals: try io.tensor("nomask.out"))
    let last = x.shape[0] - 1
    compare.expect(
      "one row alone",
      model.predict(
        latents: x.rows(last..<last + 1), timesteps: [timesteps[last]],
        captions: CaptionBatch([captions[last]])), equals: try io.tensor("b1.out"))
    #expect(model.graphs?.takeFailure() == nil)
  }

  @Test(.needsFixtures("control_tiny.json")) func controlEqualsTheReference() throws {
    let fixture = try NetworkFixture("control_tiny")
    let (model, io) = (try fixture.transformer(on: .onnxRuntimeOnCPU), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let (x, timesteps) = (try io.tensor("fwd.x"), try io.tensor("fwd.t").values)
    let captions = CaptionBatch(try fixture.captions(model, "fwd."))
    compare.expect(
      "controlled output",
      model.predict(
        latents: x, timesteps: timesteps, captions: captions, condition: try io.tensor("fwd.c")),
      equals: try io.tensor("fwd.out"))
    compare.expect(
      "output without a condition",
      model.predict(latents: x, timesteps: timesteps, captions: captions),
      equals: try io.tensor("nocond.out"))
  }

  @Test(.needsFixtures("vae_tiny.json")) func decodingEqualsTheReference() throws {
    let fixture = try NetworkFixture("vae_tiny")
    let (model, io) = (try fixture.autoencoder(on: .onnxRuntimeOnCPU), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    compare.expect(
      "decoded", try model.decode(try io.tensor("dec.z")), equals: try io.tensor("dec.out"))
    compare.expect(
      "other proportions", try model.decode(try io.tensor("dec_wide.z")),
      equals: try io.tensor("dec_wide.out"))
  }

  @Test(.needsFixtures("vae_tiny.json")) func encodingEqualsTheReference() throws {
    let fixture = try NetworkFixture("vae_tiny")
    let (model, io) = (try fixture.autoencoder(on: .onnxRuntimeOnCPU), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let distribution = try model.encode(try io.tensor("enc.x"))
    compare.expect("mean", distribution.mean, equals: try io.tensor("enc.mean"))
    compare.expect("log-variance", distribution.logVariance, equals: try io.tensor("enc.logvar"))
  }

  private func specification(_ engine: GeneratorSpecification.Engine) -> GeneratorSpecification {
    var specification = GeneratorSpecification()
    (specification.engine, specification.steps, specification.guidance) = (engine, 4, 2)
    return specification
  }

  private func latents(of model: RadiographModel) throws -> Tensor {
    var options = SamplingOptions.resolved(specification(.builtIn), card: model.card)
    options.sharedSteps = 0
    let prompt = try model.encode(["Male. 60. PA view. Pleural effusion."], cache: nil) { _ in }[0]
    var last: Tensor?
    for step in try model.denoising(
      [RenderRequest(prompt: prompt, seed: 3, noisePath: ["graph"])], options: options)
    {
      last = step.latents
    }
    return try #require(last)
  }

  @Test func theBuiltInModelDrawsTheSameImageOnBothEngines() throws {
    let ours = try RadiographModel.load(specification(.builtIn)) { $0 }
    let theirs = try RadiographModel.load(specification(.cpu)) { $0 }
    #expect(ours.engineRecord == nil)
    #expect(theirs.engineRecord?.hasPrefix("ONNX Runtime ") == true)
    #expect(theirs.engineRecord?.hasSuffix(", CPU") == true)
    let (a, b) = (try latents(of: ours), try latents(of: theirs))
    let error = relativeError(b, a)
    print("\(Self.suite): latents of the built-in model after 4 steps: \(error)")
    // A trajectory's tolerance.
    #expect(error <= 1e-4)
    // The decoder by itself, on the same latents.
    let here = try ours.autoencoder.decode(a)
    let there = try theirs.autoencoder.decode(a)
    #expect(relativeError(there, here) <= forwardTolerance)
    let encoded = (try ours.autoencoder.encode(here), try theirs.autoencoder.encode(here))
    #expect(relativeError(encoded.1.mean, encoded.0.mean) <= forwardTolerance)
    let captions = ["Male. 60. PA view. Pleural effusion.", "Effusion."]
    let texts = try (ours.encode(captions) { _ in }, theirs.encode(captions) { _ in })
    for (here, there) in zip(texts.0, texts.1) {
      #expect(here.features.shape == there.features.shape)
      #expect(relativeError(there.features, here.features) <= forwardTolerance)
      // Equal bits would be those of one engine twice.
      #expect(here.features.values != there.features.values)
    }
    let images = (try ours.decode(a)[0], try theirs.decode(b)[0])
    let farthest = zip(images.0.bytes, images.1.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 0
    print("\(Self.suite): images of both engines differ by at most \(farthest) grey levels")
    #expect(farthest <= 1)
  }

  @Test func keptFeaturesAreTakenByTheEngineThatMadeThemAlone() throws {
    let cache = TextFeatureCache(
      folder: NSTemporaryDirectory() + "features-\(UUID().uuidString)/text-features")
    defer {
      try? FileManager.default.removeItem(
        atPath: (cache.folder as NSString).deletingLastPathComponent)
    }
    func count() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: cache.folder).count {
        $0.hasSuffix(".features")
      }
    }
    func encode(_ engine: GeneratorSpecification.Engine) throws {
      _ = try RadiographModel.load(specification(engine)) { $0 }
        .encode(["Pleural effusion."], cache: cache)
    }
    try encode(.builtIn)
    try encode(.builtIn)
    #expect(try count() == 1)
    try encode(.cpu)
    try encode(.cpu)
    #expect(try count() == 2)
  }

  @Test func weightsStayWhereTheyAreAndTheGraphIsSmall() throws {
    let model = try RadiographModel.load(specification(.builtIn)) { $0 }
    let graph = try TransformerGraph(
      network: model.transformer, height: 8, width: 8, isConditioned: false
    ).builder()
    let weights = graph.weights.reduce(0) { $0 + $1.tensor.count * 4 }
    // Names, shapes and nodes, a few hundred bytes each.
    #expect(graph.model().count < weights / 20)
    let matrix = try model.transformer.blocks[0].queryKeyValue.full().weight
    #expect(graph.weights.contains { $0.tensor.storage === matrix.storage })
  }

  @Test func aProviderThatTheLibraryLacksIsNamedWithWhatToInstall() throws {
    let runtime = try OnnxRuntime()
    #expect(runtime.providers.contains("CPU"))
    guard !runtime.providers.contains("CUDA") else { return }
    let failure = #expect(throws: AuditFailure.self) {
      _ = try RadiographModel.load(specification(.cuda)) { $0 }
    }
    #expect(failure?.message.contains("has no provider 'CUDA'; it has ") == true)
    #expect(failure?.hint?.contains("onnxruntime-gpu") == true)
  }

  @Test func aGraphThatIsNoneIsRefusedWithTheLibrarysWords() throws {
    var graph = GraphBuilder()
    let x = graph.input("x", ["rows", 3])
    graph.output(graph.node("NoSuchOperator", [x]), "y", ["rows", 3])
    let failure = #expect(throws: AuditFailure.self) {
      _ = try GraphSession(
        graph, name: "test", runtime: OnnxRuntime(), placement: .cpu, output: "y",
        shape: { _ in [1, 3] })
    }
    #expect(failure?.message.contains("NoSuchOperator") == true, "\(failure?.message ?? "")")
    #expect(throws: Never.self) { try OnnxRuntime().tryProduct(on: .cpu) }
  }

  @Test func aStepThatFailsIsToldWhereTheLatentsAreDecoded() throws {
    let model = try RadiographModel.load(specification(.cpu)) { $0 }
    let captions = CaptionBatch([
      // Keys and values of the built-in networks, which no graph takes.
      CaptionConditioning(tokenCount: 1, blocks: [], copies: [])
    ])
    let side = model.transformer.sizes.latentSide
    let output = model.transformer.predict(
      latents: Tensor.zeros([1, model.transformer.sizes.latentChannels, side, side]),
      timesteps: [1], captions: captions)
    #expect(output.values.allSatisfy { $0.isNaN })
    let failure = #expect(throws: AuditFailure.self) {
      try model.decode(
        Tensor(repeating: .nan, shape: [1, model.transformer.sizes.latentChannels, side, side]))
    }
    #expect(failure?.message.contains("captions were projected") == true)
  }
}
