/// Builds small DICOM files, so that the reader is tested against the format.
struct HandMadeDICOM {
  enum Syntax: String, CaseIterable {
    case implicitLittle = "1.2.840.10008.1.2"
    case explicitLittle = "1.2.840.10008.1.2.1"
    case explicitBig = "1.2.840.10008.1.2.2"
  }

  var rows = 2
  var columns = 2
  /// 16-bit words as they are stored.
  var values: [UInt16]
  var syntax = Syntax.explicitLittle
  var photometric = "MONOCHROME2"
  var bitsStored = 12
  var isSigned = false
  /// Further elements with text, whatever their representation should be.
  var texts: [UInt32: String] = [:]
  /// Further elements with one unsigned 16-bit number.
  var numbers: [UInt32: UInt16] = [:]
  /// One VOI table.
  var table: (first: UInt16, bits: UInt16, entries: [UInt16])?

  /// A compressed frame in the place of the values, and its transfer syntax.
  var frame: (syntax: String, bytes: [UInt8])?

  init(values: [UInt16]) { self.values = values }

  private var isBig: Bool { syntax == .explicitBig }

  private func word(_ value: UInt16, big: Bool) -> [UInt8] {
    let bytes = [UInt8(value & 255), UInt8(value >> 8)]
    return big ? bytes.reversed() : bytes
  }

  private func long(_ value: Int, big: Bool) -> [UInt8] {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return big ? bytes.reversed() : bytes
  }

  private func element(
    _ tag: UInt32, _ representation: String, _ content: [UInt8], isMeta: Bool = false
  ) -> [UInt8] {
    let big = isBig && !isMeta
    var bytes = word(UInt16(tag >> 16), big: big) + word(UInt16(tag & 0xffff), big: big)
    let content = content.count % 2 == 0 ? content : content + [0x20]
    if syntax == .implicitLittle && !isMeta {
      bytes += long(content.count, big: false)
    } else if ["OB", "OW", "SQ"].contains(representation) {
      bytes += Array(representation.utf8) + [0, 0] + long(content.count, big: big)
    } else {
      bytes += Array(representation.utf8) + word(UInt16(content.count), big: big)
    }
    return bytes + content
  }

  private func number(_ tag: UInt32, _ value: UInt16) -> [UInt8] {
    element(tag, "US", word(value, big: isBig))
  }

  /// An element of unknown length: an empty table of offsets, the frame, the end.
  private func fragments(of bytes: [UInt8]) -> [UInt8] {
    let even = bytes.count % 2 == 0 ? bytes : bytes + [0]
    return [0xe0, 0x7f, 0x10, 0x00] + Array("OB".utf8) + [0, 0, 0xff, 0xff, 0xff, 0xff]
      + [0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]
      + [0xfe, 0xff, 0x00, 0xe0] + long(even.count, big: false) + even
      + [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]
  }

  func encoded() -> [UInt8] {
    var elements: [UInt32: [UInt8]] = [
      0x0028_0002: number(0x0028_0002, 1),
      0x0028_0004: element(0x0028_0004, "CS", Array(photometric.utf8)),
      0x0028_0010: number(0x0028_0010, UInt16(rows)),
      0x0028_0011: number(0x0028_0011, UInt16(columns)),
      0x0028_0100: number(0x0028_0100, 16),
      0x0028_0101: number(0x0028_0101, UInt16(bitsStored)),
      0x0028_0102: number(0x0028_0102, UInt16(bitsStored - 1)),
      0x0028_0103: number(0x0028_0103, isSigned ? 1 : 0),
      0x7fe0_0010: element(0x7fe0_0010, "OW", values.flatMap { word($0, big: isBig) }),
    ]
    for (tag, text) in texts { elements[tag] = element(tag, "LO", Array(text.utf8)) }
    for (tag, value) in numbers { elements[tag] = number(tag, value) }
    if let table {
      let item =
        element(
          0x0028_3002, "US",
          [UInt16(table.entries.count), table.first, table.bits].flatMap { word($0, big: isBig) })
        + element(0x0028_3006, "OW", table.entries.flatMap { word($0, big: isBig) })
      let header =
        word(0xfffe, big: isBig) + word(0xe000, big: isBig) + long(item.count, big: isBig)
      elements[0x0028_3010] = element(0x0028_3010, "SQ", header + item)
    }
    if let frame { elements[0x7fe0_0010] = fragments(of: frame.bytes) }
    var name = Array((frame?.syntax ?? syntax.rawValue).utf8)
    if name.count % 2 == 1 { name.append(0) }
    let meta = element(0x0002_0010, "UI", name, isMeta: true)
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + meta
      + elements.sorted { $0.key < $1.key }.flatMap(\.value)
  }
}
