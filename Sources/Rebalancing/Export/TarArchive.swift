import Basics

/// A POSIX ustar archive in memory, with fixed owner, mode and time so that its bytes repeat.
///
/// - SeeAlso: POSIX.1-2017, pax, "ustar Interchange Format".
struct TarArchive {
  private var bytes: [UInt8] = []

  /// - Throws: ``AuditFailure`` for names over 100 bytes and entries over 8 GiB, which ustar cannot hold.
  mutating func add(_ name: String, _ content: [UInt8]) throws {
    guard name.utf8.count <= 100, content.count < 0o77777777777 else {
      throw AuditFailure("'\(name)' does not fit into a WebDataset shard")
    }
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
    }
    func octal(_ value: Int, digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    put(name, at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(content.count, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(octal(sum, digits: 6), at: 148)
    header[154] = 0
    bytes += header
    bytes += content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  var byteCount: Int { bytes.count }

  /// The archive with its end mark of two empty blocks.
  func finished() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
