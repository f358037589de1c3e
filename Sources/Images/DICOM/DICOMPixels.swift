import Basics
import CDICOMCodecs

/// What the header of a DICOM file says about its pixels.
struct DICOMPixelFormat {
  let columns: Int
  let rows: Int
  /// 1 or 3.
  let samples: Int
  /// 8 or 16.
  let bitsAllocated: Int
  let bitsStored: Int
  let highBit: Int
  let isSigned: Bool
  let photometric: String

  /// - Throws: ``DICOMProblem`` for what is not one frame of 8 or 16-bit gray or colour.
  init(_ dataset: DICOMDataset, limits: ImageLimits) throws {
    guard let rows = dataset.integer(0x0028_0010), let columns = dataset.integer(0x0028_0011),
      rows > 0, columns > 0
    else { throw DICOMProblem(words: "it holds no image (rows and columns are absent)") }
    guard rows <= limits.side, columns <= limits.side, rows * columns <= limits.pixels else {
      throw DICOMProblem(words: "the picture is larger than accepted")
    }
    let frames = dataset.text(0x0028_0008).flatMap(Int.init) ?? 1
    guard frames <= 1 else {
      throw DICOMProblem(
        words: "it has \(frames) frames, and which of them is the radiograph is not for this "
          + "program to choose")
    }
    samples = dataset.integer(0x0028_0002) ?? 1
    photometric = dataset.text(0x0028_0004) ?? "MONOCHROME2"
    bitsAllocated = dataset.integer(0x0028_0100) ?? 16
    bitsStored = dataset.integer(0x0028_0101) ?? bitsAllocated
    highBit = dataset.integer(0x0028_0102) ?? bitsStored - 1
    isSigned = dataset.integer(0x0028_0103) == 1
    self.rows = rows
    self.columns = columns
    guard bitsAllocated == 8 || bitsAllocated == 16 else {
      throw DICOMProblem(words: "its pixels have \(bitsAllocated) bits; 8 or 16 are read")
    }
    guard (1...bitsAllocated).contains(bitsStored), highBit >= bitsStored - 1,
      highBit < bitsAllocated
    else { throw DICOMProblem(words: "its header contradicts itself about bits") }
    switch (samples, photometric) {
    case (1, "MONOCHROME1"), (1, "MONOCHROME2"): break
    case (3, _) where bitsAllocated == 8 && bitsStored == 8 && !isSigned: break
    default:
      throw DICOMProblem(
        words: "its pixels are of the kind \(Self.safe(photometric)) with \(samples) values each, "
          + "which is not read")
    }
  }

  /// Bytes of the decoded pixels.
  var byteCount: Int { rows * columns * samples * bitsAllocated / 8 }

  /// Least stored value.
  var minimum: Int { isSigned ? -(1 << (bitsStored - 1)) : 0 }
  /// Largest stored value less the least.
  var span: Int { (1 << bitsStored) - 1 }

  /// A word of a header in a sentence: letters, digits and underscores only, because headers can hold
  /// anything.
  static func safe(_ word: String) -> String {
    String(word.prefix(40).filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
  }
}

/// Decoded pixels as the bytes of their values in this machine's order, `byteCount` of them.
/// - Throws: ``DICOMProblem``.
func decodeDICOMPixels(_ file: DICOMFile, _ format: DICOMPixelFormat, limits: ImageLimits) throws
  -> [UInt8]
{
  guard let element = file.dataset.elements[0x7fe0_0010] else {
    throw DICOMProblem(words: "it holds no pixels of whole numbers")
  }
  switch element.value {
  case .items: throw DICOMProblem(words: "its pixels are damaged")
  case .bytes(let range):
    return try uncompressed(file.dataset, range, format)
  case .fragments(let fragments):
    // The first is the table of offsets, which one frame does not need.
    let stream = fragments.dropFirst().flatMap { file.dataset.storage[$0] }
    // Lossy JPEG 2000 of an even picture reaches 2,000 : 1.
    guard format.byteCount / 16_384 <= stream.count else {
      throw DICOMProblem(words: "the file is too short for its rows and columns")
    }
    return try decompressed(stream, file.transferSyntax, format, limits: limits)
  }
}

private func uncompressed(_ dataset: DICOMDataset, _ range: Range<Int>, _ format: DICOMPixelFormat)
  throws -> [UInt8]
{
  guard range.count >= format.byteCount else {
    throw DICOMProblem(words: "the file is too short for its rows and columns")
  }
  var bytes = Array(dataset.storage[range])
  // 8-bit pixels of a big-endian file lie in swapped words only where they are declared as words.
  let isWords = dataset.elements[0x7fe0_0010]?.representation == "OW"
  if dataset.isBigEndian, format.bitsAllocated == 16 || isWords {
    for index in stride(from: 0, to: bytes.count - 1, by: 2) { bytes.swapAt(index, index + 1) }
  }
  return Array(bytes.prefix(format.byteCount))
}

private func decompressed(
  _ stream: [UInt8], _ syntax: String, _ format: DICOMPixelFormat, limits: ImageLimits
) throws -> [UInt8] {
  switch syntax {
  case "1.2.840.10008.1.2.5": return try decodeDICOMRunLengths(stream, format)
  case "1.2.840.10008.1.2.4.50" where format.bitsAllocated == 8:
    return try baseline(stream, format, limits: limits)
  case "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70":
    try checkSize(stream, format)
    return try byLibJPEG(stream, format)
  case "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81":
    try checkSize(stream, format)
    return try jpegLS(stream, format)
  case "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91":
    try checkSize(stream, format)
    return try byGDCM(stream, syntax, format)
  default:
    throw DICOMProblem(
      words: "its transfer syntax \(syntax.filter { $0.isNumber || $0 == "." }) is not read")
  }
}

private func baseline(_ stream: [UInt8], _ format: DICOMPixelFormat, limits: ImageLimits) throws
  -> [UInt8]
{
  // Without a marker of its own libjpeg takes three channels for YCbCr.
  guard format.samples == 1 || format.photometric.hasPrefix("YBR") else {
    throw DICOMProblem(words: "its JPEG colours are not YBR, which is not read")
  }
  let image: RasterImage
  do {
    image = try decodeJPEG(stream, name: "", limits: limits)
  } catch {
    throw DICOMProblem(words: "its JPEG pixels are damaged")
  }
  guard image.width == format.columns, image.height == format.rows,
    image.channels == format.samples
  else { throw DICOMProblem(words: "its pixels have another size than its header says") }
  return image.bytes
}

/// Codecs write as many pixels as the stream says; the header's rows and columns must be those.
private func checkSize(_ stream: [UInt8], _ format: DICOMPixelFormat) throws {
  var size: (width: Int, height: Int)?
  var components: Int?
  if stream.starts(with: [0xff, 0x4f, 0xff, 0x51]), stream.count >= 42 {
    func number(_ place: Int) -> Int {
      stream[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    size = (number(8) - number(16), number(12) - number(20))
    components = Int(stream[40]) << 8 | Int(stream[41])
  } else if stream.starts(with: [0xff, 0xd8]) {
    let header = JPEGHeader(stream[...])
    size = header.size
    components = header.components
  }
  guard let size, let components else {
    throw DICOMProblem(words: "its compressed pixels are damaged")
  }
  guard size == (format.columns, format.rows), components == format.samples, components == 1 else {
    throw DICOMProblem(
      words: components == 1
        ? "its pixels have another size than its header says"
        : "its pixels are compressed colours, which are read as JPEG baseline only")
  }
}

/// JPEG of up to 16 bits a value, lossy or not, by the libjpeg of its precision.
private func byLibJPEG(_ stream: [UInt8], _ format: DICOMPixelFormat) throws -> [UInt8] {
  let precision = UInt32(JPEGHeader(stream[...]).precision ?? 0)
  return try pixels(of: format) { codec, pixels, message in
    cdicom_decode_jpeg(
      stream, stream.count, codec, precision, pixels.baseAddress, pixels.count, message)
  }
}

private func jpegLS(_ stream: [UInt8], _ format: DICOMPixelFormat) throws -> [UInt8] {
  guard let precision = JPEGHeader(stream[...]).precision, precision <= format.bitsAllocated else {
    throw DICOMProblem(words: "its JPEG-LS pixels have other bits than its header says")
  }
  let values = try JPEGLSDecoder.values(of: stream)
  if format.bitsAllocated == 8 { return values.map { UInt8(truncatingIfNeeded: $0) } }
  return values.withUnsafeBytes(Array.init)
}

/// JPEG 2000.
private func byGDCM(_ stream: [UInt8], _ syntax: String, _ format: DICOMPixelFormat) throws
  -> [UInt8]
{
  try syntax.withCString { name in
    try pixels(of: format) { codec, pixels, message in
      var codec = codec
      codec.transfer_syntax = name
      return cdicom_decode(
        stream, stream.count, codec, pixels.baseAddress, pixels.count, message)
    }
  }
}

/// What a codec writes, or its sentence.
private func pixels(
  of format: DICOMPixelFormat,
  _ decode: (cdicom_format, UnsafeMutableBufferPointer<UInt8>, UnsafeMutablePointer<CChar>) -> Int32
) throws -> [UInt8] {
  var message = [CChar](repeating: 0, count: Int(CDICOM_MESSAGE_CAPACITY))
  var pixels = [UInt8](repeating: 0, count: format.byteCount)
  let codec = cdicom_format(
    transfer_syntax: nil, columns: UInt32(format.columns), rows: UInt32(format.rows),
    bits_allocated: UInt16(format.bitsAllocated), bits_stored: UInt16(format.bitsStored),
    high_bit: UInt16(format.highBit), is_signed: format.isSigned ? 1 : 0)
  let decoded = pixels.withUnsafeMutableBufferPointer { pixels in
    message.withUnsafeMutableBufferPointer { message in
      message.baseAddress.map { decode(codec, pixels, $0) } ?? 0
    }
  }
  guard decoded != 0 else {
    throw DICOMProblem(
      words: String(
        decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
  return pixels
}

/// DICOM's run lengths (PackBits), one segment per byte of the pixel, highest first.
/// - SeeAlso: DICOM PS3.5, annex G.
func decodeDICOMRunLengths(_ stream: [UInt8], _ format: DICOMPixelFormat) throws -> [UInt8] {
  let damaged = DICOMProblem(words: "its run lengths are damaged")
  let width = format.bitsAllocated / 8
  let segmentCount = format.samples * width
  func word(_ index: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(stream[4 * index + $1]) << (8 * $1) }
  }
  guard stream.count >= 64, word(0) == segmentCount else { throw damaged }
  let count = format.rows * format.columns
  var out = [UInt8](repeating: 0, count: format.byteCount)
  for segment in 0..<segmentCount {
    var place = word(segment + 1)
    let end = segment + 1 < segmentCount ? word(segment + 2) : stream.count
    guard place >= 64, place <= end, end <= stream.count else { throw damaged }
    let sample = segment / width
    // Colours by pixel, bytes of a value lowest first.
    let first = sample * width + (width - 1 - segment % width)
    let step = format.samples * width
    var written = 0
    while written < count {
      guard place < end else { throw damaged }
      let control = Int(Int8(bitPattern: stream[place]))
      place += 1
      if control == -128 { continue }
      let length = control >= 0 ? control + 1 : 1 - control
      let taken = min(length, count - written)
      guard place + (control >= 0 ? taken : 1) <= end else { throw damaged }
      for i in 0..<taken {
        out[first + (written + i) * step] = stream[control >= 0 ? place + i : place]
      }
      place += control >= 0 ? length : 1
      written += taken
    }
  }
  return out
}
