/// A tag of a DICOM data element: group in the upper 16 bits, element in the lower.
typealias DICOMTag = UInt32

/// The elements of a DICOM data set, as ranges of the bytes that hold them.
///
/// Reads hostile files: every length is compared with what is there, nesting and counts are bounded,
/// and no memory is taken for what a length announces.
struct DICOMDataset {
  enum Value {
    case bytes(Range<Int>)
    case items([DICOMDataset])
    /// Encapsulated pixels; the first is the offset table.
    case fragments([Range<Int>])
  }
  struct Element {
    /// Two letters; empty where the file does not say.
    var representation: String
    var value: Value
  }

  let storage: [UInt8]
  let isBigEndian: Bool
  private(set) var elements: [DICOMTag: Element] = [:]

  init(storage: [UInt8], isBigEndian: Bool) {
    self.storage = storage
    self.isBigEndian = isBigEndian
  }

  mutating func set(_ element: Element, for tag: DICOMTag) { elements[tag] = element }

  func has(_ tag: DICOMTag) -> Bool { elements[tag] != nil }

  func bytes(_ tag: DICOMTag) -> ArraySlice<UInt8>? {
    guard case .bytes(let range)? = elements[tag]?.value, !range.isEmpty else { return nil }
    return storage[range]
  }

  func items(_ tag: DICOMTag) -> [DICOMDataset] {
    guard case .items(let items)? = elements[tag]?.value else { return [] }
    return items
  }

  /// 16-bit whole numbers (US, SS), or 32-bit where the file says so.
  func integers(_ tag: DICOMTag, signed: Bool = false) -> [Int] {
    guard let bytes = bytes(tag), let representation = elements[tag]?.representation else {
      return []
    }
    let width = ["UL", "SL"].contains(representation) ? 4 : 2
    let isSigned =
      representation == "SS" || representation == "SL"
      || (signed && representation != "US")
    return stride(from: 0, to: bytes.count - bytes.count % width, by: width).map { offset in
      let start = bytes.startIndex + offset
      let part = bytes[start..<start + width]
      let value = (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | Int($1) }
      let sign = 1 << (8 * width - 1)
      return isSigned && value >= sign ? value - 2 * sign : value
    }
  }

  func integer(_ tag: DICOMTag) -> Int? { integers(tag).first }

  /// Text without the blanks and zeros that pad it; bytes above 127 as Latin-1.
  func text(_ tag: DICOMTag) -> String? {
    guard let bytes = bytes(tag) else { return nil }
    let text = String(String.UnicodeScalarView(bytes.prefix(4096).map { Unicode.Scalar($0) }))
    let trimmed = text.split(separator: "\0").first.map(String.init) ?? ""
    return trimmed.trimmingBlanks().isEmpty ? nil : trimmed.trimmingBlanks()
  }

  /// Texts separated by backslashes; empty ones stay, so that places keep their meaning.
  func texts(_ tag: DICOMTag) -> [String] {
    text(tag).map {
      $0.split(separator: "\\", omittingEmptySubsequences: false).map {
        String($0).trimmingBlanks()
      }
    } ?? []
  }

  /// Decimal strings (DS, IS) and binary floating-point numbers (FL, FD); others are left out.
  func numbers(_ tag: DICOMTag) -> [Double] {
    switch elements[tag]?.representation {
    case "FL", "FD":
      let width = elements[tag]?.representation == "FL" ? 4 : 8
      guard let bytes = bytes(tag) else { return [] }
      return stride(from: 0, to: bytes.count - bytes.count % width, by: width).map { offset in
        let start = bytes.startIndex + offset
        let part = bytes[start..<start + width]
        let bits = (isBigEndian ? Array(part) : part.reversed()).reduce(UInt64(0)) {
          $0 << 8 | UInt64($1)
        }
        return width == 4 ? Double(Float(bitPattern: UInt32(bits))) : Double(bitPattern: bits)
      }.filter(\.isFinite)
    default:
      return texts(tag).compactMap(Double.init).filter(\.isFinite)
    }
  }
}

extension String {
  fileprivate func trimmingBlanks() -> String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
