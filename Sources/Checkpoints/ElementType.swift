/// How the numbers of a stored tensor are written; everything is read as 32-bit floating point.
package enum ElementType: String, Sendable, Equatable, CaseIterable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The bytes of one number.
  package var byteWidth: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// The element type of a PyTorch storage class such as `FloatStorage`, or `nil` when unsupported.
  init?(storageClass: String) {
    switch storageClass {
    case "DoubleStorage": self = .float64
    case "FloatStorage": self = .float32
    case "HalfStorage": self = .float16
    case "BFloat16Storage": self = .bfloat16
    case "LongStorage": self = .int64
    case "IntStorage": self = .int32
    case "ShortStorage": self = .int16
    case "CharStorage": self = .int8
    case "ByteStorage": self = .uint8
    case "BoolStorage": self = .bool
    default: return nil
    }
  }

  /// The element type of a PyTorch dtype such as `float32`, or `nil` when unsupported.
  init?(torchName: String) {
    switch torchName {
    case "float64", "double": self = .float64
    case "float32", "float": self = .float32
    case "float16", "half": self = .float16
    case "bfloat16": self = .bfloat16
    case "int64", "long": self = .int64
    case "int32", "int": self = .int32
    case "int16", "short": self = .int16
    case "int8": self = .int8
    case "uint64": self = .uint64
    case "uint32": self = .uint32
    case "uint16": self = .uint16
    case "uint8": self = .uint8
    case "bool": self = .bool
    default: return nil
    }
  }
}

extension ElementType {
  /// Reads `count` little-endian numbers that need not be aligned and writes them as `Float`.
  ///
  /// 64-bit numbers round to the nearest `Float`; `bool` is 0 or 1.
  func convert(
    from source: UnsafeRawPointer, count: Int, to target: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .float32:
      UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
    case .bfloat16:
      Self.each(UInt16.self, source, count, target) { Float(bitPattern: UInt32($0) &<< 16) }
    case .float16: Self.each(UInt16.self, source, count, target) { Self.float(half: $0) }
    case .float64:
      Self.each(UInt64.self, source, count, target) { Float(Double(bitPattern: $0)) }
    case .int64: Self.each(Int64.self, source, count, target) { Float($0) }
    case .int32: Self.each(Int32.self, source, count, target) { Float($0) }
    case .int16: Self.each(Int16.self, source, count, target) { Float($0) }
    case .int8: Self.each(Int8.self, source, count, target) { Float($0) }
    case .uint64: Self.each(UInt64.self, source, count, target) { Float($0) }
    case .uint32: Self.each(UInt32.self, source, count, target) { Float($0) }
    case .uint16: Self.each(UInt16.self, source, count, target) { Float($0) }
    case .uint8: Self.each(UInt8.self, source, count, target) { Float($0) }
    case .bool: Self.each(UInt8.self, source, count, target) { $0 == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private static func each<Stored: FixedWidthInteger & BitwiseCopyable>(
    _ type: Stored.Type, _ source: UnsafeRawPointer, _ count: Int,
    _ target: UnsafeMutablePointer<Float>, _ value: (Stored) -> Float
  ) {
    let width = MemoryLayout<Stored>.size
    var index = 0
    while index < count {
      let stored = source.loadUnaligned(fromByteOffset: index &* width, as: Stored.self)
      target[index] = value(Stored(littleEndian: stored))
      index &+= 1
    }
  }

  /// Half precision to single by moving the fields and rescaling, exact for subnormals too.
  @inline(__always)
  static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) &<< 16
    let magnitude = UInt32(bits & 0x7fff)
    if magnitude >= 0x7c00 {  // infinity and NaN keep their payload
      return Float(bitPattern: sign | 0x7f80_0000 | ((magnitude & 0x3ff) &<< 13))
    }
    // The exponent bias differs by 112, so the moved pattern is 2^-112 of the value.
    let scaled = Float(bitPattern: magnitude &<< 13) * 0x1p112
    return Float(bitPattern: scaled.bitPattern | sign)
  }

  /// Single to half precision, rounding to nearest even; too large values become infinite.
  static func half(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: (bits &>> 16) & 0x8000)
    let magnitude = bits & 0x7fff_ffff
    if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
    if magnitude >= 0x477f_f000 { return sign | 0x7c00 }
    if magnitude < 0x3880_0000 {  // below 2^-14: a multiple of 2^-24, rounded by the addition
      let rounded = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(truncatingIfNeeded: rounded.bitPattern &- 0x3f00_0000)
    }
    let odd = (magnitude &>> 13) & 1
    let rebased = magnitude &- 0x3800_0000 &+ 0xfff &+ odd
    return sign | UInt16(truncatingIfNeeded: rebased &>> 13)
  }

  /// Single precision to bfloat16, rounding to nearest even.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits &>> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits &>> 16) & 1)) &>> 16)
  }
}
