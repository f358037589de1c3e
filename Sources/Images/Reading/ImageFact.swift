/// Something about how one image file was read that a reader of the report should know.
package struct ImageFact: Sendable, Hashable, Comparable, Codable {
  /// Stable names: they stand in the store and in `report.json`.
  package enum Kind: String, Sendable, CaseIterable, Codable {
    /// Read from a PNG, a JPEG or a DICOM file.
    case png, jpeg, dicom
    /// Turned upright as EXIF says.
    case turned
    /// More than 8 bits, by the number of bits.
    case bits
    /// Bits above this number are 0 in every pixel of a 16-bit file.
    case unusedBits
    /// The range comes from the file's own significant bits.
    case bitsOfFile
    /// The range comes from `real.images.bits`.
    case bitsOfSpecification
    /// DICOM: stored with black as the largest value, and inverted.
    case inverted
    /// DICOM: shown through the file's window; through the sigmoid of it; through its look-up table.
    case window, sigmoid, lookupTable
    /// DICOM: several windows or tables, and the first was taken.
    case firstOfSeveral
    /// DICOM: neither window nor table, shown over the whole range of its stored bits.
    case wholeRange
    /// DICOM: stretched from its smallest to its largest value, as the spec asks.
    case stretched
    /// DICOM: pixels of the padding value were made black.
    case padding
    /// DICOM: pixels are not square, and were read as stored.
    case notSquare
    /// DICOM: pixels outside its shutter or under its overlays, which are not applied.
    case shutter
  }

  package var kind: Kind
  /// Number of bits, for the kinds that have one; else 0.
  package var number: Int

  package init(_ kind: Kind, _ number: Int = 0) {
    self.kind = kind
    self.number = number
  }

  /// `bits:12`, or the kind alone.
  package var code: String { number == 0 ? kind.rawValue : "\(kind.rawValue):\(number)" }

  /// Reads ``code`` back.
  package init?(code: String) {
    let parts = code.split(separator: ":", maxSplits: 1)
    guard let first = parts.first, let kind = Kind(rawValue: String(first)) else { return nil }
    self.init(kind, parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
  }

  package static func < (a: ImageFact, b: ImageFact) -> Bool {
    let order = Kind.allCases
    let first = order.firstIndex(of: a.kind) ?? 0
    let second = order.firstIndex(of: b.kind) ?? 0
    return (first, a.number) < (second, b.number)
  }

  /// Completes "12 of 80 images …".
  package var words: String {
    switch kind {
    case .png: "are PNG files"
    case .jpeg: "are JPEG files"
    case .dicom: "are DICOM files"
    case .turned: "were turned upright as their EXIF orientation says"
    case .bits: "have \(number) bits per pixel, which are kept until the classifier's preprocessing"
    case .unusedBits: "are 16-bit files in which no pixel uses a bit above the lowest \(number)"
    case .bitsOfFile: "were read over \(number) bits, as the file's significant bits say"
    case .bitsOfSpecification: "were read over \(number) bits, as 'real.images.bits' says"
    case .inverted: "are stored with black as the largest value (MONOCHROME1) and were inverted"
    case .window: "were shown through the window of their DICOM header"
    case .sigmoid: "were shown through the sigmoid function of their DICOM header"
    case .lookupTable: "were shown through the VOI look-up table of their DICOM header"
    case .firstOfSeveral: "name several windows or look-up tables, of which the first was taken"
    case .wholeRange: "have neither window nor look-up table and were shown over all stored bits"
    case .stretched: "were stretched from their smallest to their largest value, as the spec asks"
    case .padding: "have padding pixels, which were made black"
    case .notSquare: "have pixels that are not square, and were read as stored"
    case .shutter: "have a shutter or overlays, which were not applied"
    }
  }
}
