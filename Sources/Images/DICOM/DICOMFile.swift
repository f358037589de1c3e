import Basics
import CZlib

/// A DICOM file's header, and where its pixels are.
struct DICOMFile {
  let transferSyntax: String
  let dataset: DICOMDataset

  static let implicitLittle = "1.2.840.10008.1.2"
  static let deflated = "1.2.840.10008.1.2.1.99"
  static let explicitBig = "1.2.840.10008.1.2.2"

  /// Parses a file, or the beginning of one.
  /// - Parameters:
  ///   - end: The first tag that is not needed.
  ///   - limit: Bytes that a deflated file may unpack to.
  /// - Throws: ``DICOMProblem``.
  init(_ bytes: [UInt8], end: DICOMTag = 0x7fe0_0011, limit: Int = 1 << 29) throws {
    guard DICOMFormat.recognises(bytes[...]) else {
      throw DICOMProblem(words: "it does not begin as a DICOM file does")
    }
    var parser = DICOMParser(
      bytes, from: 132, isBigEndian: false, isExplicit: true, end: 0x0003_0000)
    let meta = try parser.dataset()
    let syntax = meta.text(0x0002_0010) ?? Self.implicitLittle
    transferSyntax = syntax
    let start = Self.endOfMeta(bytes, meta)
    let content = syntax == Self.deflated ? try Self.inflated(bytes[start...], limit: limit) : bytes
    var reader = DICOMParser(
      content, from: syntax == Self.deflated ? 0 : start,
      isBigEndian: syntax == Self.explicitBig, isExplicit: syntax != Self.implicitLittle, end: end)
    dataset = try reader.dataset()
  }

  /// The group length says where the meta information ends; where it is absent, its last value does.
  private static func endOfMeta(_ bytes: [UInt8], _ meta: DICOMDataset) -> Int {
    var end = 132
    for element in meta.elements.values {
      if case .bytes(let range) = element.value { end = max(end, range.upperBound) }
    }
    return end
  }

  private static func inflated(_ packed: ArraySlice<UInt8>, limit: Int) throws -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw DICOMProblem(words: "zlib could not start") }
    defer { inflateEnd(stream) }
    var out: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    return try packed.withUnsafeBufferPointer { source in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
      stream.pointee.avail_in = UInt32(min(source.count, Int(UInt32.max)))
      while true {
        let (status, produced) = piece.withUnsafeMutableBufferPointer { buffer in
          stream.pointee.next_out = buffer.baseAddress
          stream.pointee.avail_out = UInt32(buffer.count)
          let status = inflate(stream, Z_NO_FLUSH)
          return (status, buffer.count - Int(stream.pointee.avail_out))
        }
        guard out.count + produced <= limit else {
          throw DICOMProblem(words: "it unpacks to more than is accepted")
        }
        out += piece[..<produced]
        if status == Z_STREAM_END { return out }
        guard status == Z_OK, produced > 0 || stream.pointee.avail_in > 0 else {
          throw DICOMProblem(words: "its deflated data are damaged or end too early")
        }
      }
    }
  }
}
