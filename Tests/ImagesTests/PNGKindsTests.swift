import AuditModel
import Foundation
import Images
import TestSupport
import Testing

/// Every colour type, depth and interlacing; expected values follow from the PNG specification and
/// the rules in ``readPNG(at:limits:)``, checked once against Pillow 13.0.0.
@Suite struct PNGKindsTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let kind: HandMadePNG.Kind
    let depth: Int
    let interlaced: Bool
    var testDescription: String { "\(kind) \(depth) bit\(interlaced ? " interlaced" : "")" }
  }

  static let depths: [(HandMadePNG.Kind, [Int])] = [
    (.gray, [1, 2, 4, 8, 16]), (.rgb, [8, 16]), (.palette, [1, 2, 4, 8]), (.grayAlpha, [8, 16]),
    (.rgba, [8, 16]),
  ]

  static let examples: [Example] = depths.flatMap { kind, depths in
    depths.flatMap { depth in
      [false, true].map { Example(kind: kind, depth: depth, interlaced: $0) }
    }
  }

  private let palette = (0..<256).map { (entry: Int) -> [UInt8] in
    [UInt8(entry), UInt8(255 - entry), UInt8(truncatingIfNeeded: entry * 5)]
  }

  private func file(_ example: Example) -> HandMadePNG {
    let (width, height) = (11, 9)
    let maximum = (1 << example.depth) - 1
    let samples = (0..<width * height * example.kind.channels).map {
      ($0 * 40_503 + $0 * $0) & maximum
    }
    var png = HandMadePNG(
      width: width, height: height, kind: example.kind, bitDepth: example.depth, samples: samples)
    png.interlaced = example.interlaced
    // A gamma far from 1 and a transparent colour: values must come through untouched.
    png.chunks = [("gAMA", [0, 0, 0x27, 0x10])]
    switch example.kind {
    case .palette:
      let entries = palette.prefix(1 << example.depth)
      png.chunks += [("PLTE", Array(entries.joined())), ("tRNS", [0, 128])]
    case .gray: png.chunks += [("tRNS", [0, 1])]
    case .rgb: png.chunks += [("tRNS", [0, 1, 0, 1, 0, 1])]
    default: break
    }
    return png
  }

  private func expected(_ png: HandMadePNG) -> [UInt8] {
    let maximum = Double((1 << png.bitDepth) - 1)
    let pixels = stride(from: 0, to: png.samples.count, by: png.kind.channels)
    return pixels.flatMap { start -> [UInt8] in
      if png.kind == .palette { return palette[png.samples[start]] }
      let colours = png.kind.channels > 2 ? 3 : 1
      return (0..<colours).map {
        UInt8((Double(png.samples[start + $0]) / maximum * 255).rounded())
      }
    }
  }

  @Test(arguments: examples) func valuesComeThroughAsStored(example: Example) throws {
    let png = file(example)
    let image = try decodePNG(png.encoded(), name: "\(example.testDescription)")
    #expect(image.channels == (example.kind == .gray || example.kind == .grayAlpha ? 1 : 3))
    #expect((image.width, image.height) == (png.width, png.height))
    #expect(image.bytes == expected(png))
  }

  @Test func aPaletteIndexBeyondThePaletteDoesNotCrash() throws {
    var png = HandMadePNG(
      width: 4, height: 1, kind: .palette, bitDepth: 8, samples: [0, 1, 2, 255])
    png.chunks = [("PLTE", [1, 2, 3, 4, 5, 6])]
    let image = try? decodePNG(png.encoded(), name: "palette.png")
    if let image { #expect(Array(image.bytes.prefix(6)) == [1, 2, 3, 4, 5, 6]) }
  }

  @Test func aPackedTextBeyondTheLimitDoesNotFillMemory() throws {
    var png = HandMadePNG(width: 1, height: 1, kind: .gray, bitDepth: 8, samples: [7])
    let bomb = try #require(Data(base64Encoded: Self.lettersDeflated))
    png.chunks = [("zTXt", Array("Comment".utf8) + [0, 0] + bomb)]
    var limits = PNGLimits()
    limits.chunkBytes = 1000
    let text = try? decodePNGText(png.encoded(), name: "bomb.png", limits: limits)
    #expect((text ?? []).allSatisfy { $0.1.utf8.count <= 1000 })
  }

  /// zlib 1.2.13, level 9, of 5000 letters `a`.
  static let lettersDeflated = "eNrtwTEBAAAAwqCs61/CFH5AAQAAAABvA0tvZvI="

  @Test(.needs("data/cxr/images", "data/masks"))
  func theRealRadiographsAndMasksAreRead() throws {
    let folder = try HandOuts.path("data/cxr/images")
    let masks = try HandOuts.path("data/masks")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().prefix(25)
    for name in names {
      let image = try readPNG(at: folder + "/" + name)
      #expect((image.width, image.height, image.channels) == (256, 256, 1))
    }
    // The example masks are anti-aliased, not binary.
    var values: Set<UInt8> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: masks)
    where name.hasSuffix("png") {
      let image = try readPNG(at: masks + "/" + name)
      #expect((image.width, image.height) == (512, 512))
      values.formUnion(image.gray().bytes)
    }
    #expect(values == [0, 64, 128, 191, 255])
  }
}
