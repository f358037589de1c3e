/// The scores that one classifier gave one case, as the store keeps them: eight bytes for each of its
/// outputs, little-endian IEEE 754.
///
/// A row per score was most of a large store: 10.6 million for two classifiers of fourteen findings on
/// 377,110 images.
enum AnswerBytes {
  /// A NaN that no arithmetic makes: the output was never asked about.
  private static let unasked: UInt64 = 0x7FF8_0000_0000_0001
  /// The classifier gave no score.
  private static let none: UInt64 = 0x7FF8_0000_0000_0002
  private static let width = 8

  /// What is kept of one output.
  enum Score: Equatable {
    case unasked
    /// nil: the classifier gave none.
    case answered(Double?)
  }

  /// - Parameter bytes: Grows to hold `place`, with outputs before it that were not asked about.
  static func set(_ score: Double?, at place: Int, in bytes: inout [UInt8]) {
    while bytes.count < (place + 1) * width { append(unasked, to: &bytes) }
    let bits = score.map { $0.isNaN ? none : $0.bitPattern } ?? none
    for byte in 0..<width {
      bytes[place * width + byte] = UInt8(truncatingIfNeeded: bits >> (8 * UInt64(byte)))
    }
  }

  private static func append(_ bits: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// What `bytes` say of an output; one past their end was not asked about.
  static func score(at place: Int, in bytes: UnsafeRawBufferPointer) -> Score {
    guard place >= 0, place < bytes.count / width else { return .unasked }
    let bits = UInt64(
      littleEndian: bytes.loadUnaligned(fromByteOffset: place * width, as: UInt64.self))
    if bits == unasked { return .unasked }
    let value = Double(bitPattern: bits)
    return .answered(value.isNaN ? nil : value)
  }

  /// Whether a stranger's bytes can be scores of this many outputs.
  static func isWhole(count: Int, outputs: Int) -> Bool {
    count % width == 0 && count / width <= outputs
  }
}
