import Checkpoints
import Foundation
import Tensors
import Testing

@testable import ChexGen

@Suite struct EmbeddingParityTests {
  private static let suite = "EmbeddingParityTests"

  @Test(.needsFixtures("pos_embed.json"))
  func positionsEqualTheReference() throws {
    let folder = try FixtureFolder.locate()
    let sidecar = try folder.sidecar("pos_embed")
    let archive = try folder.archive("pos_embed.safetensors")
    let compare = StageComparison(suite: Self.suite, folder: folder, tolerance: 1e-7)
    for member in try #require(sidecar["cases"]?.members) {
      // d1152_h32_w32_s2.0_b32: channels, rows, columns, scale, base
      let parts = member.name.split(separator: "_").map { $0.dropFirst() }
      let channels = try #require(Int(parts[0]))
      let (height, width) = (try #require(Int(parts[1])), try #require(Int(parts[2])))
      let scale = try #require(Float(parts[3]))
      let base = try #require(Int(parts[4]))
      let all = positionEmbedding(
        height: height, width: width, channels: channels, base: base, scale: scale
      ).map(Float.init)
      let expected = try archive.tensor(member.name)
      var rows = Array(0..<height * width)
      if expected.rank == 3 {  // every k-th row and column
        let (down, across) = (height / expected.shape[0], width / expected.shape[1])
        rows = rows.filter { $0 / width % down == 0 && $0 % width % across == 0 }
      }
      let chosen = rows.flatMap { all[$0 * channels..<($0 + 1) * channels] }
      compare.expect(
        "positions \(member.name)", Tensor(chosen, shape: expected.shape), equals: expected)
    }
  }

  @Test func theScaleIsReadFromStoredPositions() throws {
    for scale in [Float(1), 1.5, 2, 4] {
      let values = positionEmbedding(height: 8, width: 8, channels: 32, base: 8, scale: scale)
      let table = PositionTable(
        stored: Tensor(values.map(Float.init), shape: [64, 32]), side: 8)
      #expect(table.scale == scale)
    }
  }

  @Test(.needsFixtures("timestep_embedding.safetensors"))
  func timestepSinusoidsEqualTheReference() throws {
    let folder = try FixtureFolder.locate()
    let archive = try folder.archive("timestep_embedding.safetensors")
    let expected = try archive.tensor("emb")
    let values = try archive.tensor("t").values.flatMap {
      timestepSinusoid($0, channels: expected.shape[1])
    }
    // Angles reach 999 in single precision: one last place of a frequency moves them by 6e-5.
    StageComparison(suite: Self.suite, folder: folder, tolerance: 1e-5).expect(
      "timestep sinusoids", Tensor(values, shape: expected.shape), equals: expected)
  }
}
