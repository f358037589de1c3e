import Basics
import Tensors

/// Where one tensor lies: numbers of a storage picked by offset and strides, validated.
struct StoredTensor: Sendable {
  /// The bytes that a tensor's numbers come from.
  enum Source: Sendable {
    /// Bytes of a mapped file.
    case mapped(MappedFile, Range<Int>)
    /// A member of a zip file that is not compressed; its checksum is compared when it is first read.
    case stored(MappedFile, ZipDirectory.Member, MemberChecks)
    /// A compressed member of a zip file, unpacked when needed.
    case deflated(MappedFile, ZipDirectory.Member)

    /// Where the bytes lie in the file as they are, after their checksum was compared; nil for a
    /// compressed member.
    func region() throws -> (file: MappedFile, range: Range<Int>)? {
      switch self {
      case .mapped(let file, let range): return (file, range)
      case .stored(let file, let member, let checks):
        try checks.check(member, of: file)
        return (file, member.range)
      case .deflated: return nil
      }
    }
  }

  let entry: TensorEntry
  let source: Source
  /// In elements, from the start of the source.
  let offset: Int
  /// In elements, one per extent; `nil` when the numbers are dense and row-major.
  let strides: [Int]?
  let count: Int

  /// More numbers than their storage holds arise only by repeating (stride 0), up to this many.
  static let repeatedElementLimit = 1 << 20

  /// A dense tensor that fills `range` of a mapped file exactly.
  init(dense entry: TensorEntry, count: Int, in file: MappedFile, at range: Range<Int>) {
    self.entry = entry
    self.count = count
    source = .mapped(file, range)
    offset = 0
    strides = nil
  }

  /// A view on a storage of `elementCount` numbers; `nil` when it reaches outside.
  init?(
    entry: TensorEntry, source: Source, elementCount: Int, offset: Int, strides: [Int]
  ) {
    guard
      let reach = TensorExtent.reach(shape: entry.shape, strides: strides, offset: offset),
      let count = TensorExtent.count(entry.shape),
      count == 0 || reach < elementCount,
      count <= max(elementCount, Self.repeatedElementLimit)
    else { return nil }
    self.entry = entry
    self.source = source
    self.offset = count == 0 ? 0 : offset
    self.count = count
    self.strides = TensorExtent.isDense(shape: entry.shape, strides: strides) ? nil : strides
  }

  /// The whole tensor; borrowed where the file holds aligned dense `Float`s.
  func load(path: String, name: String) throws -> Tensor {
    if strides == nil, entry.dtype == .float32, count > 0,
      let (file, range) = try source.region(),
      let bytes = file.bytes.slice(at: range.lowerBound, count: range.count),
      let start = bytes.baseAddress?.advanced(by: offset * 4),
      UInt(bitPattern: start) % UInt(MemoryLayout<Float>.alignment) == 0
    {
      let numbers = start.assumingMemoryBound(to: Float.self)
      return Tensor(
        shape: entry.shape,
        storage: TensorStorage(borrowing: numbers, count: count, owner: file))
    }
    var tensor = Tensor(uninitialized: entry.shape)
    guard count > 0 else { return tensor }
    try withBytes(path: path, name: name) { bytes in
      tensor.withUnsafeMutablePointer { target in
        copy(shape: entry.shape, strides: effectiveStrides, from: bytes, at: offset, to: target)
      }
    }
    return tensor
  }

  /// Rows along the first extent, which the caller has checked to exist.
  func loadRows(_ indices: [Int], path: String, name: String) throws -> Tensor {
    let rowShape = Array(entry.shape.dropFirst())
    var tensor = Tensor(uninitialized: [indices.count] + rowShape)
    guard tensor.count > 0 else { return tensor }
    let rowCount = tensor.count / indices.count
    let strides = effectiveStrides
    try withBytes(path: path, name: name) { bytes in
      tensor.withUnsafeMutablePointer { target in
        for (place, index) in indices.enumerated() {
          copy(
            shape: rowShape, strides: Array(strides.dropFirst()), from: bytes,
            at: offset + index * strides[0], to: target + place * rowCount)
        }
      }
    }
    return tensor
  }

  private var effectiveStrides: [Int] { strides ?? TensorExtent.rowMajorStrides(entry.shape) }

  private func withBytes(
    path: String, name: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws {
    if let (file, range) = try source.region() {
      guard let bytes = file.bytes.slice(at: range.lowerBound, count: range.count) else {
        throw AuditFailure("\(path): tensor '\(name)' lies outside the file")
      }
      body(bytes)
      // A converted copy is what stays; the pages behind it need not.
      if bytes.count > 1 << 22 { file.evict(bytes) }
    } else if case .deflated(let file, let member) = source {
      try ZipDirectory.unpack(member, of: file).withUnsafeBytes(body)
    }
  }

  /// Gathers a strided block, converting runs that are contiguous in the storage at once.
  private func copy(
    shape: [Int], strides: [Int], from bytes: UnsafeRawBufferPointer, at start: Int,
    to target: UnsafeMutablePointer<Float>
  ) {
    guard let base = bytes.baseAddress else { return }
    let width = entry.dtype.byteWidth
    var dense = 1  // numbers per contiguous run
    var rank = shape.count  // extents outside the run
    while rank > 0, shape[rank - 1] == 1 || strides[rank - 1] == dense {
      dense *= shape[rank - 1]
      rank -= 1
    }
    var index = [Int](repeating: 0, count: rank)
    var position = start
    var written = 0
    while true {
      entry.dtype.convert(from: base + position * width, count: dense, to: target + written)
      written += dense
      var axis = rank - 1
      while axis >= 0 {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < shape[axis] { break }
        position -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

/// Arithmetic on shapes from untrusted files: every step is checked for overflow.
enum TensorExtent {
  /// More extents than any framework allows are a sign of a damaged file.
  static let rankLimit = 32

  /// The number of elements, or `nil` for negative or overflowing extents.
  static func count(_ shape: [Int]) -> Int? {
    guard shape.count <= rankLimit, shape.allSatisfy({ $0 >= 0 }) else { return nil }
    if shape.contains(0) { return 0 }
    var product = 1
    for extent in shape {
      let (value, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = value
    }
    return product
  }

  /// The largest index a strided view touches, or `nil` for nonsense.
  static func reach(shape: [Int], strides: [Int], offset: Int) -> Int? {
    guard offset >= 0, shape.count == strides.count, shape.count <= rankLimit else { return nil }
    guard !shape.contains(0) else { return offset }
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      guard extent > 0, stride >= 0 else { return nil }
      let (step, tooFar) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflow) = last.addingReportingOverflow(step)
      if tooFar || overflow { return nil }
      last = sum
    }
    return last
  }

  static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// Whether the view is row-major without gaps; strides of extents of one do not matter.
  static func isDense(shape: [Int], strides: [Int]) -> Bool {
    if shape.contains(0) { return true }
    var expected = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if strides[axis] != expected { return false }
      expected *= shape[axis]
    }
    return true
  }
}
