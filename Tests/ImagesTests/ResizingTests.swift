import Foundation
import Images
import TestSupport
import Testing

@Suite struct ResizingTests {
  /// The picture whose resized copies have the checksums below, made by Python 3.11, NumPy 2.4.6 and
  /// Pillow 13.0.0 (`zlib.crc32` of the bytes):
  /// `i = arange(w·h·c); ((i·7919 + (i·i) % 251 · 31 + i // (w·c) · 17) % 256).reshape(h, w, c)`.
  static func synthetic(_ width: Int, _ height: Int, _ channels: Int) -> RasterImage {
    let bytes = (0..<width * height * channels).map { i in
      UInt8(truncatingIfNeeded: i * 7919 + (i * i) % 251 * 31 + i / (width * channels) * 17)
    }
    return RasterImage(width: width, height: height, channels: channels, bytes: bytes)
  }

  struct Example: Sendable {
    let old: (width: Int, height: Int, channels: Int)
    let new: (width: Int, height: Int)
    /// CRC-32 of Pillow 13.0.0's result: bilinear, box, bicubic.
    let checksums: [UInt32]
  }

  static let examples = [
    Example(old: (13, 9, 1), new: (5, 4), checksums: [0x34c3_efce, 0xac36_ff9a, 0xfbaf_7713]),
    Example(old: (13, 9, 3), new: (7, 20), checksums: [0x0834_a454, 0x8b91_d497, 0xf618_8114]),
    Example(
      old: (256, 256, 1), new: (224, 224), checksums: [0x54aa_059d, 0x1a54_2089, 0xf9e0_8030]),
    Example(old: (301, 177, 3), new: (64, 48), checksums: [0x612b_5bd2, 0xc7e5_aa1f, 0x2f7e_0588]),
    Example(old: (5, 3, 1), new: (40, 33), checksums: [0x6c13_b9cb, 0xb878_65a2, 0x66bb_cb31]),
    Example(old: (1, 1, 1), new: (3, 2), checksums: [0xb1c2_a1a3, 0xb1c2_a1a3, 0xb1c2_a1a3]),
    Example(old: (1000, 7, 1), new: (9, 8), checksums: [0x5203_e84b, 0x211d_34f5, 0x093d_a6c6]),
    // Where the order of the passes matters: columns first, columns first, rows first, columns first.
    Example(old: (40, 150, 3), new: (48, 48), checksums: [0x2be7_4cfb, 0xbaeb_8850, 0xbe3d_26a4]),
    Example(old: (100, 101, 1), new: (90, 80), checksums: [0x1c24_81fc, 0xd697_e1db, 0x2e41_4b0e]),
    Example(old: (100, 100, 1), new: (90, 80), checksums: [0x124d_d239, 0x4349_cd52, 0x1673_ef40]),
    Example(old: (60, 200, 1), new: (50, 120), checksums: [0x5522_3960, 0xbe20_c090, 0x510c_5441]),
  ]

  @Test(arguments: examples) func equalsPillowBitByBit(example: Example) {
    let image = Self.synthetic(example.old.width, example.old.height, example.old.channels)
    for (filter, checksum) in zip([ResizingFilter.bilinear, .box, .bicubic], example.checksums) {
      let small = image.resized(
        width: example.new.width, height: example.new.height, filter: filter)
      #expect(crc32(small.bytes) == checksum, "\(filter) of \(example.old) to \(example.new)")
    }
  }

  @Test func aSmallResultEqualsPillowsNumbers() {
    #expect(
      Self.synthetic(13, 9, 1).resized(width: 5, height: 4).bytes == [
        116, 158, 140, 136, 148, 149, 134, 116, 116, 126, 127, 119, 117, 130, 138, 113, 109, 166,
        140, 134,
      ])
  }

  @Test func luminanceEqualsPillow() {
    #expect(crc32(Self.synthetic(31, 17, 3).gray().bytes) == 0xaf24_9706)
  }

  @Test func grayToColourAndBackIsTheSame() {
    let every = RasterImage(width: 256, height: 1, channels: 1, bytes: Array(0...255))
    #expect(every.rgb().gray() == every)
  }

  @Test func theSameSizeChangesNothingAndAFlatPictureStaysFlat() {
    let image = Self.synthetic(20, 10, 3)
    #expect(image.resized(width: 20, height: 10) == image)
    let flat = RasterImage(
      width: 90, height: 70, channels: 1, bytes: Array(repeating: 201, count: 6300))
    for filter in [ResizingFilter.box, .bilinear, .bicubic] {
      #expect(flat.resized(width: 31, height: 97, filter: filter).bytes.allSatisfy { $0 == 201 })
    }
  }

  @Test func thumbnailsKeepTheShapeAndNeverGrow() {
    let image = Self.synthetic(300, 100, 1)
    let small = image.thumbnail(side: 60)
    #expect((small.width, small.height) == (60, 20))
    #expect(image.thumbnail(side: 300) == image)
  }

  @Test(.needs("chexgen/fixtures/image_ops.safetensors"))
  func equalsTheRecordedPreprocessingOfTheReference() throws {
    let path = try HandOuts.path("chexgen/fixtures/image_ops.safetensors")
    let fixture = try ImageOperations(path: path)
    #expect(!fixture.sources.isEmpty)
    for name in fixture.sources {
      let source = try fixture.image(name + ".src")
      let resized = try fixture.image(name + ".resize_bilinear_48")
      let cropped = try fixture.image(name + ".center_crop_32")
      #expect(largestDifference(source.resized(width: 48, height: 48), resized) == 0, "\(name)")
      #expect(largestDifference(source.centerSquare(side: 32), cropped) == 0, "\(name)")
    }
    let values = try fixture.floats("round.x")
    let rounded = RasterImage(planes: values, width: values.count, height: 1, channels: 1)
    #expect(try rounded.bytes == fixture.bytes("round.u8"))
  }
}

private func largestDifference(_ a: RasterImage, _ b: RasterImage) -> Int? {
  guard a.bytes.count == b.bytes.count else { return nil }
  return zip(a.bytes, b.bytes).map { abs(Int($0) - Int($1)) }.max()
}

/// Just enough of safetensors for one trusted file of images.
private struct ImageOperations {
  private let data: Data
  private let entries: [String: [String: Any]]
  private let start: Int

  init(path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    self.data = data
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: data[8..<8 + length])
    let object = try #require(header as? [String: Any])
    entries = object.compactMapValues { $0 as? [String: Any] }
    start = 8 + length
  }

  var sources: [String] {
    entries.keys.filter { $0.hasSuffix(".src") }.map { String($0.dropLast(4)) }.sorted()
  }

  func bytes(_ name: String) throws -> [UInt8] {
    let range = try #require(entries[name]?["data_offsets"] as? [Int])
    return Array(data[start + range[0]..<start + range[1]])
  }

  func image(_ name: String) throws -> RasterImage {
    let shape = try #require(entries[name]?["shape"] as? [Int])
    return RasterImage(
      width: shape[1], height: shape[0], channels: shape[2], bytes: try bytes(name))
  }

  func floats(_ name: String) throws -> [Float] {
    let raw = try bytes(name)
    return stride(from: 0, to: raw.count, by: 4).map { i in
      Float(bitPattern: raw[i..<i + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}
