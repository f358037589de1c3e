import Basics
import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import ChexGen

@Suite struct ReleasedLayoutTests {
  @Test(.needs("chexgen/state_dict_tables.json"))
  func namesAndShapesAreThoseOfTheReleasedFiles() throws {
    let tables = try JSON5Reader.value(ofFile: HandOuts.path("chexgen/state_dict_tables.json"))
    for (name, layout) in [
      ("dit_xl2_256", ReleasedLayout.diffusionTransformer(resolution: 256)),
      ("dit_xl2_512", .diffusionTransformer(resolution: 512)), ("control_512", .control()),
      ("t5_xxl", .textEncoder()), ("vae", .autoencoder),
    ] {
      let rows = try #require(tables[name]?.elements)
      let expected = try Dictionary(
        uniqueKeysWithValues: rows.map { row -> (String, [Int]) in
          let pair = try #require(row.elements)
          return (try #require(pair[0].string), try #require(pair[1].ints))
        })
      let found = Dictionary(uniqueKeysWithValues: layout.entries.map { ($0.name, $0.shape) })
      #expect(found == expected, "\(name)")
    }
  }

  @Test func writtenFilesHoldTheNumbersOfTheArchive() throws {
    let layout = ReleasedLayout.autoencoder
    let chosen = layout.entries.filter { $0.name.contains("conv_in") || $0.shape.count == 1 }
    let random = RandomArchive(layout, name: "random", seed: 3)
    let folder = FileManager.default.temporaryDirectory.path + "/written-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let shapes = chosen.map { ($0.name, $0.shape) }
    for (precision, bound) in [(StoredPrecision.float32, 0.0), (.bfloat16, 0.004)] {
      try SafetensorsWriter.write(
        shapes, precision: precision, to: folder + "/a.safetensors"
      ) { try random.tensor(chosen[$0].name) }
      for key in [nil, "state_dict"] {
        try TorchWriter.write(shapes, precision: precision, key: key, to: folder + "/a.pth") {
          try random.tensor(chosen[$0].name)
        }
        for file in ["a.safetensors", "a.pth"] {
          let archive = try openArchive(
            at: folder + "/" + file, checkpointKey: file == "a.pth" ? key : nil)
          #expect(archive.names.sorted() == chosen.map(\.name).sorted())
          for entry in chosen {
            let error = relativeError(
              try archive.tensor(entry.name), try random.tensor(entry.name))
            #expect(error <= bound, "\(file) \(entry.name)")
          }
        }
      }
    }
    // Rows are those of the whole, wherever they begin.
    let name = "decoder.conv_in.weight"
    let whole = try random.tensor(name)
    let rows = try random.rows([5, 0], of: name)
    #expect(rows.values == whole.rows(5..<6).values + whole.rows(0..<1).values)
  }
}
