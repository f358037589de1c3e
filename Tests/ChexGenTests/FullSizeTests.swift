import AuditModel
import Checkpoints
import Foundation
import Tensors
import Testing

@testable import ChexGen

private let fullSizeFolder = ProcessInfo.processInfo.environment["AUDIT_FULL_SIZE"]

/// One step of every full-size network on files of random numbers, for the nightly run.
///
/// `AUDIT_FULL_SIZE` names a folder that `audit-bench weights` has filled; without it these tests
/// are skipped. The folder holds some 20 GB, and the run takes minutes.
@Suite(
  .serialized,
  .enabled(
    if: !(fullSizeFolder ?? "").isEmpty,
    "AUDIT_FULL_SIZE names no folder of full-size weights ('make full-size-weights' writes one)"))
struct FullSizeTests {
  private static func file(_ name: String) throws -> String {
    let path = try #require(fullSizeFolder) + "/" + name
    try #require(FileManager.default.fileExists(atPath: path), "\(path) is missing")
    return path
  }

  private static func noise(_ shape: [Int]) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { Float(sin(Double($0))) }, shape: shape)
  }

  @Test func theTransformerTakesAStepInBothPrecisions() throws {
    let path = try Self.file("dit-xl2-512.pth")
    let latents = Self.noise([2, 4, 64, 64])
    var outputs: [Tensor] = []
    for precision in GeneratorSpecification.Precision.allCases {
      let model = try DiffusionTransformer(reading: openArchive(at: path), precision: precision)
      #expect(model.sizes.depth == 28 && model.sizes.latentSide == 64 && model.sizes.heads == 16)
      let caption = model.condition(on: Self.noise([40, 4096]))
      let output = model.predict(
        latents: latents, timesteps: [501, 501], captions: CaptionBatch([caption, caption]))
      #expect(output.shape == [2, 8, 64, 64] && output.values.allSatisfy(\.isFinite))
      outputs.append(output)
    }
    // 28 blocks of products with 8-bit mantissas: about one part in a hundred.
    #expect(relativeError(outputs[1], outputs[0]) < 0.05)
  }

  @Test func theTextEncoderStreamsAndRepeats() throws {
    let path = try Self.file("t5-xxl")
    let archive = try openArchive(at: path)
    let encoder = try T5Encoder(
      archive: archive, configuration: T5Configuration(archive: archive))
    let ids = [(0..<40).map { 3 + $0 * 31 }, (0..<40).map { 5 + $0 * 17 }]
    let masks = ids.map { $0.map { _ in 1 } }
    let features = try encoder.encode(ids: ids, masks: masks)
    #expect(features.shape == [2, 40, 4096] && features.values.allSatisfy(\.isFinite))
    let alone = try encoder.encode(ids: [ids[1]], masks: [masks[1]])
    #expect(alone.values == features.rows(1..<2).values)
  }

  @Test func theControlCheckpointAddsItsCopies() throws {
    let path = try Self.file("control.pth")
    let model = try DiffusionTransformer(reading: openArchive(at: path))
    #expect(model.control?.copies.count == 13)
    let latents = Self.noise([1, 4, 64, 64])
    let captions = CaptionBatch([model.condition(on: Self.noise([40, 4096]))])
    let plain = model.predict(latents: latents, timesteps: [501], captions: captions)
    let guided = model.predict(
      latents: latents, timesteps: [501], captions: captions, condition: latents)
    #expect(guided.values.allSatisfy(\.isFinite) && guided.values != plain.values)
  }

  @Test func theAutoencoderDecodesTheWholeImage() throws {
    let path = try Self.file("vae.safetensors")
    let model = try Autoencoder(
      reading: openArchive(at: path), settings: AutoencoderSettings())
    let image = try model.decode(Self.noise([1, 4, 64, 64]))
    #expect(image.shape == [1, 3, 512, 512] && image.values.allSatisfy(\.isFinite))
  }
}
