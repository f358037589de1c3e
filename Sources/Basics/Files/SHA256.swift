import Foundation

/// SHA-256 of a stream of bytes, for naming weights, images and specs by their contents.
///
/// - SeeAlso: FIPS 180-4, sections 4.1.2, 5 and 6.2. Ours because Linux has no CryptoKit.
package struct SHA256: Sendable {
  private var state = SHA256.initialState
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  package init() {
    pending.reserveCapacity(Self.blockLength)
  }

  /// Appends bytes to the message.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let taken = min(Self.blockLength - pending.count, rest.count)
      pending.append(contentsOf: rest.prefix(taken))
      rest = rest.dropFirst(taken)
      guard pending.count == Self.blockLength else { return }
      pending.withUnsafeBytes { Self.compress($0, into: &state) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count / Self.blockLength * Self.blockLength
    if whole > 0 {
      Self.compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), into: &state)
    }
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  /// Appends bytes to the message.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let seen: Void? = bytes.withContiguousStorageIfAvailable {
      update(UnsafeRawBufferPointer($0))
    }
    if seen == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// Closes the message and returns its 32-byte digest; the value must not be used afterwards.
  package mutating func finalize() -> [UInt8] {
    let bitCount = byteCount &* 8
    let padding = (Self.blockLength * 2 - 9 - pending.count) % Self.blockLength
    var tail: [UInt8] = [0x80]
    tail.append(contentsOf: repeatElement(0, count: padding))
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bitCount &>> shift))
    }
    update(tail)
    return state.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word &>> UInt32($0)) }
    }
  }

  /// The digest of a message in memory, as 64 lower-case hexadecimal digits.
  package static func hex(of bytes: some Sequence<UInt8>) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hexadecimal(hash.finalize())
  }

  /// The digest of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits.
  package static func hex(of text: String) -> String { hex(of: text.utf8) }

  /// The digest of a file, read in pieces, as 64 lower-case hexadecimal digits.
  ///
  /// - Throws: ``AuditFailure`` when the file cannot be opened or read to its end.
  package static func hex(ofFile path: String) throws -> String {
    let (descriptor, _) = try openRegularFile(path)
    defer { close(descriptor) }
    var hash = SHA256()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { piece.deallocate() }
    while true {
      let count = read(descriptor, piece.baseAddress, piece.count)
      if count == 0 { return hexadecimal(hash.finalize()) }
      if count < 0 {
        if errno == EINTR { continue }
        throw AuditFailure("\(path): cannot be read (\(String(cString: strerror(errno))))")
      }
      hash.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }

  private static let blockLength = 64

  private static func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// One pass of section 6.2.2 over each 64-byte block.
  ///
  /// Eight rounds are written out per loop turn so that the working variables rotate by name and
  /// not by moves; the names a...h, s0, s1 are the standard's.
  private static func compress(_ blocks: UnsafeRawBufferPointer, into state: inout [UInt32]) {
    var a = state[0], b = state[1], c = state[2], d = state[3]
    var e = state[4], f = state[5], g = state[6], h = state[7]
    roundConstants.withUnsafeBufferPointer { constants in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
        var start = 0
        while start < blocks.count {
          var t = 0
          while t < 16 {
            let word = blocks.loadUnaligned(fromByteOffset: start &+ t &* 4, as: UInt32.self)
            w[t] = UInt32(bigEndian: word)
            t &+= 1
          }
          while t < 64 {
            let x = w[t &- 15], y = w[t &- 2]
            let s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x &>> 3)
            let s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y &>> 10)
            w[t] = w[t &- 16] &+ s0 &+ w[t &- 7] &+ s1
            t &+= 1
          }
          let (a0, b0, c0, d0, e0, f0, g0, h0) = (a, b, c, d, e, f, g, h)
          t = 0
          while t < 64 {
            round(a, b, c, &d, e, f, g, &h, constants[t] &+ w[t])
            round(h, a, b, &c, d, e, f, &g, constants[t &+ 1] &+ w[t &+ 1])
            round(g, h, a, &b, c, d, e, &f, constants[t &+ 2] &+ w[t &+ 2])
            round(f, g, h, &a, b, c, d, &e, constants[t &+ 3] &+ w[t &+ 3])
            round(e, f, g, &h, a, b, c, &d, constants[t &+ 4] &+ w[t &+ 4])
            round(d, e, f, &g, h, a, b, &c, constants[t &+ 5] &+ w[t &+ 5])
            round(c, d, e, &f, g, h, a, &b, constants[t &+ 6] &+ w[t &+ 6])
            round(b, c, d, &e, f, g, h, &a, constants[t &+ 7] &+ w[t &+ 7])
            t &+= 8
          }
          (a, b, c, d) = (a &+ a0, b &+ b0, c &+ c0, d &+ d0)
          (e, f, g, h) = (e &+ e0, f &+ f0, g &+ g0, h &+ h0)
          start &+= blockLength
        }
      }
    }
    state = [a, b, c, d, e, f, g, h]
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
    _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ input: UInt32
  ) {
    let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let t1 = h &+ sum1 &+ (g ^ (e & (f ^ g))) &+ input
    let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    d = d &+ t1
    h = t1 &+ sum0 &+ ((a & b) | (c & (a | b)))
  }

  @inline(__always)
  private static func rotated(_ x: UInt32, _ count: UInt32) -> UInt32 {
    (x &>> count) | (x &<< (32 &- count))
  }

  private static let initialState: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
    0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
    0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
    0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
    0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
    0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
    0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
