/// Why bytes are no DICOM data set, as the end of a sentence.
struct DICOMProblem: Error {
  var words: String
}

/// Reads the elements of a data set, up to its pixels.
///
/// - SeeAlso: DICOM PS3.5, section 7 (elements, sequences) and annex A (encapsulation).
struct DICOMParser {
  private static let undefinedLength = 0xffff_ffff
  private static let item: DICOMTag = 0xfffe_e000
  private static let itemEnd: DICOMTag = 0xfffe_e00d
  private static let sequenceEnd: DICOMTag = 0xfffe_e0dd
  private static let pixels: DICOMTag = 0x7fe0_0010
  private static let maximumDepth = 16
  private static let maximumElements = 200_000
  private static let longRepresentations: Set<String> = [
    "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV",
  ]
  /// Sequences that matter here, for files that do not name representations.
  private static let sequences: Set<DICOMTag> = [0x0028_3000, 0x0028_3010]

  let bytes: [UInt8]
  let isBigEndian: Bool
  /// Whether elements name their representation.
  let isExplicit: Bool
  /// The first tag that is not read; nothing after it is looked at.
  let end: DICOMTag
  private var place: Int
  private var count = 0

  /// - Parameter start: Where the data set begins.
  init(
    _ bytes: [UInt8], from start: Int, isBigEndian: Bool, isExplicit: Bool,
    end: DICOMTag = 0x7fe0_0011
  ) {
    self.bytes = bytes
    self.isBigEndian = isBigEndian
    self.isExplicit = isExplicit
    self.end = end
    place = start
  }

  mutating func dataset() throws -> DICOMDataset {
    try dataset(until: bytes.count, isExplicit: isExplicit, depth: 0)
  }

  private mutating func dataset(until limit: Int, isExplicit: Bool, depth: Int) throws
    -> DICOMDataset
  {
    guard depth <= Self.maximumDepth else {
      throw DICOMProblem(words: "its sequences are nested more deeply than accepted")
    }
    var dataset = DICOMDataset(storage: bytes, isBigEndian: isBigEndian)
    while place + 8 <= limit {
      let start = place
      let tag = try self.tag()
      if depth == 0, tag >= end { break }
      if depth > 0, tag == Self.itemEnd {
        place += 4
        return dataset
      }
      if tag == Self.sequenceEnd, depth > 0 {
        place = start
        return dataset
      }
      count += 1
      guard count <= Self.maximumElements else {
        throw DICOMProblem(words: "it has more elements than accepted")
      }
      dataset.set(
        try element(tag, limit: limit, isExplicit: isExplicit, depth: depth), for: tag)
    }
    return dataset
  }

  private mutating func element(
    _ tag: DICOMTag, limit: Int, isExplicit: Bool, depth: Int
  ) throws -> DICOMDataset.Element {
    var representation = ""
    var length: Int
    if isExplicit {
      guard place + 4 <= limit else { throw Self.tooEarly }
      let letters = bytes[place..<place + 2]
      guard letters.allSatisfy({ (0x41...0x5a).contains($0) }) else {
        throw DICOMProblem(words: "the header's elements are damaged")
      }
      representation = String(decoding: letters, as: UTF8.self)
      place += 2
      if Self.longRepresentations.contains(representation) {
        place += 2
        length = try number(4)
      } else {
        length = try number(2)
      }
    } else {
      length = try number(4)
    }
    if length == Self.undefinedLength {
      if tag == Self.pixels {
        return DICOMDataset.Element(
          representation: representation, value: .fragments(try fragments()))
      }
      // Unknown sequences of undefined length are written without representations.
      let items = try items(
        until: limit, isOpen: true, isExplicit: isExplicit && representation != "UN", depth: depth)
      return DICOMDataset.Element(representation: "SQ", value: .items(items))
    }
    guard length <= limit - place else { throw Self.tooEarly }
    let range = place..<place + length
    if representation == "SQ" || (!isExplicit && Self.sequences.contains(tag)) {
      let items = try items(
        until: range.upperBound, isOpen: false, isExplicit: isExplicit, depth: depth)
      place = range.upperBound
      return DICOMDataset.Element(representation: "SQ", value: .items(items))
    }
    place = range.upperBound
    return DICOMDataset.Element(representation: representation, value: .bytes(range))
  }

  private mutating func items(until limit: Int, isOpen: Bool, isExplicit: Bool, depth: Int) throws
    -> [DICOMDataset]
  {
    var items: [DICOMDataset] = []
    while place + 8 <= limit {
      let tag = try self.tag()
      let length = try number(4)
      if tag == Self.sequenceEnd { return items }
      guard tag == Self.item else {
        throw DICOMProblem(words: "a sequence in its header is damaged")
      }
      let isOpenItem = length == Self.undefinedLength
      guard isOpenItem || length <= limit - place else { throw Self.tooEarly }
      let end = isOpenItem ? limit : place + length
      items.append(try dataset(until: end, isExplicit: isExplicit, depth: depth + 1))
      if !isOpenItem { place = end }
    }
    guard !isOpen else { throw Self.tooEarly }
    return items
  }

  private mutating func fragments() throws -> [Range<Int>] {
    var fragments: [Range<Int>] = []
    while place + 8 <= bytes.count {
      let tag = try self.tag()
      let length = try number(4)
      if tag == Self.sequenceEnd { return fragments }
      guard tag == Self.item, length <= bytes.count - place else { break }
      fragments.append(place..<place + length)
      place += length
      guard fragments.count <= 100_000 else {
        throw DICOMProblem(words: "its pixels are in more pieces than accepted")
      }
    }
    // Some writers leave out the delimiter; the pixels are whole if a piece ends the file.
    guard !fragments.isEmpty, place == bytes.count else { throw Self.tooEarly }
    return fragments
  }

  private static let tooEarly = DICOMProblem(words: "the file ends too early")

  private mutating func tag() throws -> DICOMTag {
    let group = try number(2)
    return DICOMTag(group) << 16 | DICOMTag(try number(2))
  }

  private mutating func number(_ length: Int) throws -> Int {
    guard place + length <= bytes.count else { throw Self.tooEarly }
    let part = bytes[place..<place + length]
    place += length
    return (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | Int($1) }
  }
}
