/// What stands before the pixels of a JPEG stream.
struct JPEGHeader {
  /// As stored; nil where the bytes end before it.
  private(set) var size: (width: Int, height: Int)?
  /// Bits per value.
  private(set) var precision: Int?
  private(set) var components: Int?
  private(set) var orientation = Orientation.upright

  /// Walks the segments up to the first scan. Every length is checked; nothing throws.
  init(_ bytes: ArraySlice<UInt8>) {
    let end = bytes.endIndex
    var place = bytes.startIndex + 2
    var isFirstExif = true
    while place + 4 <= end, bytes[place] == 0xff {
      let marker = bytes[place + 1]
      if marker == 0xff {  // a fill byte
        place += 1
        continue
      }
      if marker == 0x01 || (0xd0...0xd8).contains(marker) {  // without a length
        place += 2
        continue
      }
      let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
      guard length >= 2, marker != 0xda, marker != 0xd9 else { return }
      let content = bytes[min(end, place + 4)..<min(end, place + 2 + length)]
      switch marker {
      case 0xc0...0xcf where ![0xc4, 0xc8, 0xcc].contains(marker):
        readFrame(content)
      case 0xf7:  // JPEG-LS
        readFrame(content)
      case 0xe1 where isFirstExif && content.starts(with: "Exif\0\0".utf8):
        isFirstExif = false
        orientation = Self.orientation(of: Array(content.dropFirst(6))) ?? .upright
      default: break
      }
      place += 2 + length
    }
  }

  private mutating func readFrame(_ content: ArraySlice<UInt8>) {
    guard size == nil, content.count >= 6 else { return }
    let bytes = Array(content.prefix(6))
    let height = Int(bytes[1]) << 8 | Int(bytes[2])
    let width = Int(bytes[3]) << 8 | Int(bytes[4])
    guard width > 0, height > 0 else { return }
    precision = Int(bytes[0])
    size = (width, height)
    components = Int(bytes[5])
  }

  /// Tag 0x0112 of the first directory of a TIFF block.
  private static func orientation(of tiff: [UInt8]) -> Orientation? {
    guard tiff.count >= 8 else { return nil }
    let isLittle = tiff[0] == 0x49
    func number(_ place: Int, _ length: Int) -> Int? {
      guard place >= 0, place + length <= tiff.count else { return nil }
      let part = tiff[place..<place + length]
      return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
    for entry in 0..<count {
      let place = directory + 2 + 12 * entry
      guard let tag = number(place, 2) else { return nil }
      if tag == 0x0112 { return number(place + 8, 2).flatMap(Orientation.init(rawValue:)) }
    }
    return nil
  }
}
