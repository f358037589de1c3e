import Basics
import Foundation
import Testing

@testable import Images

@Suite struct JPEGTests {
  private func sha(_ image: RasterImage) -> String { SHA256.hex(of: image.bytes) }

  @Test(arguments: JPEGSample.all)
  func pixelsAreThoseOfPillow(_ sample: JPEGSample) throws {
    let image = try decodeImage(sample.bytes, name: "a")
    #expect(image.picture.width == sample.width && image.picture.height == sample.height)
    #expect(image.picture.channels == sample.channels)
    #expect(sha(image.picture.raster) == sample.pixels)
    #expect(sha(image.picture.raster.gray()) == sample.gray)
    #expect(image.facts == [ImageFact(.jpeg)])
  }

  /// Of the orientation's low byte in the EXIF block.
  private func orientationPlace(_ bytes: [UInt8]) throws -> Int {
    let entry: [UInt8] = [0x01, 0x12, 0x00, 0x03]
    return try #require(bytes.indices.first { bytes[$0...].starts(with: entry) }) + 9
  }

  @Test(arguments: 1...8) func orientationIsAppliedAsPillowDoes(value: Int) throws {
    var bytes = Array(Data(base64Encoded: JPEGSample.turnedSix) ?? Data())
    bytes[try orientationPlace(bytes)] = UInt8(value)
    let image = try decodeImage(bytes, name: "a")
    #expect(sha(image.picture.raster) == JPEGSample.turned[value])
    #expect(image.facts.contains(ImageFact(.turned)) == (value != 1))
    #expect(JPEGFormat.size(bytes[...])?.width == 16)
  }

  @Test func coloursForPrintAreRefused() {
    let bytes = Array(Data(base64Encoded: JPEGSample.print) ?? Data())
    let failure = #expect(throws: AuditFailure.self) { try decodeImage(bytes, name: "print.jpg") }
    #expect(failure?.message.contains("print.jpg") == true)
    #expect(failure?.message.contains("CMYK") == true)
  }

  @Test(arguments: [JPEGSample.all[0], JPEGSample.all[1], JPEGSample.all[4]])
  func everyCutFileIsRefused(_ sample: JPEGSample) {
    // Two bytes less is the end marker alone.
    for length in 0..<sample.bytes.count - 2 {
      #expect(throws: AuditFailure.self, "\(length) bytes") {
        try decodeImage(Array(sample.bytes.prefix(length)), name: "cut.jpg")
      }
    }
  }

  @Test(arguments: JPEGSample.all) func aFlippedByteNeverCrashes(_ sample: JPEGSample) {
    for position in sample.bytes.indices {
      for bit in [0x01, 0x80] as [UInt8] {
        var damaged = sample.bytes
        damaged[position] ^= bit
        guard let image = try? decodeImage(damaged, name: "damaged.jpg") else { continue }
        #expect(image.picture.width > 0)
      }
    }
  }

  @Test func aShortFileCannotAskForAHugePicture() throws {
    var bytes = JPEGSample.all[0].bytes
    let frame = try #require(
      bytes.indices.first { bytes[$0...].starts(with: [0xff, 0xc0, 0x00, 0x0b, 0x08]) })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x23, 0x28, 0x23, 0x28])
    let failure = #expect(throws: AuditFailure.self) { try decodeImage(bytes, name: "bomb.jpg") }
    #expect(failure?.message.contains("too short for its width and height") == true)
  }
}
