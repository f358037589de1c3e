import Basics
import Foundation
import Images
import Testing

@Suite struct PNGTests {
  private func ramp(width: Int, height: Int, channels: Int) -> RasterImage {
    RasterImage(
      width: width, height: height, channels: channels,
      bytes: (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 3) })
  }

  @Test(arguments: [1, 3]) func whatIsWrittenIsReadBack(channels: Int) throws {
    let image = ramp(width: 37, height: 21, channels: channels)
    #expect(try decodePNG(encodePNG(image), name: "ramp") == image)
  }

  @Test func theSamePixelsGiveTheSameBytes() throws {
    let image = ramp(width: 64, height: 64, channels: 1)
    let text = [("Synthetic", "true"), ("Seed", "7")]
    #expect(try encodePNG(image, text: text) == encodePNG(image, text: text))
  }

  @Test func textIsReadBackInOrderAndInUnicode() throws {
    let text = [
      ("Synthetic", "true"), ("Prompt", "sex:Female, age:71.0. Größe “normal”"), ("Empty", ""),
    ]
    let bytes = try encodePNG(ramp(width: 4, height: 4, channels: 1), text: text)
    let found = try decodePNGText(bytes, name: "text")
    #expect(found.map(\.0) == text.map(\.0))
    #expect(found.map(\.1) == text.map(\.1))
  }

  @Test(arguments: ["", " Seed", "Größe", "two  blanks", String(repeating: "k", count: 80)])
  func keysThatPNGForbidsAreRefused(key: String) {
    let image = ramp(width: 2, height: 2, channels: 1)
    #expect(throws: AuditFailure.self) { try encodePNG(image, text: [(key, "value")]) }
  }

  @Test func everyPrefixOfAFileIsRefusedWithItsName() throws {
    let bytes = try encodePNG(ramp(width: 16, height: 16, channels: 1), text: [("Seed", "7")])
    for length in 0..<bytes.count {
      let failure = #expect(throws: AuditFailure.self) {
        try decodePNG(Array(bytes.prefix(length)), name: "cut.png")
      }
      #expect(failure?.message.contains("cut.png") == true)
    }
  }

  @Test func aFlippedByteNeverCrashes() throws {
    let bytes = try encodePNG(ramp(width: 16, height: 16, channels: 3), text: [("Seed", "7")])
    for position in bytes.indices {
      for bit in [0x01, 0x80] as [UInt8] {
        var damaged = bytes
        damaged[position] ^= bit
        // An ancillary chunk may be damaged and skipped; the picture is then still whole.
        if let image = try? decodePNG(damaged, name: "damaged.png") {
          #expect(image.bytes.count == image.width * image.height * image.channels)
        }
      }
    }
  }

  @Test func aShortFileCannotAskForAHugePicture() throws {
    var bytes = try encodePNG(ramp(width: 16, height: 16, channels: 1))
    setSize(of: &bytes, width: 9_000, height: 9_000)
    let failure = #expect(throws: AuditFailure.self) { try decodePNG(bytes, name: "bomb.png") }
    #expect(failure?.message.contains("too short") == true)
    setSize(of: &bytes, width: 2_000_000, height: 1)
    let wide = #expect(throws: AuditFailure.self) { try decodePNG(bytes, name: "wide.png") }
    #expect(wide?.message.contains("larger than accepted") == true)
  }

  @Test func anAbsentFileAFolderAndAnotherFormatAreNamed() throws {
    let folder = NSTemporaryDirectory() + "png-\(UUID().uuidString)"
    try createFolder(at: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (path, words) in [(folder + "/none.png", "no such file"), (folder, "is a folder")] {
      let failure = #expect(throws: AuditFailure.self) { try readPNG(at: path) }
      #expect(failure?.message.contains(words) == true)
    }
    try writeAtomically("GIF89a, not a PNG", to: folder + "/a.png")
    let failure = #expect(throws: AuditFailure.self) { try readPNG(at: folder + "/a.png") }
    #expect(failure?.message.contains("PNG signature") == true)
  }

  @Test func writingLeavesOnlyTheImage() throws {
    let folder = NSTemporaryDirectory() + "png-\(UUID().uuidString)"
    try createFolder(at: folder + "/cohort/a")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let image = ramp(width: 8, height: 8, channels: 1)
    try writePNG(image, to: folder + "/cohort/a/x.png", text: [("Synthetic", "true")])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/cohort/a") == ["x.png"])
    #expect(try readPNG(at: folder + "/cohort/a/x.png") == image)
    #expect(try readPNGText(at: folder + "/cohort/a/x.png").first?.1 == "true")
  }

  private func setSize(of bytes: inout [UInt8], width: UInt32, height: UInt32) {
    for i in 0..<4 {
      bytes[16 + i] = UInt8(truncatingIfNeeded: width >> (24 - 8 * i))
      bytes[20 + i] = UInt8(truncatingIfNeeded: height >> (24 - 8 * i))
    }
    let checksum = crc32(bytes[12..<29])
    for i in 0..<4 { bytes[29 + i] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * i)) }
  }
}

/// CRC-32 as PNG appends it to every chunk (ISO 3309), bit by bit.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var value: UInt32 = 0xffff_ffff
  for byte in bytes {
    value ^= UInt32(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? 0xedb8_8320 ^ value >> 1 : value >> 1 }
  }
  return ~value
}
