import Basics
import Foundation
import Images
import TestSupport
import Testing

@Suite struct MaskReadingTests {
  private func read(_ bytes: [UInt8]) throws -> RasterImage {
    let path = NSTemporaryDirectory() + "mask-\(UUID().uuidString).png"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try readMask(at: path)
  }

  private func refusal(_ bytes: [UInt8]) -> String {
    do {
      _ = try read(bytes)
      return "read without a word"
    } catch { return (error as? AuditFailure)?.description ?? "\(error)" }
  }

  private func png(
    _ kind: HandMadePNG.Kind, bits: Int = 8, _ samples: [Int], chunks: [(String, [UInt8])] = []
  ) -> [UInt8] {
    HandMadePNG(
      width: samples.count / kind.channels, height: 1, kind: kind, bitDepth: bits,
      samples: samples, chunks: chunks
    ).encoded()
  }

  /// A soft edge from black to white in every way that PNG can say it.
  @Test func everyKindOfMaskHasTheSameLevels() throws {
    let levels: [UInt8] = [0, 64, 128, 191, 255]
    let whole = levels.map(Int.init)
    #expect(try read(png(.gray, whole)).bytes == levels)
    #expect(try read(png(.gray, bits: 16, whole.map { $0 * 257 })).bytes == levels)
    #expect(try read(png(.rgb, whole.flatMap { [$0, $0, $0] })).gray().bytes == levels)
    // Opaque pictures, and a white shape that lives in the alpha channel alone.
    #expect(try read(png(.grayAlpha, whole.flatMap { [$0, 255] })).bytes == levels)
    #expect(try read(png(.grayAlpha, whole.flatMap { [255, $0] })).bytes == levels)
    #expect(try read(png(.rgba, whole.flatMap { [255, 255, 255, $0] })).gray().bytes == levels)
    #expect(
      try read(png(.rgba, bits: 16, whole.flatMap { [65535, 65535, 65535, $0 * 257] })).gray().bytes
        == levels)
    let palette = whole.flatMap { level in [UInt8](repeating: UInt8(level), count: 3) }
    #expect(
      try read(png(.palette, [0, 1, 2, 3, 4], chunks: [("PLTE", palette)])).gray().bytes == levels)
    // A palette whose first entry is transparent white.
    let white = [UInt8](repeating: 255, count: 6)
    let bytes = png(.palette, [0, 1], chunks: [("PLTE", white), ("tRNS", [0])])
    #expect(try read(bytes).gray().bytes == [0, 255])
  }

  @Test func whatCannotBeAMaskIsRefusedWithAReason() throws {
    #expect(refusal(png(.gray, [0, 0, 0])).contains("empty"))
    #expect(refusal(png(.gray, [0, 1, 1])).contains("label numbers"))
    #expect(refusal(png(.gray, [0, 3, 7])).contains("level 7 of 255"))
    #expect(refusal(png(.gray, [255, 255, 200])).contains("white all over"))
    #expect(refusal(png(.rgba, [255, 255, 255, 0, 255, 255, 255, 0])).contains("empty"))
    let colours: [UInt8] = [0, 0, 0, 200, 0, 0, 0, 255, 0]
    #expect(refusal(png(.palette, [0, 1, 2], chunks: [("PLTE", colours)])).contains("palette"))
    #expect(refusal(Array("GIF89a and nothing else".utf8)).contains("PNG signature"))
    #expect(refusal([]).contains("cannot read the image"))
    let whole = png(.gray, [0, 255, 0, 255])
    for count in 0..<whole.count {
      #expect(refusal(Array(whole.prefix(count))).contains("cannot read the image"))
    }
    // A header that asks for a gigabyte.
    var huge = HandMadePNG(width: 2, height: 1, kind: .gray, bitDepth: 8, samples: [0, 255])
    huge.chunks = []
    var bytes = huge.encoded()
    bytes.replaceSubrange(16..<24, with: [0, 0, 0x80, 0, 0, 0, 0x80, 0])
    #expect(refusal(bytes).contains("cannot read the image"))
  }

  @Test(.needs("data/masks")) func theReleasedMasksAreReadAsTheyAre() throws {
    let folder = try HandOuts.path("data/masks")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".png") }
    #expect(!names.isEmpty)
    for name in names {
      let mask = try readMask(at: folder + "/" + name)
      #expect(mask == (try readPNG(at: folder + "/" + name)))
      // Their edges are soft, so a threshold would change them.
      #expect(Set(mask.bytes).count > 2, "\(name)")
    }
  }
}
