import Basics
import Foundation
import Testing

@testable import Images

@Suite struct ImageReadingTests {
  private func png16(
    _ samples: [Int], width: Int = 2, height: Int = 2, kind: HandMadePNG.Kind = .gray,
    significantBits: UInt8? = nil
  ) -> [UInt8] {
    var file = HandMadePNG(
      width: width, height: height, kind: kind, bitDepth: 16, samples: samples)
    if let significantBits { file.chunks = [("sBIT", [significantBits])] }
    return file.encoded()
  }

  private func read(_ bytes: [UInt8], bits: Int? = nil) throws -> DecodedImage {
    var options = ImageReadingOptions()
    options.bits = bits
    return try settleDepth(
      of: decodeImage(bytes, name: "a.png", options: options), name: "a.png", options: options)
  }

  private func deep(_ image: DecodedImage) throws -> DeepImage {
    guard case .deep(let deep) = image.picture else {
      throw AuditFailure("the picture has 8 bits")
    }
    return deep
  }

  @Test func sixteenBitsStaySixteen() throws {
    let image = try read(png16([0, 1, 40_000, 65_535]))
    #expect(try deep(image).samples == [0, 1, 40_000, 65_535])
    #expect(try deep(image).white == 65_535)
    #expect(image.facts == [ImageFact(.png), ImageFact(.bits, 16)])
    // As libpng rounds to 8 bits: v / 257.
    #expect(image.picture.raster.bytes == [0, 0, 156, 255])
  }

  @Test func twelveBitsInSixteenAreAskedAboutAndAnsweredByTheSpec() throws {
    let bytes = png16([0, 1_000, 2_048, 4_095])
    let question = #expect(throws: AuditFailure.self) { try read(bytes) }
    #expect(question?.message.contains("4095 (12 bits) or 65535?") == true)
    #expect(question?.hint?.contains("\"bits\": 12") == true)
    let twelve = try read(bytes, bits: 12)
    #expect(try deep(twelve).white == 4_095)
    #expect(twelve.picture.raster.bytes == [0, 62, 128, 255])
    #expect(twelve.facts.contains(ImageFact(.bitsOfSpecification, 12)))
    #expect(twelve.facts.contains(ImageFact(.unusedBits, 12)))
    let dark = try read(bytes, bits: 16)
    #expect(try deep(dark).white == 65_535)
    #expect(dark.facts.contains(ImageFact(.unusedBits, 12)))
  }

  @Test func aValueAboveTheSpecsBitsIsRefused() {
    let failure = #expect(throws: AuditFailure.self) {
      try read(png16([0, 1, 2, 5_000]), bits: 12)
    }
    #expect(failure?.message.contains("5000") == true)
    #expect(failure?.message.contains("12 bits") == true)
  }

  @Test func significantBitsOfTheFileDecide() throws {
    let right = try read(png16([0, 1, 2, 4_095], significantBits: 12))
    #expect(try deep(right).white == 4_095)
    #expect(right.facts.contains(ImageFact(.bitsOfFile, 12)))
    // Spread over 16 bits, as PNG asks of writers.
    let spread = try read(png16([0, 16, 32, 65_520], significantBits: 12))
    #expect(try deep(spread).white == 65_535)
    #expect(!spread.facts.contains { $0.kind == .bitsOfFile })
  }

  @Test func aBlackPictureIsNoQuestion() throws {
    #expect(try deep(read(png16([0, 0, 0, 0]))).white == 65_535)
  }

  @Test func theKindIsToldByContent() throws {
    try withTemporaryFolder { folder in
      let jpeg = JPEGSample.all[0]
      try writeAtomically(jpeg.bytes, to: folder + "/a.png")
      let image = try readImage(at: folder + "/a.png")
      #expect(image.facts == [ImageFact(.jpeg)])
      #expect(try imageSize(at: folder + "/a.png")?.width == jpeg.width)
    }
  }

  @Test(arguments: [
    ("II*\0aaaa", "TIFF"), ("RIFF1234WEBPVP8 ", "WebP"), ("GIF89a", "GIF"), ("BM1234", "BMP"),
    ("<html>", "HTML"), ("version https://git-lfs.github.com/spec/v1", "Git LFS"),
    ("hello", "no known kind"), ("", "empty"),
  ])
  func otherKindsAreRefusedByName(content: String, words: String) {
    let failure = #expect(throws: AuditFailure.self) {
      try decodeImage(Array(content.utf8), name: "x.png")
    }
    #expect(failure?.message.contains("x.png") == true)
    #expect(failure?.message.contains(words) == true)
  }

  /// libpng takes what a chunk's length announces; these two asked for 1.7 and 2 GB.
  @Test(arguments: [0x6500_6e00, 0x7272_0016] as [UInt32])
  func aChunkLongerThanItsFileIsRefusedBeforeMemoryIsTaken(length: UInt32) throws {
    var bytes = HandMadePNG(
      width: 5, height: 4, kind: .gray, bitDepth: 8, samples: Array(repeating: 9, count: 20),
      chunks: [("iTXt", Array("I\0\0\0\0\0hi".utf8))]
    ).encoded()
    let chunk = try #require(bytes.indices.first { bytes[$0...].starts(with: "iTXt".utf8) })
    for i in 0..<4 { bytes[chunk - 4 + i] = UInt8(truncatingIfNeeded: length >> (24 - 8 * i)) }
    let failure = #expect(throws: AuditFailure.self) { try decodeImage(bytes, name: "bomb.png") }
    #expect(failure?.message.contains("a length in it is wrong") == true)
  }

  @Test func factsComeBackFromTheirCodes() {
    for kind in ImageFact.Kind.allCases {
      for fact in [ImageFact(kind), ImageFact(kind, 12)] {
        #expect(ImageFact(code: fact.code) == fact)
        #expect(!fact.words.isEmpty)
      }
    }
    #expect(ImageFact(code: "nonsense") == nil)
  }
}

/// Calls `body` with a folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = NSTemporaryDirectory() + "images-\(UUID().uuidString)"
  try createFolder(at: folder)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
