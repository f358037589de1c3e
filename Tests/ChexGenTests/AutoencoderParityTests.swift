import Checkpoints
import Images
import Tensors
import Testing

@testable import ChexGen

@Suite struct AutoencoderParityTests {
  private static let suite = "AutoencoderParityTests"

  @Test(.needsFixtures("vae_tiny.json"))
  func decodingEqualsTheReferenceStageByStage() throws {
    let fixture = try NetworkFixture("vae_tiny")
    let (model, io) = (try fixture.autoencoder(), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let z = try io.tensor("dec.z")
    var x = model.dequantize(z)
    compare.expect("post_quant_conv", x, equals: try io.tensor("dec.mid.post_quant_conv"))
    x = model.decoderIn(x)
    compare.expect("conv_in", x, equals: try io.tensor("dec.mid.conv_in"))
    let first = model.decoderMiddle.first(x)
    compare.expect("mid resnet 0", first, equals: try io.tensor("dec.mid.mid.resnet0"))
    if let attention = model.decoderMiddle.attention {
      compare.expect("mid attention", attention(first), equals: try io.tensor("dec.mid.mid.attn"))
    }
    x = model.decoderMiddle(x)
    compare.expect("mid", x, equals: try io.tensor("dec.mid.mid"))
    for (index, level) in model.decoderLevels.enumerated() {
      x = level(x)
      let expected = try io.tensor("dec.mid.up\(index)")  // some hold sample 0 only
      compare.expect("up \(index)", x.rows(0..<expected.shape[0]), equals: expected)
    }
    let decoded = try model.decode(z)
    compare.expect("decoded", decoded, equals: try io.tensor("dec.out"))
    let levels = try io.tensor("dec.out_u8")
    for sample in 0..<z.shape[0] {
      expectLevels(
        RasterImage(decoded: decoded.slice(sample)), equal: levels.slice(sample), "dec.out_u8")
    }
    compare.expect(
      "other proportions", try model.decode(try io.tensor("dec_wide.z")),
      equals: try io.tensor("dec_wide.out"))
  }

  @Test(.needsFixtures("vae_tiny.json"))
  func encodingEqualsTheReferenceStageByStage() throws {
    let fixture = try NetworkFixture("vae_tiny")
    let (model, io) = (try fixture.autoencoder(), fixture.io)
    let encoder = try #require(model.encoder)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    func check(_ stage: String, _ x: Tensor, _ name: String) throws {
      let expected = try io.tensor(name)
      compare.expect(stage, x.rows(0..<expected.shape[0]), equals: expected)
    }
    let images = try io.tensor("enc.x")
    var x = encoder.convolutionIn(images)
    try check("conv_in", x, "enc.mid.conv_in")
    for (index, level) in encoder.levels.enumerated() {
      x = level(x)
      try check("down \(index)", x, "enc.mid.down\(index)")
    }
    x = encoder.middle(x)
    try check("mid", x, "enc.mid.mid")
    try check(
      "encoder out", encoder.convolutionOut(encoder.norm(x, silu: true)), "enc.mid.encoder_out")
    try check("moments", encoder.moments(images), "enc.mid.moments")
    let distribution = try model.encode(images)
    try check("mean", distribution.mean, "enc.mean")
    try check("mode", distribution.mode, "enc.mode")
    try check("log-variance", distribution.logVariance, "enc.logvar")
    let sample = distribution.sample(noise: try io.tensor("enc.eps"))
    try check("sample", sample, "enc.sample")
    try check(
      "scaled latents", sample.scaled(by: model.settings.latentScale), "enc.latent_scaled")
  }

  @Test(.needsFixtures("vae_tiny.json"))
  func oldAttentionNamesGiveTheSameImages() throws {
    let fixture = try NetworkFixture("vae_tiny")
    let config = try #require(fixture.sidecar["config"])
    let z = try fixture.io.tensor("dec.z")
    let expected = try fixture.autoencoder().decode(z)
    for name in ["vae_tiny_attn_oldnames", "vae_tiny_attn_oldnames_4d"]
    where fixture.folder.has(name + ".safetensors") {
      let old = try fixture.folder.archive(name + ".safetensors")
      let merged = OverlaidArchive(base: fixture.weights, replacement: old, part: ".attentions.0.")
      let model = try Autoencoder(
        reading: merged, settings: AutoencoderSettings(config: config, path: "sidecar"))
      #expect(try model.decode(z).values == expected.values)
      fixture.folder.report(Self.suite, name, exact: 1)
    }
  }

  @Test(.needsFixtures("vae_tiny.json", "small_variance.safetensors"))
  func tinyVarianceShowsTheNormEpsilon() throws {
    let fixture = try NetworkFixture("vae_tiny")
    let reference = try fixture.folder.archive("small_variance.safetensors")
    let block = try fixture.autoencoder().decoderMiddle.first
    let x = try reference.tensor("vae_resnet.x")
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    compare.expect(
      "group norm", block.norm1(x, silu: false), equals: try reference.tensor("vae_resnet.norm1"))
    compare.expect("residual block", block(x), equals: try reference.tensor("vae_resnet.out"))
  }

  @Test(.needsFixtures("image_ops.safetensors"))
  func levelsRoundAsTheReferenceDoes() throws {
    let folder = try FixtureFolder.locate()
    let archive = try folder.archive("image_ops.safetensors")
    let values = try archive.tensor("round.x")
    let image = RasterImage(decoded: values.reshaped([1, 1, values.count]))
    let levels = image.bytes.map(Float.init)
    #expect(levels == (try archive.tensor("round.u8").values))
    folder.report(Self.suite, "grey levels", exact: levels.count)
  }
}

/// Expects an image within one grey level of `[channels, height, width]`: a value that single
/// precision moves across a rounding boundary changes its level by one.
func expectLevels(
  _ image: RasterImage, equal expected: Tensor, _ name: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let (channels, area) = (expected.shape[0], expected.shape[1] * expected.shape[2])
  #expect(image.channels == channels && image.width * image.height == area)
  guard image.bytes.count == expected.count else { return }
  var largest = 0
  var different = 0
  let values = expected.values
  for channel in 0..<channels {
    for i in 0..<area {
      let gap = abs(Int(image.bytes[i * channels + channel]) - Int(values[channel * area + i]))
      largest = max(largest, gap)
      different += gap == 0 ? 0 : 1
    }
  }
  print("\(name): largest difference \(largest) levels, \(different) of \(expected.count) differ")
  #expect(largest <= 1, sourceLocation: sourceLocation)
}

/// `base` without the tensors whose names contain `part`, and all of `replacement`.
private struct OverlaidArchive: TensorArchive {
  let base: any TensorArchive
  let replacement: any TensorArchive
  let part: String
  var names: [String] { base.names.filter { !$0.contains(part) } + replacement.names }
  var metadata: [String: String] { base.metadata }
  var path: String { replacement.path }
  func source(_ name: String) -> any TensorArchive { name.contains(part) ? replacement : base }
  func entry(_ name: String) -> TensorEntry? { source(name).entry(name) }
  func tensor(_ name: String) throws -> Tensor { try source(name).tensor(name) }
  func rows(_ indices: [Int], of name: String) throws -> Tensor {
    try source(name).rows(indices, of: name)
  }
  func evictMappedPages() {}
}
