/// Builds PNG files of every kind from raw samples, unpacked (stored deflate blocks), so that the
/// reader is tested against the format and not against our own writer.
struct HandMadePNG {
  enum Kind: Int, CaseIterable {
    case gray = 0, rgb = 2, palette = 3, grayAlpha = 4, rgba = 6

    var channels: Int {
      switch self {
      case .gray, .palette: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }
  }

  var width: Int
  var height: Int
  var kind: Kind
  var bitDepth: Int
  /// `[height, width, channels]`, each in 0 ..< 2^bitDepth.
  var samples: [Int]
  var interlaced = false
  /// Chunks between the header and the pixels.
  var chunks: [(String, [UInt8])] = []

  func encoded() -> [UInt8] {
    var raw: [UInt8] = []
    let passes =
      interlaced
      ? [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
      ]
      : [(0, 0, 1, 1)]
    for (x0, y0, dx, dy) in passes {
      let columns = Array(stride(from: x0, to: width, by: dx))
      if columns.isEmpty { continue }
      for y in stride(from: y0, to: height, by: dy) { raw += [0] + row(y, columns) }
    }
    var bytes: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    let header =
      big(width) + big(height)
      + [UInt8(bitDepth), UInt8(kind.rawValue), 0, 0, interlaced ? 1 : 0]
    bytes += chunk("IHDR", header)
    for (name, content) in chunks { bytes += chunk(name, content) }
    bytes += chunk("IDAT", stored(raw)) + chunk("IEND", [])
    return bytes
  }

  private func row(_ y: Int, _ columns: [Int]) -> [UInt8] {
    let values = columns.flatMap { x in
      (0..<kind.channels).map { samples[(y * width + x) * kind.channels + $0] }
    }
    if bitDepth == 16 { return values.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
    var bytes = [UInt8](repeating: 0, count: (values.count * bitDepth + 7) / 8)
    for (index, value) in values.enumerated() {
      let bit = index * bitDepth
      bytes[bit / 8] |= UInt8(value << (8 - bitDepth - bit % 8))
    }
    return bytes
  }

  private func stored(_ raw: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x78, 0x01]
    let pieces = stride(from: 0, to: raw.count, by: 65_535).map {
      Array(raw[$0..<min($0 + 65_535, raw.count)])
    }
    for (index, piece) in pieces.enumerated() {
      let n = piece.count
      out += [index == pieces.count - 1 ? 1 : 0]
      out += [UInt8(n & 255), UInt8(n >> 8), UInt8(~n & 255), UInt8(~n >> 8 & 255)] + piece
    }
    var a = 1
    var b = 0
    for byte in raw {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return out + big(b << 16 | a)
  }

  private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return big(content.count) + body + big(Int(crc32(body)))
  }

  private func big(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
