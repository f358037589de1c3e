import Basics

/// One kind of image file. To add one, write a type that conforms and name it in ``imageFormats``.
package protocol ImageFormat: Sendable {
  /// For sentences: `PNG`.
  static var name: String { get }

  /// What names of such files end with, in small letters; they only help to find a file.
  static var extensions: [String] { get }

  /// Whether a file that begins with these bytes (up to ``imageHeadLength``) is of this kind.
  static func recognises(_ head: ArraySlice<UInt8>) -> Bool

  /// Decodes a whole file.
  /// - Parameter name: What a failure calls the file.
  /// - Throws: ``AuditFailure`` naming the file and what is wrong with it.
  static func decode(_ bytes: [UInt8], name: String, options: ImageReadingOptions) throws
    -> DecodedImage

  /// Width and height as stored, from the beginning of a file; nil where it does not hold them.
  static func size(_ head: ArraySlice<UInt8>) -> (width: Int, height: Int)?
}

/// Every kind that is read, in the order in which they are tried.
package let imageFormats: [any ImageFormat.Type] = [
  PNGFormat.self, JPEGFormat.self, DICOMFormat.self,
]

/// Bytes by which a kind is told; DICOM begins after 128 bytes of anything.
package let imageHeadLength = 1024

/// One image file, decoded.
package struct DecodedImage: Sendable, Equatable {
  package var picture: Picture
  /// How it was read; always holds the format.
  package var facts: Set<ImageFact>

  package init(picture: Picture, facts: Set<ImageFact>) {
    self.picture = picture
    self.facts = facts
  }
}

/// The kind of a file by its first bytes, never by its name; nil for none that is read.
package func imageFormat(of head: ArraySlice<UInt8>) -> (any ImageFormat.Type)? {
  imageFormats.first { $0.recognises(head.prefix(imageHeadLength)) }
}

/// Kinds that people have and that are not read, by how they begin.
func unreadKind(of head: ArraySlice<UInt8>) -> (name: String, hint: String)? {
  func begins(_ text: String, at offset: Int = 0) -> Bool {
    head.dropFirst(offset).starts(with: text.utf8)
  }
  func begins(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
    head.dropFirst(offset).starts(with: bytes)
  }
  let convert = "convert the images to PNG (16-bit where they have more than 8 bits)"
  if begins("II*\0") || begins("MM\0*") || begins("II+\0") || begins("MM\0+") {
    return ("TIFF", convert)
  }
  if begins("RIFF"), begins("WEBP", at: 8) { return ("WebP", convert) }
  if begins("GIF8") { return ("GIF", convert) }
  if begins("BM") { return ("BMP", convert) }
  if begins([0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20]) || begins([0xff, 0x4f, 0xff, 0x51]) {
    return ("JPEG 2000 outside DICOM", convert)
  }
  if begins([0xff, 0x0a]) || begins([0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20]) {
    return ("JPEG XL", convert)
  }
  if begins("ftypheic", at: 4) || begins("ftypavif", at: 4) || begins("ftypmif1", at: 4) {
    return ("HEIF", convert)
  }
  if begins([0x1f, 0x8b]) { return ("gzip", "unpack the file") }
  if begins("PK\u{3}\u{4}") { return ("zip", "unpack the file") }
  if begins([0x93] + Array("NUMPY".utf8)) { return ("NumPy", convert) }
  if begins([0x5c, 1, 0, 0], at: 344) || begins("n+1\0", at: 344) { return ("NIfTI", convert) }
  if begins("<") { return ("HTML or XML text", "download the image itself again") }
  if begins("version https://git-lfs") {
    return ("a pointer of Git LFS", "fetch the image itself with 'git lfs pull'")
  }
  return nil
}
