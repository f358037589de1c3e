import AuditModel
import Foundation

/// From the stored values of a DICOM image to the gray that its file asks to be shown.
///
/// Modality (rescaling or table), then values of interest (table or window), then polarity; the
/// result is `0...1`, exact as a float beside its 16 bits. Where nothing but the range of the stored bits
/// applies, the stored values are kept.
/// - SeeAlso: DICOM PS3.3, C.11.1, C.11.2 and C.11.6; `apply_voi_lut` of pydicom, with which results
///   are compared.
struct DICOMRendering {
  let dataset: DICOMDataset
  let format: DICOMPixelFormat
  private(set) var facts: Set<ImageFact> = []

  init(_ dataset: DICOMDataset, _ format: DICOMPixelFormat) {
    self.dataset = dataset
    self.format = format
  }

  /// Whether black is the largest value.
  private var isInverted: Bool {
    format.photometric == "MONOCHROME1" || dataset.text(0x2050_0020) == "INVERSE"
  }

  /// - Parameter values: Stored values, `rows * columns` of them.
  /// - Throws: ``DICOMProblem`` for a window that the file lacks and damaged tables.
  mutating func rendered(_ values: [Int32], window: RealImagesSpecification.Window) throws
    -> DeepImage
  {
    noteGeometry()
    let modality = try DICOMModality(dataset, format)
    let shown = try choose(window, modality: modality, values: values)
    let padding = paddingRange(values)
    if isInverted { facts.insert(ImageFact(.inverted)) }
    if format.bitsStored > 8 { facts.insert(ImageFact(.bits, format.bitsStored)) }
    if padding != nil { facts.insert(ImageFact(.padding)) }
    if case .range(let low, let high) = shown, modality.isIdentity, low == Double(format.minimum),
      high == Double(format.minimum + format.span)
    {
      return deep(values, white: format.span, padding: padding)
    }
    // One look-up per possible value instead of one formula per pixel.
    let table = (0...format.span).map { offset -> Double in
      let share = shown.share(of: modality.value(of: offset + format.minimum))
      return min(max(isInverted ? 1 - share : share, 0), 1)
    }
    let exact = table.map { Float($0) }
    let rounded = table.map { UInt16(($0 * 65_535).rounded(.toNearestOrEven)) }
    func pixels<Value>(_ table: [Value], black: Value) -> [Value] {
      values.map { value in
        padding?.contains(value) == true ? black : table[Int(value) - format.minimum]
      }
    }
    return DeepImage(
      width: format.columns, height: format.rows, channels: 1, samples: pixels(rounded, black: 0),
      white: .max, shares: pixels(exact, black: 0))
  }

  private func deep(_ values: [Int32], white: Int, padding: ClosedRange<Int32>?) -> DeepImage {
    let samples = values.map { value -> UInt16 in
      if let padding, padding.contains(value) { return 0 }
      let offset = Int(value) - format.minimum
      return UInt16(isInverted ? white - offset : offset)
    }
    return DeepImage(
      width: format.columns, height: format.rows, channels: 1, samples: samples,
      white: UInt16(white))
  }

  /// Values between the padding value and its limit, where pixels have them.
  private func paddingRange(_ values: [Int32]) -> ClosedRange<Int32>? {
    guard let value = dataset.integers(0x0028_0120, signed: format.isSigned).first else {
      return nil
    }
    let limit = dataset.integers(0x0028_0121, signed: format.isSigned).first ?? value
    let range = Int32(clamping: min(value, limit))...Int32(clamping: max(value, limit))
    return values.contains(where: range.contains) ? range : nil
  }

  private mutating func noteGeometry() {
    let tags: [DICOMTag] = [0x0028_0034, 0x0028_0030, 0x0018_1164]
    let ratio = tags.map { dataset.numbers($0) }.first { $0.count == 2 }
    if let ratio, ratio[0] > 0, ratio[1] > 0, abs(ratio[0] / ratio[1] - 1) > 0.001 {
      facts.insert(ImageFact(.notSquare))
    }
    if dataset.has(0x0018_1600) || dataset.has(0x6000_3000) { facts.insert(ImageFact(.shutter)) }
  }

  private mutating func choose(
    _ window: RealImagesSpecification.Window, modality: DICOMModality, values: [Int32]
  ) throws -> DICOMWindowing {
    let centers = dataset.numbers(0x0028_1050)
    let widths = dataset.numbers(0x0028_1051)
    let windows = zip(centers, widths).map { (center: $0, width: $1) }
    func numbered(_ index: Int) throws -> DICOMWindowing {
      guard windows.indices.contains(index) else {
        throw DICOMProblem(
          words: "'real.images.window' asks for window \(index), and the file has "
            + "\(windows.count), counted from 0")
      }
      return try windowing(windows[index].center, windows[index].width)
    }
    switch window {
    case .values(let center, let width): return try windowing(center, width)
    case .index(let index): return try numbered(index)
    case .named(let name):
      let names = dataset.texts(0x0028_1055)
      guard let index = names.firstIndex(where: { $0.lowercased() == name.lowercased() }) else {
        throw DICOMProblem(
          words: "none of its \(windows.count) windows is explained as '\(name)', which "
            + "'real.images.window' asks for")
      }
      return try numbered(index)
    case .stretch:
      facts.insert(ImageFact(.stretched))
      let padding = paddingRange(values)
      let shown = values.filter { padding?.contains($0) != true }.map {
        modality.value(of: Int($0))
      }
      let low = shown.min() ?? 0
      return .range(low, max(shown.max() ?? 0, low.nextUp))
    case .wholeRange: break
    case .file:
      let tables = dataset.items(0x0028_3010)
      if tables.count + windows.count > 1 { facts.insert(ImageFact(.firstOfSeveral)) }
      if let first = tables.first {
        facts.insert(ImageFact(.lookupTable))
        return .table(try DICOMTable(first, isSigned: format.isSigned || modality.isSigned))
      }
      if !windows.isEmpty { return try numbered(0) }
    }
    facts.insert(ImageFact(.wholeRange))
    return .range(modality.range.lowerBound, modality.range.upperBound)
  }

  private mutating func windowing(_ center: Double, _ width: Double) throws -> DICOMWindowing {
    switch dataset.text(0x0028_1056) ?? "LINEAR" {
    case "SIGMOID":
      guard width > 0 else { throw DICOMProblem(words: "its window has no width") }
      facts.insert(ImageFact(.sigmoid))
      return .sigmoid(center: center, width: width)
    case "LINEAR_EXACT":
      guard width > 0 else { throw DICOMProblem(words: "its window has no width") }
      facts.insert(ImageFact(.window))
      return .range(center - width / 2, center + width / 2)
    default:
      guard width >= 1 else { throw DICOMProblem(words: "its window has no width") }
      facts.insert(ImageFact(.window))
      // A window of width 1 is a step, which the smallest range is too.
      let low = center - 0.5 - (width - 1) / 2
      return .range(low, max(low + width - 1, low.nextUp))
    }
  }
}

/// From values after the modality's step to the share of white.
enum DICOMWindowing {
  case range(Double, Double)
  case sigmoid(center: Double, width: Double)
  case table(DICOMTable)

  /// Not limited to 0...1.
  func share(of value: Double) -> Double {
    switch self {
    case .range(let low, let high): (value - low) / (high - low)
    case .sigmoid(let center, let width): 1 / (1 + exp(-4 * (value - center) / width))
    case .table(let table): Double(table.output(of: value)) / Double(table.white)
    }
  }
}

/// The first step: from stored values to those that windows speak of.
struct DICOMModality {
  private let slope: Double
  private let intercept: Double
  private let table: DICOMTable?
  private let format: DICOMPixelFormat

  init(_ dataset: DICOMDataset, _ format: DICOMPixelFormat) throws {
    self.format = format
    table = try dataset.items(0x0028_3000).first.map {
      try DICOMTable($0, isSigned: format.isSigned)
    }
    slope = dataset.numbers(0x0028_1053).first ?? 1
    intercept = dataset.numbers(0x0028_1052).first ?? 0
    guard slope != 0 else { throw DICOMProblem(words: "its rescaling makes all pixels alike") }
  }

  var isIdentity: Bool { table == nil && slope == 1 && intercept == 0 }
  /// Whether values below 0 can come out.
  var isSigned: Bool { table == nil && range.lowerBound < 0 }

  func value(of stored: Int) -> Double {
    if let table { return Double(table.output(of: Double(stored))) }
    return Double(stored) * slope + intercept
  }

  /// All values that stored bits can become.
  var range: ClosedRange<Double> {
    if let table { return 0...Double(table.white) }
    let ends = [value(of: format.minimum), value(of: format.minimum + format.span)]
    return min(ends[0], ends[1])...max(ends[0], ends[1])
  }
}

/// A look-up table of a DICOM header.
struct DICOMTable {
  private let first: Int
  private let entries: [UInt16]
  /// The output that means white.
  let white: Int

  /// - Throws: ``DICOMProblem`` for a table that is shorter than its description.
  init(_ item: DICOMDataset, isSigned: Bool) throws {
    let damaged = DICOMProblem(words: "a look-up table in its header is damaged")
    let description = item.integers(0x0028_3002)
    guard description.count == 3, let data = item.bytes(0x0028_3006) else { throw damaged }
    let count = description[0] & 0xffff == 0 ? 65_536 : description[0] & 0xffff
    // The first value has the sign of the pixels, whatever the description is declared as.
    first = isSigned && description[1] >= 32_768 ? description[1] - 65_536 : description[1]
    let bits = description[2] & 0xffff
    guard (8...16).contains(bits) else { throw damaged }
    let bytes = Array(data)
    if bits == 8, bytes.count == count || bytes.count == count + 1 {
      entries = bytes.prefix(count).map(UInt16.init)
    } else {
      guard bytes.count >= 2 * count else { throw damaged }
      let isBigEndian = item.isBigEndian
      entries = (0..<count).map { index in
        let pair = (UInt16(bytes[2 * index]), UInt16(bytes[2 * index + 1]))
        return isBigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
      }
    }
    white = (1 << bits) - 1
    guard (entries.max() ?? 0) <= white else { throw damaged }
  }

  func output(of value: Double) -> Int {
    let index = Int(min(max(value, -1e6), 1e6)) - first
    return Int(entries[min(max(index, 0), entries.count - 1)])
  }
}
