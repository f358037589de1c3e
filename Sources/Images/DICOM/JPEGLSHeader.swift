/// What stands before the scan of a JPEG-LS frame of one component.
///
/// - SeeAlso: ITU-T T.87, C.2.
struct JPEGLSHeader {
  private(set) var precision = 0
  private(set) var width = 0
  private(set) var height = 0
  /// How far a value may be from the original; 0 is lossless.
  private(set) var near = 0
  private(set) var maximum = 0
  private(set) var thresholds = (0, 0, 0)
  private(set) var reset = 64
  /// Where the bits of the scan begin.
  private(set) var scan = 0

  /// - Throws: ``DICOMProblem`` for damage, more than one component and what gray frames do not use.
  init(_ stream: [UInt8]) throws {
    let damaged = DICOMProblem(words: "its JPEG-LS pixels are damaged")
    var place = 2
    var preset: [Int] = []
    func word(_ at: Int) -> Int { Int(stream[at]) << 8 | Int(stream[at + 1]) }
    while place + 4 <= stream.count, stream[place] == 0xff {
      let marker = stream[place + 1]
      if marker == 0xff {
        place += 1
        continue
      }
      let length = word(place + 2)
      let content = place + 4
      let end = place + 2 + length
      guard length >= 2, end <= stream.count else { throw damaged }
      switch marker {
      case 0xf7:
        guard precision == 0, length >= 11 else { throw damaged }
        (precision, height, width) = (Int(stream[content]), word(content + 1), word(content + 3))
        guard (2...16).contains(precision), width > 0, height > 0, stream[content + 5] == 1 else {
          throw damaged
        }
      case 0xf8:
        guard length == 13, stream[content] == 1 else {
          throw DICOMProblem(words: "its JPEG-LS pixels have a table of values, which is not read")
        }
        preset = (0..<5).map { word(content + 1 + 2 * $0) }
      case 0xdd:
        guard length == 4, word(content) == 0 else {
          throw DICOMProblem(words: "its JPEG-LS pixels have restart marks, which are not read")
        }
      case 0xda:
        guard precision > 0, length == 8, stream[content] == 1, stream[content + 2] == 0,
          stream[content + 4] == 0, stream[content + 5] == 0
        else { throw damaged }
        near = Int(stream[content + 3])
        scan = end
        guard setParameters(preset) else { throw damaged }
        return
      case 0xe0...0xef, 0xfe: break
      default: throw damaged
      }
      place = end
    }
    throw damaged
  }

  /// - Returns: False for values that the format does not allow.
  private mutating func setParameters(_ preset: [Int]) -> Bool {
    func given(_ index: Int) -> Int? { preset.isEmpty || preset[index] == 0 ? nil : preset[index] }
    maximum = given(0) ?? (1 << precision - 1)
    guard maximum < 1 << precision, near <= min(255, maximum / 2) else { return false }
    let usual = Self.thresholds(maximum: maximum, near: near)
    thresholds = (given(1) ?? usual.0, given(2) ?? usual.1, given(3) ?? usual.2)
    reset = given(4) ?? 64
    return thresholds.0 > near && thresholds.0 <= thresholds.1 && thresholds.1 <= thresholds.2
      && thresholds.2 <= maximum && (3...max(255, maximum)).contains(reset)
  }

  /// - SeeAlso: T.87, C.2.4.1.1.
  private static func thresholds(maximum: Int, near: Int) -> (Int, Int, Int) {
    func clamp(_ value: Int, from least: Int) -> Int {
      value > maximum || value < least ? least : value
    }
    let wanted: (Int, Int, Int)
    if maximum >= 128 {
      let factor = (min(maximum, 4095) + 128) / 256
      wanted = (factor + 2 + 3 * near, 4 * factor + 3 + 5 * near, 17 * factor + 4 + 7 * near)
    } else {
      let factor = 256 / (maximum + 1)
      wanted = (
        max(2, 3 / factor + 3 * near), max(3, 7 / factor + 5 * near), max(4, 21 / factor + 7 * near)
      )
    }
    let first = clamp(wanted.0, from: near + 1)
    let second = clamp(wanted.1, from: first)
    return (first, second, clamp(wanted.2, from: second))
  }
}
