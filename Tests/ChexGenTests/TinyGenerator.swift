import AuditModel
import Checkpoints
import Foundation
import Testing

@testable import ChexGen

/// A whole generator assembled from the tiny fixtures in the layout of the built-in model.
enum TinyGenerator {
  private static func parts(withControl: Bool) -> [(source: String, name: String)] {
    [
      ("dit_tiny.safetensors", "dit.safetensors"), ("vae_tiny.safetensors", "vae.safetensors"),
      ("t5_tiny.safetensors", "t5/model.safetensors"), ("spm_tiny.model", "t5/spiece.model"),
    ] + (withControl ? [("control_tiny.safetensors", "control.safetensors")] : [])
  }

  /// Attention heads by the description of each network.
  private static func heads(_ folder: FixtureFolder, withControl: Bool) throws -> [Int] {
    try ["dit_tiny", withControl ? "control_tiny" : "dit_tiny"].map {
      try folder.sidecar($0)["config"]?["num_heads"]?.int ?? 1
    }
  }

  /// Whether the fixtures of this run hold a whole generator. One card serves both networks; other
  /// fixtures may have other heads in each.
  static func isWhole(withControl: Bool) -> Bool {
    guard let folder = try? FixtureFolder.locate(),
      parts(withControl: withControl).allSatisfy({ folder.has($0.source) }),
      let heads = try? heads(folder, withControl: withControl)
    else { return false }
    return heads[0] == heads[1]
  }

  /// A new folder with the generator, for its caller to remove.
  ///
  /// - Parameter withControl: Adds the control checkpoint.
  static func folder(withControl: Bool = false) throws -> String {
    let folder = try FixtureFolder.locate()
    let parts = parts(withControl: withControl)
    let heads = try heads(folder, withControl: withControl)
    let target = FileManager.default.temporaryDirectory.path + "/tiny-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: target + "/t5", withIntermediateDirectories: true)
    for (source, name) in parts {
      try FileManager.default.createSymbolicLink(
        atPath: target + "/" + name, withDestinationPath: folder.file(source))
    }
    let groups = try folder.sidecar("vae_tiny")["config"]?["norm_num_groups"]?.int ?? 32
    for (name, text) in [
      ("vae.json", "{\"norm_num_groups\": \(groups)}"), ("t5/config.json", "{}"),
      (
        "model.json",
        "{\"name\": \"tiny\", \"version\": 1, \"dit\": {\"heads\": \(heads[0])}, "
          + "\"defaults\": {\"sampler\": \"ddim\", \"steps\": 4, \"guidance\": 3}}"
      ),
    ] { try text.write(toFile: target + "/" + name, atomically: true, encoding: .utf8) }
    return target
  }

  static func model(withControl: Bool = false) throws -> RadiographModel {
    let folder = try folder(withControl: withControl)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try load(folder)
  }

  static func load(
    _ folder: String, precision: GeneratorSpecification.Precision = .fp32
  ) throws -> RadiographModel {
    var specification = GeneratorSpecification()
    specification.model = folder
    specification.precision = precision
    return try RadiographModel.load(specification) { $0 }
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips, with a sentence, where the fixtures hold no whole generator.
  static func needsTinyGenerator(withControl: Bool = false) -> Self {
    let control = withControl ? " with its control network" : ""
    return .enabled(
      if: TinyGenerator.isWhole(withControl: withControl),
      Comment(
        rawValue: "fixtures: no whole generator\(control); "
          + "'make test-reference DATA=folder' runs this test"))
  }
}

extension RadiographModel {
  /// What the decoder takes after the last step.
  func finalLatents(
    _ requests: [RenderRequest], _ options: SamplingOptions
  ) throws -> [Float] {
    var last: DenoisingStep?
    for step in try denoising(requests, options: options) { last = step }
    let step = try #require(last)
    return step.latents.values
  }
}
