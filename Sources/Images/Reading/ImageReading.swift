import Basics
import Glibc

/// Reads any image file of a known kind and settles what its values mean.
/// - Throws: ``AuditFailure`` naming the file and what is wrong with it or what must be said about it.
package func readImage(at path: String, options: ImageReadingOptions = ImageReadingOptions())
  throws -> DecodedImage
{
  try settleDepth(of: decodeImage(at: path, options: options), name: path, options: options)
}

/// Decodes an image file without asking what its unused bits mean (``settleDepth(of:name:options:)``).
/// - Throws: ``AuditFailure`` where the file cannot be read, whatever the options.
package func decodeImage(at path: String, options: ImageReadingOptions = ImageReadingOptions())
  throws -> DecodedImage
{
  let bytes = try readBytes(of: path, limit: options.limits.fileBytes)
  return try decodeImage(bytes, name: path, options: options)
}

/// ``decodeImage(at:options:)`` on bytes in memory; `name` is what a failure calls them.
package func decodeImage(
  _ bytes: [UInt8], name: String, options: ImageReadingOptions = ImageReadingOptions()
) throws -> DecodedImage {
  guard let format = imageFormat(of: bytes[...]) else { throw unreadFailure(bytes, name: name) }
  return try format.decode(bytes, name: name, options: options)
}

private func unreadFailure(_ bytes: [UInt8], name: String) -> AuditFailure {
  let known = "PNG, JPEG and DICOM are read"
  guard !bytes.isEmpty else { return AuditFailure("cannot read the image \(name): it is empty") }
  guard let (kind, hint) = unreadKind(of: bytes[...]) else {
    let isFramedDICOM = (name.lowercased() as String).hasSuffix(".dcm")
    return AuditFailure(
      "cannot read the image \(name): its content is of no known kind; \(known)",
      hint: isFramedDICOM
        ? "a DICOM file has 'DICM' after 128 bytes; add the preamble, for instance with dcmconv"
        : "check that the file is whole and is an image")
  }
  return AuditFailure(
    "cannot read the image \(name): its content is \(kind), which is not read; \(known)", hint: hint
  )
}

/// Decides which value of a 16-bit file means white.
///
/// A PNG whose significant bits say 12 and whose values stay below 4096 is read over 12 bits, though
/// PNG asks for values spread over 16: writers ignore that. Else the spec's `bits` count. A file that
/// leaves two or more of its high bits unused and says nothing about it is nearly black over 16 bits
/// and right over fewer: only its owner knows, so it is asked about.
/// - Throws: ``AuditFailure`` with the question, or where a value is above the range of the spec.
package func settleDepth(
  of image: DecodedImage, name: String, options: ImageReadingOptions
) throws -> DecodedImage {
  guard case .deep(let deep) = image.picture, deep.white == .max,
    !image.facts.contains(where: { $0.kind == .dicom })
  else { return image }
  var image = image
  let highest = deep.samples.max() ?? 0
  let used = UInt16.bitWidth - highest.leadingZeroBitCount
  if used <= 14 { image.facts.insert(ImageFact(.unusedBits, max(used, 1))) }
  func read(over bits: Int, _ source: ImageFact.Kind) -> DecodedImage {
    image.picture = .deep(deep.withWhite(UInt16((1 << bits) - 1)))
    image.facts.insert(ImageFact(source, bits))
    return image
  }
  let declared = image.facts.first { $0.kind == .bitsOfFile }?.number
  if let declared {
    image.facts.remove(ImageFact(.bitsOfFile, declared))
    if used <= declared, declared < 16 { return read(over: declared, .bitsOfFile) }
    return image  // spread over 16 bits, as PNG asks
  }
  if let bits = options.bits {
    guard used <= bits else {
      throw AuditFailure(
        "the image \(name) has the value \(highest), which is above the \(bits) bits of "
          + "'real.images.bits'",
        hint: "correct 'real.images.bits' to the bits that the images use, at most 16")
    }
    return read(over: bits, .bitsOfSpecification)
  }
  guard used > 14 || highest == 0 else {
    let likely = max(8, used + used % 2)
    throw AuditFailure(
      "the image \(name) is a 16-bit file whose largest value is \(highest), so that \(16 - used) of "
        + "its bits are never used: is its white \((1 << likely) - 1) (\(likely) bits) or 65535?",
      hint:
        "say so in the spec, \"real\": { \"images\": { \"folder\": …, \"bits\": \(likely) } }, or "
        + "\"bits\": 16 where the images are meant to be this dark")
  }
  return image
}

/// Checks by its first bytes that a file is of a kind that is read.
/// - Returns: Whether it is a PNG of 16 bits, whose range may be a question.
/// - Throws: ``AuditFailure`` naming the file and its kind.
package func checkImageHead(at path: String) throws -> Bool {
  let head = try readHead(of: path, length: imageHeadLength)
  guard let format = imageFormat(of: head[...]) else { throw unreadFailure(head, name: path) }
  return format == PNGFormat.self && head.count > 24 && head[24] == 16
}

/// Width and height of an image file as stored, from its beginning; nil where it does not tell.
///
/// Says nothing about whether the rest can be read.
/// - Throws: ``AuditFailure`` when the file cannot be opened.
package func imageSize(at path: String) throws -> (width: Int, height: Int)? {
  // JPEG and DICOM may hold profiles and previews before their sizes.
  for length in [4096, 1 << 18] {
    let head = try readHead(of: path, length: length)
    guard let format = imageFormat(of: head[...]) else { return nil }
    if let size = format.size(head[...]) { return size }
    if head.count < length { return nil }
  }
  return nil
}

/// The first bytes of a file, fewer where it is shorter.
/// - Throws: ``AuditFailure`` when the file cannot be opened.
package func readHead(of path: String, length: Int) throws -> [UInt8] {
  let descriptor = try openRegularFile(path).descriptor
  defer { close(descriptor) }
  var failure: Int32 = 0
  let head = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
    let got = pread(descriptor, buffer.baseAddress, length, 0)
    count = max(0, got)
    failure = got < 0 ? errno : 0
  }
  guard failure == 0 else { throw readFailure(path, failure) }
  return head
}
