import Basics

/// PNG as ``ImageFormat``; 16-bit values are kept.
package enum PNGFormat: ImageFormat {
  package static let name = "PNG"
  package static let extensions = ["png"]

  package static func recognises(_ head: ArraySlice<UInt8>) -> Bool {
    head.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  }

  package static func decode(_ bytes: [UInt8], name: String, options: ImageReadingOptions) throws
    -> DecodedImage
  {
    var limits = PNGLimits()
    limits.side = options.limits.side
    limits.pixels = options.limits.pixels
    limits.fileBytes = options.limits.fileBytes
    let (picture, bits) = try decodeDeepPNG(bytes, name: name, limits: limits)
    var facts: Set = [ImageFact(.png)]
    if case .deep = picture {
      facts.insert(ImageFact(.bits, 16))
      if bits > 0 { facts.insert(ImageFact(.bitsOfFile, bits)) }
    }
    return DecodedImage(picture: picture, facts: facts)
  }

  package static func size(_ head: ArraySlice<UInt8>) -> (width: Int, height: Int)? {
    guard head.count >= 24, head.dropFirst(12).starts(with: "IHDR".utf8) else { return nil }
    func number(_ offset: Int) -> Int {
      head.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    let size = (number(16), number(20))
    return size.0 > 0 && size.1 > 0 ? size : nil
  }
}
