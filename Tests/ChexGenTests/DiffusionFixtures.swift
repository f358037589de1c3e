import AuditModel
import Basics
import Checkpoints
import Foundation
import OnnxGraphs
import Tensors
import Testing

@testable import ChexGen

/// A fixture's description, weights and reference values, opened by the names in the sidecar.
struct NetworkFixture {
  let folder: FixtureFolder
  let sidecar: JSONValue
  let weights: any TensorArchive
  let io: any TensorArchive

  init(_ name: String) throws {
    folder = try FixtureFolder.locate()
    sidecar = try folder.sidecar(name)
    weights = try folder.archive(try #require(sidecar["weights"]?.string))
    io = try folder.archive(try #require(sidecar["io"]?.string))
  }

  var heads: Int? { sidecar["config"]?["num_heads"]?.int }
  var positionScale: Float? { sidecar["config"]?["pos_embed_scale"]?.double.map { Float($0) } }

  func transformer(on engine: TestedEngine = .builtIn) throws -> DiffusionTransformer {
    var network = try DiffusionTransformer(
      reading: weights, heads: heads, positionScale: positionScale)
    network.graphs = try engine.graphs()
    return network
  }

  func autoencoder(on engine: TestedEngine = .builtIn) throws -> Autoencoder {
    let config = try #require(sidecar["config"])
    var network = try Autoencoder(
      reading: weights, settings: AutoencoderSettings(config: config, path: "sidecar"))
    network.graphs = try engine.graphs()
    return network
  }

  /// The captions of reference inputs `prefix.y` `[rows, 1, tokens, channels]` and `prefix.mask`.
  func captions(_ model: DiffusionTransformer, _ prefix: String, masked: Bool = true) throws
    -> [CaptionConditioning]
  {
    try captionConditionings(
      model, features: io.tensor(prefix + "y"), mask: masked ? io.tensor(prefix + "mask") : nil)
  }
}

/// The engines that every reference is compared with.
enum TestedEngine: String, Sendable, CaseIterable {
  case builtIn, onnxRuntimeOnCPU

  static let all = isOnnxRuntimeHere ? allCases : [.builtIn]
  static let isOnnxRuntimeHere = (try? OnnxRuntime()) != nil

  func graphs() throws -> NetworkGraphs? {
    self == .builtIn ? nil : try NetworkGraphs(runtime: OnnxRuntime(), placement: .cpu)
  }
}

/// One conditioning per row of `[rows, 1, tokens, channels]`, cut to the mask's count; a mask with
/// fewer rows repeats as a whole.
func captionConditionings(
  _ model: DiffusionTransformer, features: Tensor, mask: Tensor?
) -> [CaptionConditioning] {
  let (rows, tokens) = (features.shape[0], features.shape[2])
  return (0..<rows).map { row in
    var count = tokens
    if let mask {
      let source = row % mask.shape[0]
      count = Int(mask.values[source * tokens..<(source + 1) * tokens].reduce(0, +))
    }
    let whole = features.rows(row..<row + 1).reshaped([tokens, features.shape[3]])
    return model.condition(on: whole.rows(0..<count))
  }
}

/// Compares stage by stage, prints the largest error and keeps going.
struct StageComparison {
  let suite: String
  let folder: FixtureFolder
  let tolerance: Double

  func expect(
    _ stage: String, _ actual: Tensor, equals expected: Tensor, within tolerance: Double? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = relativeError(actual, expected)
    folder.report(suite, stage, error: error)
    #expect(
      error <= tolerance ?? self.tolerance, "\(stage): \(actual.shape) against \(expected.shape)",
      sourceLocation: sourceLocation)
  }
}

extension TensorArchive {
  /// A tensor of whole numbers.
  func integers(_ name: String) throws -> [Int] { try tensor(name).values.map { Int($0) } }
}

/// Single precision keeps 24 bits; a forward pass of a few hundred operations in sequence stays
/// within 1e-5 in the L2 sense, as the reference itself does against double precision.
let forwardTolerance = 1e-5
