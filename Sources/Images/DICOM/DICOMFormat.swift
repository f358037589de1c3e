import AuditModel
import Basics

/// DICOM as ``ImageFormat``: one frame of gray or colour, shown as its header asks.
package enum DICOMFormat: ImageFormat {
  package static let name = "DICOM"
  package static let extensions = ["dcm", "dicom"]

  package static func recognises(_ head: ArraySlice<UInt8>) -> Bool {
    head.dropFirst(128).starts(with: "DICM".utf8)
  }

  package static func decode(_ bytes: [UInt8], name: String, options: ImageReadingOptions) throws
    -> DecodedImage
  {
    do {
      let file = try DICOMFile(bytes)
      let format = try DICOMPixelFormat(file.dataset, limits: options.limits)
      let pixels = try decodeDICOMPixels(file, format, limits: options.limits)
      if format.samples == 3 {
        let planes = file.dataset.integer(0x0028_0006) == 1
        let image = try colour(
          pixels, format, isPlanar: planes, isDecoded: file.transferSyntax.contains(".4.50"))
        return DecodedImage(picture: .levels(image), facts: [ImageFact(.dicom)])
      }
      var rendering = DICOMRendering(file.dataset, format)
      let image = try rendering.rendered(
        storedValues(pixels, format), window: options.window)
      let facts = rendering.facts.union([ImageFact(.dicom)])
      guard image.white > 255 else {
        // 8 bits shown as they are stored are what other files of 8 bits are.
        return DecodedImage(picture: .levels(image.levels), facts: facts)
      }
      return DecodedImage(picture: .deep(image), facts: facts)
    } catch let problem as DICOMProblem {
      throw AuditFailure(
        "cannot read the image \(name): \(problem.words)",
        hint:
          "one frame of gray or colour is read, uncompressed, deflated, or packed by run lengths, "
          + "JPEG, JPEG-LS or JPEG 2000")
    }
  }

  package static func size(_ head: ArraySlice<UInt8>) -> (width: Int, height: Int)? {
    guard let file = try? DICOMFile(Array(head), end: 0x0028_0012),
      let rows = file.dataset.integer(0x0028_0010),
      let columns = file.dataset.integer(0x0028_0011), rows > 0, columns > 0
    else { return nil }
    return (columns, rows)
  }

  /// Values as whole numbers: bits above the highest cut off, signs extended.
  static func storedValues(_ pixels: [UInt8], _ format: DICOMPixelFormat) -> [Int32] {
    let shift = Int32(format.highBit - format.bitsStored + 1)
    let mask = Int32(truncatingIfNeeded: format.span)
    let sign = Int32(1) << Int32(format.bitsStored - 1)
    let isWide = format.bitsAllocated == 16
    return (0..<format.rows * format.columns).map { index in
      let raw =
        isWide
        ? Int32(pixels[2 * index]) | Int32(pixels[2 * index + 1]) << 8 : Int32(pixels[index])
      let value = (raw >> shift) & mask
      return format.isSigned && value & sign != 0 ? value - 2 * sign : value
    }
  }

  /// Three values per pixel, as red, green and blue.
  private static func colour(
    _ pixels: [UInt8], _ format: DICOMPixelFormat, isPlanar: Bool, isDecoded: Bool
  ) throws -> RasterImage {
    let count = format.rows * format.columns
    var bytes = pixels
    if isPlanar, !isDecoded {
      for index in 0..<count {
        for channel in 0..<3 { bytes[3 * index + channel] = pixels[channel * count + index] }
      }
    }
    switch format.photometric {
    case "RGB": break
    case _ where isDecoded: break
    case "YBR_FULL":
      func level(_ value: Double) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }
      for index in 0..<count {
        let y = Double(bytes[3 * index])
        let blue = Double(bytes[3 * index + 1]) - 128
        let red = Double(bytes[3 * index + 2]) - 128
        bytes[3 * index] = level(y + 1.402 * red)
        bytes[3 * index + 1] = level(y - 0.344136 * blue - 0.714136 * red)
        bytes[3 * index + 2] = level(y + 1.772 * blue)
      }
    default:
      throw DICOMProblem(
        words: "its colours are of the kind \(DICOMPixelFormat.safe(format.photometric)), "
          + "which is not read")
    }
    return RasterImage(width: format.columns, height: format.rows, channels: 3, bytes: bytes)
  }
}
