/// JPEG-LS, lossless and nearly so, of one component.
///
/// An own decoder, because CharLS 2.4, which GDCM calls, counts for half a minute and more where a damaged
/// frame of a thousand pixels lets a context overflow.
///
/// - SeeAlso: ITU-T T.87, annex A, whose names are said beside ours.
struct JPEGLSDecoder {
  private let header: JPEGLSHeader
  private var bits: JPEGLSBits
  /// RANGE, qbpp and LIMIT.
  private let range: Int
  private let errorBits: Int
  private let limit: Int
  /// A value of the quantized error: 2 NEAR + 1.
  private let step: Int
  private var contexts: [Context]
  private var runContexts: [RunContext]
  /// RUNindex.
  private var runIndex = 0

  /// A, B, C and N of a regular context.
  private struct Context {
    var sum: Int
    var bias = 0
    var correction = 0
    var count = 1
  }

  /// A, N and Nn of a context for the end of a run.
  private struct RunContext {
    var sum: Int
    var count = 1
    var negative = 0
  }

  private static let runBits = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14,
    15,
  ]

  /// The values of a frame, row by row.
  ///
  /// - Throws: ``DICOMProblem`` for damage and what gray frames do not use.
  static func values(of stream: [UInt8]) throws -> [UInt16] {
    let header = try JPEGLSHeader(stream)
    var decoder = JPEGLSDecoder(header, bits: JPEGLSBits(stream[header.scan...]))
    do { return try decoder.rows() } catch is JPEGLSBits.Damaged {
      throw DICOMProblem(words: "its JPEG-LS pixels are damaged")
    }
  }

  private init(_ header: JPEGLSHeader, bits: JPEGLSBits) {
    self.header = header
    self.bits = bits
    step = 2 * header.near + 1
    range = (header.maximum + 2 * header.near) / step + 1
    errorBits = Self.bits(below: range)
    let valueBits = max(2, Self.bits(below: header.maximum + 1))
    limit = 2 * (valueBits + max(8, valueBits))
    let sum = max(2, (range + 32) / 64)
    contexts = Array(repeating: Context(sum: sum), count: 365)
    runContexts = Array(repeating: RunContext(sum: sum), count: 2)
  }

  /// The least number of bits that tell `count` things apart.
  private static func bits(below count: Int) -> Int {
    Int.bitWidth - (count - 1).leadingZeroBitCount
  }

  private mutating func rows() throws -> [UInt16] {
    let width = header.width
    var values: [UInt16] = []
    values.reserveCapacity(width * header.height)
    // A value to the left of the first and one to the right of the last.
    var above = [Int](repeating: 0, count: width + 2)
    var row = above
    for _ in 0..<header.height {
      row[0] = above[1]
      above[width + 1] = above[width]
      try decode(&row, below: above)
      for x in 1...width { values.append(UInt16(row[x])) }
      swap(&row, &above)
    }
    guard bits.isAtEnd else { throw JPEGLSBits.Damaged() }
    return values
  }

  private mutating func decode(_ row: inout [Int], below above: [Int]) throws {
    let width = header.width
    var x = 1
    while x <= width {
      let (left, up, corner) = (row[x - 1], above[x], above[x - 1])
      let index =
        81 * quantized(above[x + 1] - up) + 9 * quantized(up - corner) + quantized(corner - left)
      if index != 0 {
        row[x] = try regular(index, left, up, corner)
        x += 1
        continue
      }
      let length = try runLength(atMost: width + 1 - x)
      for place in x..<x + length { row[place] = left }
      x += length
      guard x <= width else { break }
      row[x] = try interruption(left: left, up: above[x])
      if runIndex > 0 { runIndex -= 1 }
      x += 1
    }
  }

  /// A.3.3.
  private func quantized(_ gradient: Int) -> Int {
    let size = abs(gradient)
    let level: Int
    if size <= header.near {
      level = 0
    } else if size < header.thresholds.0 {
      level = 1
    } else if size < header.thresholds.1 {
      level = 2
    } else {
      level = size < header.thresholds.2 ? 3 : 4
    }
    return gradient < 0 ? -level : level
  }

  /// A.4 to A.6.
  private mutating func regular(_ index: Int, _ left: Int, _ up: Int, _ corner: Int) throws -> Int {
    let sign = index < 0 ? -1 : 1
    let place = abs(index)
    var context = contexts[place]
    var guess = left + up - corner
    if corner >= max(left, up) { guess = min(left, up) }
    if corner <= min(left, up) { guess = max(left, up) }
    guess = min(header.maximum, max(0, guess + sign * context.correction))

    let k = try parameter(context.sum, context.count)
    let mapped = try bits.golomb(k, limit: limit - errorBits - 1, escape: errorBits)
    var error = mapped & 1 == 0 ? mapped / 2 : -(mapped + 1) / 2
    if header.near == 0, k == 0, 2 * context.bias <= -context.count { error = ~error }

    context.bias += error * step
    context.sum += abs(error)
    if context.count == header.reset {
      context.sum >>= 1
      context.bias >>= 1
      context.count >>= 1
    }
    context.count += 1
    if context.bias <= -context.count {
      context.bias = max(context.bias + context.count, 1 - context.count)
      context.correction = max(-128, context.correction - 1)
    } else if context.bias > 0 {
      context.bias = min(context.bias - context.count, 0)
      context.correction = min(127, context.correction + 1)
    }
    contexts[place] = context
    return value(guess, plus: sign * error)
  }

  /// The Golomb parameter k: the least for which N 2ᵏ reaches A.
  private func parameter(_ sum: Int, _ count: Int) throws -> Int {
    var k = 0
    while count << k < sum { k += 1 }
    guard k <= 24 else { throw JPEGLSBits.Damaged() }
    return k
  }

  private func value(_ guess: Int, plus error: Int) -> Int {
    var value = guess + error * step
    if value < -header.near {
      value += range * step
    } else if value > header.maximum + header.near {
      value -= range * step
    }
    return min(header.maximum, max(0, value))
  }

  /// A.7.1; the rest of the row where the run does not end in it.
  private mutating func runLength(atMost rest: Int) throws -> Int {
    var length = 0
    while try bits.read(1) == 1 {
      let whole = 1 << Self.runBits[runIndex]
      let taken = min(whole, rest - length)
      length += taken
      if taken == whole, runIndex < 31 { runIndex += 1 }
      if length == rest { return rest }
    }
    length += try bits.read(Self.runBits[runIndex])
    guard length < rest else { throw JPEGLSBits.Damaged() }
    return length
  }

  /// A.7.2: the value that ends a run.
  private mutating func interruption(left: Int, up: Int) throws -> Int {
    let isFlat = abs(left - up) <= header.near
    let place = isFlat ? 1 : 0
    var context = runContexts[place]
    let k = try parameter(
      context.sum + (isFlat ? context.count >> 1 : 0), context.count)
    let mapped = try bits.golomb(
      k, limit: limit - Self.runBits[runIndex] - 1 - errorBits - 1, escape: errorBits)
    let doubled = mapped + place
    let isOdd = doubled & 1 == 1
    var error = (doubled + (isOdd ? 1 : 0)) / 2
    if (k != 0 || 2 * context.negative >= context.count) == isOdd { error = -error }

    if error < 0 { context.negative += 1 }
    context.sum += (mapped + 1 - place) >> 1
    if context.count == header.reset {
      context.sum >>= 1
      context.count >>= 1
      context.negative >>= 1
    }
    context.count += 1
    runContexts[place] = context
    return isFlat ? value(left, plus: error) : value(up, plus: left > up ? -error : error)
  }
}
