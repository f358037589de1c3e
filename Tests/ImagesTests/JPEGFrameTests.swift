import AuditModel
import Basics
import Foundation
import Glibc
import Testing

@testable import Images

/// JPEG and JPEG-LS inside of DICOM: what is whole is read to the value, what is damaged is refused in a sentence, and
/// no codec says a word of its own.
@Suite(.serialized) struct JPEGFrameTests {
  private func file(_ sample: JPEGFrameSample, _ bytes: [UInt8]) -> [UInt8] {
    var file = HandMadeDICOM(values: [])
    file.rows = JPEGFrameSample.rows
    file.columns = JPEGFrameSample.columns
    file.bitsStored = sample.bitsStored
    file.frame = (sample.syntax, bytes)
    return file.encoded()
  }

  private func frame(_ sample: JPEGFrameSample) throws -> [UInt8] {
    Array(try #require(Data(base64Encoded: sample.base64)))
  }

  /// Where a segment begins.
  private func place(of marker: UInt8, in bytes: [UInt8]) throws -> Int {
    try #require(bytes.indices.dropLast().first { bytes[$0] == 0xff && bytes[$0 + 1] == marker })
  }

  private func values(_ bytes: [UInt8]) throws -> [UInt16] {
    switch try decodeImage(bytes, name: "a.dcm").picture {
    case .deep(let image): return image.samples
    case .levels(let image): return image.bytes.map { UInt16($0) }
    }
  }

  private func expectRefusal(
    _ sample: JPEGFrameSample, _ bytes: [UInt8], _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let whole = file(sample, bytes)
    let failure = #expect(throws: AuditFailure.self, sourceLocation: sourceLocation) {
      try decodeImage(whole, name: "a.dcm")
    }
    let message = failure?.message ?? ""
    #expect(
      message.contains("a.dcm") && message.contains(reason) && !message.contains("\n"),
      "\(message)", sourceLocation: sourceLocation)
  }

  @Test(arguments: JPEGFrameSample.all)
  func everyPrecisionGivesTheStoredValues(sample: JPEGFrameSample) throws {
    let read = try values(file(sample, try frame(sample)))
    #expect(read == sample.values)
  }

  @Test func anEndMarkerIsNotMissed() throws {
    let sample = JPEGFrameSample.all[2]
    #expect(try values(file(sample, try frame(sample).dropLast(2))) == sample.values)
  }

  @Test(arguments: JPEGFrameSample.all.filter { !$0.isLS })
  func damagedHeadersAreRefusedInASentence(sample: JPEGFrameSample) throws {
    let bytes = try frame(sample)
    let table = try place(of: 0xc4, in: bytes)

    var unmarked = bytes
    unmarked[table] = 0xbf
    expectRefusal(sample, unmarked, "damaged")

    let length = Int(bytes[table + 2]) << 8 | Int(bytes[table + 3])
    var without = bytes
    without.removeSubrange(table..<table + 2 + length)
    expectRefusal(sample, without, "damaged")

    var endless = bytes
    endless[table + 2] = 0x7f
    expectRefusal(sample, endless, "damaged")

    // A comment that runs over the end, which is skipped and not read.
    expectRefusal(
      sample, Array(bytes[..<table]) + [0xff, 0xfe, 0x7f, 0xff] + Array(bytes[table...]),
      "damaged")

    let scan = try place(of: 0xda, in: bytes)
    expectRefusal(sample, Array(bytes[..<(scan + 10)]), "damaged")
    expectRefusal(sample, Array(bytes[..<(bytes.count - 60)]), "damaged")
  }

  /// GDCM ends the program where its libjpeg warns before the first scan.
  @Test(arguments: JPEGFrameSample.all.filter { !$0.isLS })
  func aNewerJFIFHeaderIsNoDamage(sample: JPEGFrameSample) throws {
    var bytes = try frame(sample)
    let header = try place(of: 0xe0, in: bytes)
    bytes[header + 9] = 3
    #expect(try values(file(sample, bytes)) == sample.values)
  }

  @Test func anotherSizeOrMoreBitsThanTheHeaderSaysAreRefused() throws {
    let sample = JPEGFrameSample.all[2]
    var bytes = try frame(sample)
    let start = try place(of: 0xc3, in: bytes)
    bytes[start + 4] = 17
    expectRefusal(sample, bytes, "other bits")
    bytes[start + 4] = 12
    bytes[start + 6] = 11
    expectRefusal(sample, bytes, "another size")
  }

  @Test(arguments: JPEGFrameSample.all.filter(\.isLS))
  func damagedJPEGLSIsRefusedInASentence(sample: JPEGFrameSample) throws {
    let bytes = try frame(sample)
    let start = try place(of: 0xf7, in: bytes)
    let scan = try place(of: 0xda, in: bytes)
    for length in [start + 6, scan + 5, scan + 12, bytes.count - 40] {
      expectRefusal(sample, Array(bytes[..<length]), "damaged")
    }
    var unmarked = bytes
    unmarked[scan] = 0xbf
    expectRefusal(sample, unmarked, "damaged")
    // Another precision, a component too many, interleaving; then what gray frames do not use.
    for (place, value, reason) in [
      (start + 4, UInt8(1), "damaged"), (start + 9, 3, "baseline only"), (scan + 8, 1, "damaged"),
    ] {
      var other = bytes
      other[place] = value
      expectRefusal(sample, other, reason)
    }
    for (segment, reason): ([UInt8], String) in [
      ([0xff, 0xf8, 0, 5, 2, 1, 1], "table of values"),
      ([0xff, 0xdd, 0, 4, 0, 9], "restart marks"),
    ] {
      expectRefusal(sample, Array(bytes[..<scan]) + segment + bytes[scan...], reason)
    }
    let end = try place(of: 0xd9, in: bytes)
    expectRefusal(sample, Array(bytes[..<end]) + [0x12, 0x34, 0x56] + bytes[end...], "damaged")
  }

  @Test func aDamagedJPEGLSFrameTakesNoTime() throws {
    var file = HandMadeDICOM(values: [])
    (file.rows, file.columns) = (32, 36)
    file.frame = (
      "1.2.840.10008.1.2.4.80", Array(try #require(Data(base64Encoded: JPEGFrameSample.endless)))
    )
    let bytes = file.encoded()
    let start = ContinuousClock.now
    #expect(throws: AuditFailure.self) { try decodeImage(bytes, name: "a.dcm") }
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func noCodecPrints() throws {
    let printed = try withStandardErrorInAFile {
      for sample in JPEGFrameSample.all {
        let bytes = try frame(sample)
        for place in stride(from: 0, to: bytes.count, by: 2) {
          var damaged = bytes
          damaged[place] ^= UInt8(1 << (place % 8))
          _ = try? decodeImage(file(sample, damaged), name: "damaged")
        }
        _ = try decodeImage(file(sample, bytes), name: "whole")
      }
      for sample in DICOMSamples.compressed {
        let bytes = Array(try #require(Data(base64Encoded: sample.base64)))
        for place in stride(from: 500, to: bytes.count, by: 5) {
          var damaged = bytes
          damaged[place] ^= UInt8(1 << (place % 8))
          _ = try? decodeImage(damaged, name: "damaged")
        }
      }
    }
    // The lines of tests that run beside this one begin with a sign.
    let words = printed.split(separator: "\n").filter { $0.first?.isASCII == true }
    #expect(words.isEmpty, "\(words.prefix(3))")
  }

  private func withStandardErrorInAFile(_ body: () throws -> Void) throws -> String {
    try withTemporaryFolder { folder in
      let path = folder + "/printed"
      let kept = dup(2)
      let file = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
      try #require(kept >= 0 && file >= 0)
      dup2(file, 2)
      defer {
        dup2(kept, 2)
        close(kept)
        close(file)
      }
      try body()
      return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
  }
}
