import AuditModel
import Basics
import Foundation
import Testing

@testable import Images

@Suite struct DICOMTests {
  private func deep(
    _ bytes: [UInt8], window: RealImagesSpecification.Window = .file
  ) throws -> (image: DeepImage, facts: Set<ImageFact>) {
    var options = ImageReadingOptions()
    options.window = window
    let decoded = try decodeImage(bytes, name: "a.dcm", options: options)
    guard case .deep(let image) = decoded.picture else { throw AuditFailure("not deep") }
    return (image, decoded.facts)
  }

  private func failure(_ file: HandMadeDICOM) -> String {
    let bytes = file.encoded()
    return #expect(throws: AuditFailure.self) { try decodeImage(bytes, name: "a.dcm") }?.message
      ?? ""
  }

  @Test(arguments: DICOMSamples.compressed.map(\.name))
  func everyLosslessKindGivesTheStoredValues(name: String) throws {
    let sample = try #require(DICOMSamples.compressed.first { $0.name == name })
    let bytes = Array(try #require(Data(base64Encoded: sample.base64)))
    let (image, facts) = try deep(bytes)
    #expect(image.width == DICOMSamples.width && image.height == DICOMSamples.height)
    #expect(image.white == 4095)
    #expect(image.samples == DICOMSamples.values)
    #expect(facts.contains(ImageFact(.wholeRange)) && facts.contains(ImageFact(.bits, 12)))
  }

  @Test(arguments: HandMadeDICOM.Syntax.allCases)
  func everyByteOrderGivesTheStoredValues(syntax: HandMadeDICOM.Syntax) throws {
    var file = HandMadeDICOM(values: [0, 1, 2047, 4095])
    file.syntax = syntax
    let bytes = file.encoded()
    #expect(try deep(bytes).image.samples == [0, 1, 2047, 4095])
    #expect(DICOMFormat.size(bytes[...])?.width == 2)
  }

  @Test func blackAsTheLargestValueIsInverted() throws {
    var file = HandMadeDICOM(values: [0, 1, 2047, 4095])
    file.photometric = "MONOCHROME1"
    let (image, facts) = try deep(file.encoded())
    #expect(image.samples == [4095, 4094, 2048, 0])
    #expect(facts.contains(ImageFact(.inverted)))
  }

  @Test func signedValuesAndBitsBelowTheAllocatedAreRead() throws {
    var file = HandMadeDICOM(values: [0x0800, 0x0fff, 0, 0x07ff])  // −2048, −1, 0, 2047
    file.isSigned = true
    #expect(try deep(file.encoded()).image.samples == [0, 2047, 2048, 4095])
    // Overlays once lived in the bits above.
    #expect(
      try deep(HandMadeDICOM(values: [0xf001, 0x8002, 3, 4]).encoded()).image.samples
        == [1, 2, 3, 4])
  }

  /// PS3.3, C.11.2.1.2.1: centre − 0.5 ± (width − 1) / 2.
  @Test func theFilesFirstWindowIsApplied() throws {
    var file = HandMadeDICOM(values: [0, 999, 1000, 4095])
    file.texts = [0x0028_1050: "1000\\50", 0x0028_1051: "101\\10", 0x0028_1055: "WIDE\\NARROW"]
    let (image, facts) = try deep(file.encoded())
    #expect(image.white == 65_535)
    // (value − 999.5 + 50) / 100
    #expect(image.samples == [0, 32_440, 33_095, 65_535])
    #expect(facts.contains(ImageFact(.window)) && facts.contains(ImageFact(.firstOfSeveral)))
    let second = try deep(file.encoded(), window: .index(1)).image.samples
    #expect(second == [0, 65_535, 65_535, 65_535])
    #expect(try deep(file.encoded(), window: .named("narrow")).image.samples == second)
    #expect(
      try deep(file.encoded(), window: .values(center: 50, width: 10)).image.samples == second)
    let bytes = file.encoded()
    let absent = #expect(throws: AuditFailure.self) { try deep(bytes, window: .index(2)) }
    #expect(absent?.message.contains("asks for window 2, and the file has 2") == true)
    #expect(throws: AuditFailure.self) { try deep(bytes, window: .named("BONE")) }
  }

  @Test func sigmoidWindowsAndRescalingAreApplied() throws {
    var file = HandMadeDICOM(values: [0, 100, 200, 300])
    file.texts = [
      0x0028_1050: "100", 0x0028_1051: "200", 0x0028_1056: "SIGMOID", 0x0028_1052: "-100",
      0x0028_1053: "2",
    ]
    // Values −100, 100, 300, 500; 1 / (1 + e^(−4 (v − 100) / 200)).
    let expected = [-100.0, 100, 300, 500].map {
      UInt16((65_535 / (1 + exp(-4 * ($0 - 100) / 200))).rounded(.toNearestOrEven))
    }
    let (image, facts) = try deep(file.encoded())
    #expect(image.samples == expected)
    #expect(facts.contains(ImageFact(.sigmoid)))
  }

  @Test func tablesOfValuesOfInterestGoBeforeWindows() throws {
    var file = HandMadeDICOM(values: [0, 9, 10, 12])
    file.texts = [0x0028_1050: "100", 0x0028_1051: "200"]
    file.table = (first: 10, bits: 8, entries: [0, 128, 255])
    let (image, facts) = try deep(file.encoded())
    #expect(image.samples == [0, 0, 0, 65_535])
    #expect(facts.contains(ImageFact(.lookupTable)))
  }

  @Test func stretchingLeavesPaddingOut() throws {
    var file = HandMadeDICOM(values: [4095, 100, 200, 300])
    file.numbers = [0x0028_0120: 4095]
    let (image, facts) = try deep(file.encoded(), window: .stretch)
    #expect(image.samples == [0, 0, 32_768, 65_535])
    #expect(facts.contains(ImageFact(.padding)) && facts.contains(ImageFact(.stretched)))
  }

  @Test func pixelsThatAreNotSquareAreSaid() throws {
    var file = HandMadeDICOM(values: [0, 1, 2, 3])
    file.texts = [0x0028_0034: "2\\1"]
    #expect(try deep(file.encoded()).facts.contains(ImageFact(.notSquare)))
    file.texts = [0x0028_0030: "0.143\\0.143"]
    #expect(try !deep(file.encoded()).facts.contains(ImageFact(.notSquare)))
  }

  @Test func whatIsNotOneFrameOfGrayOrColourIsRefusedByName() {
    var file = HandMadeDICOM(values: [0, 1, 2, 3])
    file.texts = [0x0028_0008: "12"]
    #expect(failure(file).contains("it has 12 frames"))
    file.texts = [:]
    file.photometric = "PALETTE COLOR"
    #expect(failure(file).contains("PALETTECOLOR"))
    file.photometric = "MONOCHROME2"
    file.rows = 40_000
    #expect(failure(file).contains("larger than accepted"))
    file.rows = 16_000
    file.columns = 6_000
    #expect(failure(file).contains("too short for its rows and columns"))
  }

  @Test func everyCutFileIsRefused() {
    let bytes = HandMadeDICOM(values: [0, 1, 2, 3]).encoded()
    for length in 0..<bytes.count {
      #expect(throws: AuditFailure.self, "\(length) bytes") {
        try decodeImage(Array(bytes.prefix(length)), name: "cut.dcm")
      }
    }
  }

  @Test(arguments: DICOMSamples.compressed.map(\.name)) func aFlippedByteNeverCrashes(name: String)
    throws
  {
    let sample = try #require(DICOMSamples.compressed.first { $0.name == name })
    let bytes = Array(try #require(Data(base64Encoded: sample.base64)))
    for position in stride(from: 132, to: bytes.count, by: 3) {
      var damaged = bytes
      damaged[position] ^= UInt8(1 << (position % 8))
      guard let image = try? decodeImage(damaged, name: "damaged") else { continue }
      #expect(image.picture.width > 0)
    }
  }

  @Test func headersGiveGroupsAndNothingThatIdentifies() throws {
    try withTemporaryFolder { folder in
      var file = HandMadeDICOM(values: [0, 1, 2, 3])
      file.texts = [
        0x0010_0010: "DOE^JANE", 0x0010_0020: "12345", 0x0010_0040: "F", 0x0010_1010: "058Y",
        0x0008_0020: "20240131", 0x0018_5101: "PA", 0x0008_0070: "Maker",
      ]
      try writeAtomically(file.encoded(), to: folder + "/a")
      let found = try #require(try dicomAttributes(of: folder + "/a"))
      #expect(
        found == [
          .sex: "F", .age: "058Y", .studyDate: "2024", .view: "PA", .manufacturer: "Maker",
        ])
      try writeAtomically(JPEGSample.all[0].bytes, to: folder + "/b")
      #expect(try dicomAttributes(of: folder + "/b") == nil)
    }
  }
}
