/// An uncompressed DICOM file of 8-bit grey with any text elements, for tests that need whole files.
package struct SmallDICOM {
  package var width: Int
  package var height: Int
  package var pixels: [UInt8]
  /// Tag to text.
  package var texts: [UInt32: String]

  package init(width: Int, height: Int, pixels: [UInt8], texts: [UInt32: String] = [:]) {
    self.width = width
    self.height = height
    self.pixels = pixels
    self.texts = texts
  }

  /// The tags that identify a person or a visit, each with a text that occurs nowhere else.
  package static let identifying: [UInt32: String] = [
    0x0008_0014: "1.2.999.14", 0x0008_0018: "1.2.999.18", 0x0008_0020: "20190613",
    0x0008_0050: "ACC777123", 0x0008_0080: "Sanctuary Hospital", 0x0008_0090: "REFERRER^RITA",
    0x0008_1010: "STATION99", 0x0008_1030: "Query of Jane", 0x0010_0010: "DOENAME^JANE",
    0x0010_0020: "MRN424242", 0x0010_0030: "19610204", 0x0010_1000: "OTHERID55",
    0x0010_1040: "9 Hidden Lane", 0x0010_4000: "Comment on her", 0x0020_000d: "1.2.999.13",
    0x0020_000e: "1.2.999.14", 0x0020_0010: "STUDY31415",
  ]

  private static func word(_ value: Int) -> [UInt8] {
    [UInt8(value & 255), UInt8(value >> 8 & 255)]
  }

  private static func element(_ tag: UInt32, _ representation: String, _ content: [UInt8])
    -> [UInt8]
  {
    let even = content.count % 2 == 0 ? content : content + [0x20]
    let head = word(Int(tag >> 16)) + word(Int(tag & 0xffff)) + Array(representation.utf8)
    if representation == "OW" {
      return head + [0, 0] + word(even.count & 0xffff) + word(even.count >> 16) + even
    }
    return head + word(even.count) + even
  }

  /// Explicit little endian.
  package var bytes: [UInt8] {
    var elements: [UInt32: [UInt8]] = [:]
    for (tag, value) in [
      (0x0028_0002, 1), (0x0028_0010, height), (0x0028_0011, width), (0x0028_0100, 8),
      (0x0028_0101, 8), (0x0028_0102, 7), (0x0028_0103, 0),
    ] as [(UInt32, Int)] {
      elements[tag] = Self.element(tag, "US", Self.word(value))
    }
    elements[0x0028_0004] = Self.element(0x0028_0004, "CS", Array("MONOCHROME2".utf8))
    for (tag, text) in texts { elements[tag] = Self.element(tag, "LO", Array(text.utf8)) }
    elements[0x7fe0_0010] = Self.element(0x7fe0_0010, "OW", pixels)
    let syntax = Self.element(0x0002_0010, "UI", Array("1.2.840.10008.1.2.1\0".utf8))
    let length = Self.element(
      0x0002_0000, "UL", Self.word(syntax.count) + Self.word(0))
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + syntax
      + elements.sorted { $0.key < $1.key }.flatMap(\.value)
  }
}
