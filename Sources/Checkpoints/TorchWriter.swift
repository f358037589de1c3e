import Basics
import CZlib
import Foundation
import Tensors

/// Writes PyTorch checkpoints: a zip file of one pickle and one stored member per tensor.
///
/// What `torch.save` writes of a dictionary of tensors, without zip64: below 4 GiB.
package enum TorchWriter {
  /// Writes named tensors one after another under a temporary name, then renames.
  ///
  /// - Parameters:
  ///   - key: The dictionary that holds the weights, such as `state_dict`; nil writes them flat.
  ///   - tensor: The tensor at an index of `shapes`, with the shape given there.
  /// - Throws: `AuditFailure` when the file would be too large or the disk refuses.
  package static func write(
    _ shapes: [(name: String, shape: [Int])], precision: StoredPrecision, key: String? = nil,
    to path: String, tensor: (Int) throws -> Tensor
  ) throws {
    let byteCount = shapes.reduce(0) { $0 + $1.shape.reduce(1, *) } * precision.type.byteWidth
    guard byteCount < 4_200_000_000 else {
      throw AuditFailure("\(path): would be larger than 4 GiB", hint: "write it in several shards")
    }
    var zip = StoredZip(file: try WeightFile(path: path), folder: "archive")
    try zip.begin("data.pkl")
    try pickle(shapes, precision: precision, key: key).withUnsafeBytes { try zip.append($0) }
    try zip.end()
    try zip.begin("byteorder")
    try Array("little".utf8).withUnsafeBytes { try zip.append($0) }
    try zip.end()
    for index in shapes.indices {
      let tensor = try tensor(index)
      precondition(tensor.shape == shapes[index].shape, "\(shapes[index].name) changed its shape")
      try zip.begin("data/\(index)")
      try tensor.forEachPiece(as: precision) { try zip.append($0) }
      try zip.end()
    }
    try zip.begin("version")
    try Array("3\n".utf8).withUnsafeBytes { try zip.append($0) }
    try zip.end()
    try zip.finish()
  }

  /// The pickle, protocol 2: names, shapes and strides; numbers are named by their member.
  private static func pickle(
    _ shapes: [(name: String, shape: [Int])], precision: StoredPrecision, key: String?
  ) -> [UInt8] {
    var bytes: [UInt8] = [0x80, 2]
    func text(_ value: String) {
      bytes.append(UInt8(ascii: "X"))
      withUnsafeBytes(of: UInt32(value.utf8.count).littleEndian) { bytes += $0 }
      bytes += value.utf8
    }
    func integer(_ value: Int) {
      bytes.append(UInt8(ascii: "J"))
      withUnsafeBytes(of: Int32(value).littleEndian) { bytes += $0 }
    }
    func op(_ characters: String) { bytes += characters.utf8 }
    func tuple(_ values: [Int]) {
      op("(")
      for value in values { integer(value) }
      op("t")
    }
    let storage =
      switch precision {
      case .float32: "FloatStorage"
      case .float16: "HalfStorage"
      case .bfloat16: "BFloat16Storage"
      }
    if let key {
      op("}(")
      text(key)
    }
    op("}(")
    for (index, (name, shape)) in shapes.enumerated() {
      text(name)
      op("ctorch._utils\n_rebuild_tensor_v2\n((")
      text("storage")
      op("ctorch\n\(storage)\n")
      text(String(index))
      text("cpu")
      integer(shape.reduce(1, *))
      op("tQ")
      integer(0)
      tuple(shape)
      var strides = shape
      var stride = 1
      for axis in shape.indices.reversed() {
        strides[axis] = stride
        stride *= shape[axis]
      }
      tuple(strides)
      bytes.append(0x89)  // requires_grad: False
      op("ccollections\nOrderedDict\n)RtR")
    }
    op("u")
    if key != nil { op("u") }
    op(".")
    return bytes
  }
}

/// A zip file whose members are stored as they are, each aligned to 64 bytes as PyTorch does.
private struct StoredZip: ~Copyable {
  private struct Member {
    let name: String
    let header: Int
    var checksum: UInt32 = 0
    var byteCount = 0
  }

  private var file: WeightFile
  private let folder: String
  private var members: [Member] = []

  init(file: consuming WeightFile, folder: String) {
    self.file = file
    self.folder = folder
  }

  mutating func begin(_ name: String) throws {
    let member = Member(name: "\(folder)/\(name)", header: file.byteCount)
    // Padding lies in an extra field, whose own head takes four bytes.
    let end = member.header + 30 + member.name.utf8.count + 4
    let padding = (64 - end % 64) % 64
    var head = Self.little(UInt32(0x0403_4b50)) + Self.fields(member)
    head += Self.little(UInt16(member.name.utf8.count)) + Self.little(UInt16(4 + padding))
    head += Array(member.name.utf8) + Array("FB".utf8) + Self.little(UInt16(padding))
    head += [UInt8](repeating: 0x5a, count: padding)
    try file.append(head)
    members.append(member)
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    try file.append(bytes)
    let place = members.count - 1
    members[place].byteCount += bytes.count
    members[place].checksum = UInt32(
      truncatingIfNeeded: crc32_z(
        uLong(members[place].checksum), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
  }

  /// Completes the member's head, now that its size and checksum are known.
  func end() throws {
    guard let member = members.last else { return }
    try file.replace(at: member.header + 4, Self.fields(member))
  }

  mutating func finish() throws {
    let start = file.byteCount
    for member in members {
      var record = Self.little(UInt32(0x0201_4b50)) + Self.little(UInt16(20)) + Self.fields(member)
      record += Self.little(UInt16(member.name.utf8.count))
      // No extra field, comment, disk or attributes.
      record += [UInt8](repeating: 0, count: 12)
      record += Self.little(UInt32(member.header)) + Array(member.name.utf8)
      try file.append(record)
    }
    let count = Self.little(UInt16(members.count))
    let size = file.byteCount - start
    try file.append(
      Self.little(UInt32(0x0605_4b50)) + [0, 0, 0, 0] + count + count
        + Self.little(UInt32(size)) + Self.little(UInt32(start)) + [0, 0])
    try file.finish()
  }

  /// Version, flags, method, time, date, checksum and sizes, alike in both kinds of head.
  private static func fields(_ member: Member) -> [UInt8] {
    little(UInt16(20)) + [0, 0, 0, 0, 0, 0, 0x21, 0] + little(member.checksum)
      + little(UInt32(member.byteCount)) + little(UInt32(member.byteCount))
  }

  private static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }
}
