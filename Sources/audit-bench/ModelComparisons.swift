import AuditModel
import Basics
import ChexGen
import Checkpoints
import Foundation
import Tensors

/// Tokens of a usual prompt.
private let promptTokens = 40

/// One denoising step of a guidance pair of DiT-XL/2, all 28 blocks.
func denoisingStep(
  resolution: Int, precision: GeneratorSpecification.Precision, _ peer: PeerProcess
) -> Comparison {
  let (depth, width, hidden) = (28, 1152.0, 4608.0)
  let tokens = Double(resolution / 16 * (resolution / 16))
  // Per row and block: qkv, projection, cross query and projection, MLP; scores and sums.
  let block =
    2 * tokens * width * (3 * width + width + 2 * width + 2 * hidden)
    + 4 * tokens * tokens * width + 4 * tokens * Double(promptTokens) * width
  return Comparison(
    key: "dit-\(resolution)" + (precision == .bf16 ? "-bf16" : ""),
    name: "DiT-XL/2 step, \(resolution) px, \(precision.rawValue), guidance pair",
    operations: 2 * Double(depth) * block, pairs: resolution > 256 ? 2 : 3, peerName: "PyTorch"
  ) {
    let archive = RandomArchive(
      .diffusionTransformer(resolution: resolution), name: "random DiT-XL/2", seed: 1)
    let model = try DiffusionTransformer(reading: archive, precision: precision)
    let latents = normals([2, 4, resolution / 8, resolution / 8], "latents")
    let caption = model.condition(on: normals([promptTokens, 4096], "caption"))
    let captions = CaptionBatch([caption, caption])
    let workspace = Workspace()
    try peer.load(["dit", String(resolution), precision.rawValue, String(depth)])
    return Comparison.Sides(
      ours: {
        workspace.use {
          seconds {
            _ = model.predict(latents: latents, timesteps: [501, 501], captions: captions)
          }
        }
      }, peer: peer.run)
  }
}

/// Prompts through the first blocks of T5-XXL; the whole encoder has twelve times as many.
func textEncoding(prompts: Int, _ peer: PeerProcess) -> Comparison {
  let depth = 2
  let block = Double(4096 * 4096 * 4 + 4096 * 10_240 * 3)
  return Comparison(
    key: "t5-\(prompts)",
    name: "T5-XXL, \(prompts) prompt\(prompts == 1 ? "" : "s") of \(promptTokens) tokens, "
      + "\(depth) of 24 blocks, weights read each time",
    operations: 2 * Double(prompts * promptTokens * depth) * block, pairs: prompts == 1 ? 3 : 1,
    peerName: "PyTorch bf16, weights in memory"
  ) {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "audit-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.safetensors").path
    let layout = ReleasedLayout.textEncoder(depth: depth)
    let random = RandomArchive(layout, name: "random T5-XXL", seed: 1)
    try SafetensorsWriter.write(
      layout.entries.map { ($0.name, $0.shape) }, precision: .bfloat16, to: path
    ) { try random.tensor(layout.entries[$0].name) }
    // The mapping outlives the file's name.
    let archive = try openArchive(at: path)
    let encoder = try T5Encoder(
      archive: archive, configuration: T5Configuration(archive: archive), residency: .streaming)
    let ids = (0..<prompts).map { row in
      (0..<promptTokens).map { 3 + (row * 977 + $0 * 31) % 32_000 }
    }
    let masks = ids.map { $0.map { _ in 1 } }
    try peer.load(["t5", String(prompts), String(promptTokens), String(depth)])
    return Comparison.Sides(
      ours: { try seconds { _ = try encoder.encode(ids: ids, masks: masks) } }, peer: peer.run)
  }
}

/// One image out of its latents.
func decoding(resolution: Int, _ peer: PeerProcess) -> Comparison {
  Comparison(
    key: "vae-\(resolution)", name: "VAE decode, \(resolution) px",
    operations: decoderOperations(latentSide: Double(resolution / 8)),
    pairs: resolution > 256 ? 2 : 3, peerName: "PyTorch"
  ) {
    let archive = RandomArchive(.autoencoder, name: "random VAE", seed: 1)
    let model = try Autoencoder(reading: archive, settings: AutoencoderSettings())
    let latents = normals([1, 4, resolution / 8, resolution / 8], "latents")
    try peer.load(["vae", String(resolution)])
    return Comparison.Sides(
      ours: { try seconds { _ = try model.decode(latents) } }, peer: peer.run)
  }
}

/// Multiplications and additions of the decoder when every convolution is computed directly.
private func decoderOperations(latentSide side: Double) -> Double {
  func convolution(_ side: Double, _ inputs: Double, _ outputs: Double) -> Double {
    2 * 9 * side * side * inputs * outputs
  }
  func residual(_ side: Double, _ inputs: Double, _ outputs: Double) -> Double {
    convolution(side, inputs, outputs) + convolution(side, outputs, outputs)
      + (inputs == outputs ? 0 : convolution(side, inputs, outputs) / 9)
  }
  let middle =
    2 * residual(side, 512, 512) + 8 * side * side * 512 * 512 + 4 * pow(side, 4) * 512
  return convolution(side, 4, 512) + middle
    + 3 * residual(side, 512, 512) + convolution(2 * side, 512, 512)
    + 3 * residual(2 * side, 512, 512) + convolution(4 * side, 512, 512)
    + residual(4 * side, 512, 256) + 2 * residual(4 * side, 256, 256)
    + convolution(8 * side, 256, 256)
    + residual(8 * side, 256, 128) + 2 * residual(8 * side, 128, 128)
    + convolution(8 * side, 128, 3)
}

/// Twelve arms of one base case by the built-in model, against its training code image by image.
///
/// - Parameter sharedSteps: Leading steps that the arms take together.
func cohort(sharedSteps: Int, _ peer: PeerProcess) -> Comparison {
  let (images, steps) = (12, 20)
  return Comparison(
    key: "cohort" + (sharedSteps > 0 ? "-shared" : ""),
    name: "mini, 12 arms, \(steps) steps" + (sharedSteps > 0 ? ", \(sharedSteps) shared" : ""),
    pairs: 3, peerName: "PyTorch, one by one"
  ) {
    let model = try RadiographModel.load(GeneratorSpecification()) { $0 }
    var options = SamplingOptions()
    options.sampler = .dpmSolverPlusPlus2M
    options.steps = steps
    options.guidance = 3
    options.sharedSteps = sharedSteps
    let prompts = (0..<images).map {
      "sex:\($0 % 2 == 1 ? "Female" : "Male"), age:\(40 + $0).0. PA view. Pleural effusion."
    }
    try peer.load([
      "cohort", "Sources/ChexGen/Resources/chexgen-mini", "Sources/ChexGen/Mini/train",
      String(images), String(steps),
    ])
    return Comparison.Sides(
      ours: {
        try seconds {
          let encoded = try model.encode(prompts + ["PA view. Pleural effusion."])
          let requests = encoded.prefix(images).map {
            RenderRequest(prompt: $0, seed: 1, noisePath: ["case"], anchor: encoded[images])
          }
          var latents: Tensor?
          for step in try model.denoising(Array(requests), options: options) {
            latents = step.latents
          }
          if let latents { _ = try model.decode(latents) }
        }
      }, peer: peer.run)
  }
}

/// `audit sample` with one denoising step, against importing the reference's libraries.
func startUp(_ peer: PeerProcess) -> Comparison {
  Comparison(
    key: "startup", name: "audit sample, 2 steps, from start to image", pairs: 3,
    peerName: "importing PyTorch, diffusers, transformers"
  ) {
    let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "audit")
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw AuditFailure(
        "\(program.path) is missing", hint: "swift build -c release --product audit")
    }
    let image = FileManager.default.temporaryDirectory.appending(path: "audit-bench-sample.png")
    try peer.load(["startup", PeerProcess.python])
    return Comparison.Sides(
      ours: {
        try seconds {
          let process = Process()
          process.executableURL = program
          process.arguments = [
            "sample", "PA view. Effusion.", "--steps", "2", "--quiet", "--output", image.path,
          ]
          process.standardOutput = FileHandle.nullDevice
          try process.run()
          process.waitUntilExit()
          guard process.terminationStatus == 0 else { throw AuditFailure("audit sample failed") }
          try FileManager.default.removeItem(at: image)
        }
      }, peer: peer.run)
  }
}
