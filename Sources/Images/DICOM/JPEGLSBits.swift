/// The bits of a JPEG-LS scan, which ends at the first marker.
///
/// - SeeAlso: ITU-T T.87, C.1: after a byte of ones the next bit is stuffed and says nothing.
struct JPEGLSBits {
  /// The scan ended, or it says what no encoder writes.
  struct Damaged: Error {}

  private let bytes: ArraySlice<UInt8>
  private var place: Int
  /// Bits that are read and not used, from the highest down; zeros below them.
  private var cache: UInt64 = 0
  private var count = 0
  private var wasOnes = false

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  private mutating func fill() {
    while count <= 56, place < bytes.endIndex {
      let byte = bytes[place]
      let bits = wasOnes ? 7 : 8
      // A stuffed bit is zero; a one begins a marker's second byte.
      if byte == 0xff, place + 1 >= bytes.endIndex || bytes[place + 1] >= 0x80 { return }
      cache |= UInt64(byte) << UInt64(64 - bits - count)
      count += bits
      place += 1
      wasOnes = byte == 0xff
    }
  }

  /// At most 24 bits as a number.
  mutating func read(_ length: Int) throws -> Int {
    guard length > 0 else { return 0 }
    if count < length { fill() }
    guard count >= length else { throw Damaged() }
    let value = Int(cache >> UInt64(64 - length))
    cache <<= UInt64(length)
    count -= length
    return value
  }

  /// The number of zeros before the next one, which is read too.
  /// - Throws: Where there are more than `limit`.
  mutating func zeros(limit: Int) throws -> Int {
    var total = 0
    while true {
      if count == 0 { fill() }
      guard count > 0 else { throw Damaged() }
      let zeros = min(cache.leadingZeroBitCount, count)
      total += zeros
      guard total <= limit else { throw Damaged() }
      if zeros < count {
        cache <<= UInt64(zeros + 1)  // nothing is left of a shift by 64
        count -= zeros + 1
        return total
      }
      (cache, count) = (0, 0)
    }
  }

  /// A Golomb code of parameter `k` whose unary part is shorter than `limit`, or `escape` bits behind one of
  /// just that length.
  /// - SeeAlso: T.87, A.5.3.
  mutating func golomb(_ k: Int, limit: Int, escape: Int) throws -> Int {
    let high = try zeros(limit: limit)
    let value = high < limit ? high << k | (try read(k)) : try read(escape) + 1
    // An error of 16-bit values has at most this, mapped.
    guard value <= 1 << 17 else { throw Damaged() }
    return value
  }

  /// Whether nothing but padding is left before the marker that ends the scan.
  var isAtEnd: Bool {
    var rest = self
    rest.fill()
    return rest.count < 16 && rest.cache == 0
  }
}
