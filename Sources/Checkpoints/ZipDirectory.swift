import Basics
import CZlib

/// The central directory of a zip file, checked so that every member lies inside the file.
///
/// Refused: encryption, several disks, compression other than deflate, repeated names, members
/// that overlap, and sizes that deflate cannot reach. Zip64 fields are read.
struct ZipDirectory: Sendable {
  /// One file inside the zip.
  struct Member: Sendable, Equatable {
    let name: String
    /// Where the stored or compressed bytes lie in the zip.
    let range: Range<Int>
    let unpackedCount: Int
    let isDeflated: Bool
    /// CRC-32 of the unpacked bytes.
    let checksum: UInt32
  }

  /// Unpacked bytes of all compressed members per byte of the file. Weights shrink to two thirds at
  /// best, and PyTorch does not compress at all; what expands further was made to fill memory.
  static let expansionLimit = 16
  /// Below this many bytes members may expand as they like.
  static let expansionFloor = 128 << 20

  let members: [Member]

  func member(_ name: String) -> Member? { index[name].map { members[$0] } }
  private let index: [String: Int]

  init(of file: MappedFile) throws {
    let bytes = file.bytes
    guard let end = Self.endRecord(bytes) else {
      throw Self.damaged(file, "the list of contents is missing")
    }
    guard end.start >= 0, end.count >= 0,
      let directory = bytes.slice(at: end.start, count: end.count)
    else { throw Self.damaged(file, "the list of contents lies outside the file") }

    var members: [Member] = []
    var index: [String: Int] = [:]
    var position = 0
    while position < directory.count {
      let (member, length) = try Self.entry(at: position, of: directory, in: file)
      guard index.updateValue(members.count, forKey: member.name) == nil else {
        throw Self.damaged(file, "member '\(member.name)' occurs twice")
      }
      members.append(member)
      position += length
    }
    guard !members.isEmpty else { throw Self.damaged(file, "the list of contents is empty") }
    try Self.check(members, of: file)
    self.members = members
    self.index = index
  }

  private static func damaged(_ file: MappedFile, _ what: String) -> AuditFailure {
    AuditFailure(
      "\(file.path): \(what), so this zip archive cannot be read",
      hint: "the file was cut or damaged; get it again")
  }

  /// The member that an entry of the directory describes, and the entry's length.
  private static func entry(
    at position: Int, of directory: UnsafeRawBufferPointer, in file: MappedFile
  ) throws -> (member: Member, length: Int) {
    guard let record = directory.slice(at: position, count: 46),
      record.integer(at: 0, as: UInt32.self) == 0x0201_4b50,
      let flags = record.integer(at: 8, as: UInt16.self),
      let method = record.integer(at: 10, as: UInt16.self),
      let checksum = record.integer(at: 16, as: UInt32.self),
      var packed = record.integer(at: 20, as: UInt32.self).map(UInt64.init),
      var unpacked = record.integer(at: 24, as: UInt32.self).map(UInt64.init),
      let nameCount = record.integer(at: 28, as: UInt16.self).map(Int.init),
      let extraCount = record.integer(at: 30, as: UInt16.self).map(Int.init),
      let commentCount = record.integer(at: 32, as: UInt16.self).map(Int.init),
      var header = record.integer(at: 42, as: UInt32.self).map(UInt64.init),
      let nameBytes = directory.slice(at: position + 46, count: nameCount),
      let extra = directory.slice(at: position + 46 + nameCount, count: extraCount)
    else { throw damaged(file, "an entry in the list of contents is broken") }
    let name = String(decoding: nameBytes, as: UTF8.self)
    widen(&unpacked, &packed, &header, from: extra)
    guard flags & 1 == 0 else { throw AuditFailure("\(file.path): member '\(name)' is encrypted") }
    guard method == 0 || method == 8 else {
      throw AuditFailure("\(file.path): member '\(name)' uses the unknown compression \(method)")
    }
    guard let start = dataStart(file.bytes, header), let packedCount = Int(exactly: packed),
      file.bytes.slice(at: start, count: packedCount) != nil
    else { throw damaged(file, "member '\(name)' lies outside the file") }
    // Deflate reaches at most 1032 : 1; a stored member has one size.
    let bound = method == 0 ? packed : packed.multipliedReportingOverflow(by: 1032).partialValue
    guard let unpackedCount = Int(exactly: unpacked), unpacked <= bound,
      method == 8 || unpacked == packed
    else { throw damaged(file, "member '\(name)' claims an impossible size") }
    return (
      Member(
        name: name, range: start..<start + packedCount, unpackedCount: unpackedCount,
        isDeflated: method == 8, checksum: checksum),
      46 + nameCount + extraCount + commentCount
    )
  }

  /// Members must not overlap, nor unpack to what no checkpoint holds.
  private static func check(_ members: [Member], of file: MappedFile) throws {
    let expanded = members.filter(\.isDeflated).reduce(0.0) { $0 + Double($1.unpackedCount) }
    guard expanded <= Double(max(expansionFloor, expansionLimit * file.bytes.count)) else {
      throw AuditFailure(
        "\(file.path): its compressed members unpack to \(Int(expanded)) bytes, more than "
          + "\(expansionLimit) times the size of the file",
        hint: "save the weights again with torch.save, which does not compress them")
    }
    var lastEnd = 0
    for member in members.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
    where !member.range.isEmpty {
      guard member.range.lowerBound >= lastEnd else { throw damaged(file, "two members overlap") }
      lastEnd = member.range.upperBound
    }
  }

  /// The bytes of a member, unpacked where needed.
  ///
  /// - Throws: `AuditFailure` when the member does not unpack to exactly its stated size, or its
  ///   checksum is another.
  static func unpack(_ member: Member, of file: MappedFile) throws -> [UInt8] {
    guard let packed = file.bytes.slice(at: member.range.lowerBound, count: member.range.count)
    else { throw AuditFailure("\(file.path): member '\(member.name)' lies outside the file") }
    guard member.isDeflated else {
      try check(packed, of: member, in: file)
      return Array(packed)
    }
    let broken = AuditFailure(
      "\(file.path): member '\(member.name)' does not unpack to the size it claims",
      hint: "the file was damaged; get it again")
    var stream = z_stream()
    let version = zlibVersion()
    guard inflateInit2_(&stream, -15, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw broken
    }
    defer { inflateEnd(&stream) }
    var result = [UInt8](repeating: 0, count: member.unpackedCount)
    var consumed = 0
    var produced = 0
    let status = result.withUnsafeMutableBytes { target -> Int32 in
      while true {
        let input = min(packed.count - consumed, 1 << 30)
        let room = min(target.count - produced, 1 << 30)
        stream.next_in = packed.baseAddress.map {
          UnsafeMutablePointer(
            mutating: $0.advanced(by: consumed).assumingMemoryBound(to: UInt8.self))
        }
        stream.avail_in = UInt32(input)
        stream.next_out = target.baseAddress?.advanced(by: produced)
          .assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(room)
        let status = inflate(&stream, Z_NO_FLUSH)
        consumed += input - Int(stream.avail_in)
        produced += room - Int(stream.avail_out)
        let hasMoved = Int(stream.avail_in) < input || Int(stream.avail_out) < room
        if status != Z_OK || !hasMoved { return status }
      }
    }
    guard status == Z_STREAM_END, produced == member.unpackedCount, consumed == packed.count else {
      throw broken
    }
    try result.withUnsafeBytes { try check($0, of: member, in: file) }
    return result
  }

  /// - Throws: `AuditFailure` when the unpacked bytes of a member have another checksum than the zip says.
  static func check(
    _ bytes: UnsafeRawBufferPointer, of member: Member, in file: MappedFile
  ) throws {
    let sum = crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    guard bytes.isEmpty || UInt32(truncatingIfNeeded: sum) == member.checksum else {
      throw AuditFailure(
        "\(file.path): the checksum of member '\(member.name)' does not fit its bytes",
        hint: "the file was damaged: get it again; if it was saved with "
          + "torch.serialization.set_crc32_options(False), save it again with True")
    }
  }

  /// Finds the end-of-directory record, the 64-bit one where the 32-bit one points to it.
  private static func endRecord(_ bytes: UnsafeRawBufferPointer) -> (start: Int, count: Int)? {
    let earliest = max(0, bytes.count - 22 - 0xffff)
    var position = bytes.count - 22
    while position >= earliest {
      if bytes[position] == 0x50, bytes.integer(at: position, as: UInt32.self) == 0x0605_4b50,
        let comment = bytes.integer(at: position + 20, as: UInt16.self),
        position + 22 + Int(comment) == bytes.count
      {
        break
      }
      position -= 1
    }
    guard position >= earliest,
      let count = bytes.integer(at: position + 12, as: UInt32.self),
      let start = bytes.integer(at: position + 16, as: UInt32.self)
    else { return nil }
    guard bytes.integer(at: position - 20, as: UInt32.self) == 0x0706_4b50 else {
      return (Int(start), Int(count))
    }
    guard
      let record = bytes.integer(at: position - 12, as: UInt64.self).flatMap(Int.init(exactly:)),
      bytes.slice(at: record, count: 56) != nil,
      bytes.integer(at: record, as: UInt32.self) == 0x0606_4b50,
      let wideCount = bytes.integer(at: record + 40, as: UInt64.self).flatMap(Int.init(exactly:)),
      let wideStart = bytes.integer(at: record + 48, as: UInt64.self).flatMap(Int.init(exactly:))
    else { return nil }
    return (wideStart, wideCount)
  }

  /// Replaces 32-bit fields that are full by their 64-bit values from the extra field.
  private static func widen(
    _ unpacked: inout UInt64, _ packed: inout UInt64, _ header: inout UInt64,
    from extra: UnsafeRawBufferPointer
  ) {
    var position = 0
    while let tag = extra.integer(at: position, as: UInt16.self),
      let count = extra.integer(at: position + 2, as: UInt16.self),
      let field = extra.slice(at: position + 4, count: Int(count))
    {
      if tag == 1 {
        var offset = 0
        func replace(_ value: inout UInt64) {
          guard value == 0xffff_ffff, let wide = field.integer(at: offset, as: UInt64.self) else {
            return
          }
          value = wide
          offset += 8
        }
        replace(&unpacked)
        replace(&packed)
        replace(&header)
      }
      position += 4 + Int(count)
    }
  }

  /// Where a member's bytes begin, after its local header.
  private static func dataStart(_ bytes: UnsafeRawBufferPointer, _ header: UInt64) -> Int? {
    guard let header = Int(exactly: header), bytes.slice(at: header, count: 30) != nil,
      bytes.integer(at: header, as: UInt32.self) == 0x0403_4b50,
      let nameCount = bytes.integer(at: header + 26, as: UInt16.self),
      let extraCount = bytes.integer(at: header + 28, as: UInt16.self)
    else { return nil }
    return header + 30 + Int(nameCount) + Int(extraCount)
  }
}
