import CCrypto
import Glibc

/// SHA-256 for naming weights, images and specs by their contents, computed by OpenSSL's libcrypto.
///
/// - SeeAlso: FIPS 180-4; OpenSSL's manual pages `SHA256(3)` and `EVP_DigestInit(3)`.
package enum SHA256 {
  /// The 32-byte digest of a message in memory.
  package static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.withContiguousStorageIfAvailable(digest) ?? Array(bytes).withUnsafeBufferPointer(digest)
  }

  /// The digest of a message in memory, as 64 lower-case hexadecimal digits.
  package static func hex(of bytes: some Sequence<UInt8>) -> String {
    hexadecimal(digest(of: bytes))
  }

  /// The digest of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits.
  package static func hex(of text: String) -> String { hex(of: text.utf8) }

  /// The digest of a file, read in pieces, as 64 lower-case hexadecimal digits.
  ///
  /// - Parameters:
  ///   - limit: Larger files are refused before they are read. The released weights have 9.5 GB in their
  ///     largest file; a sparse file may claim petabytes and would be read for days.
  ///   - tick: Called before every piece, so that a long file can be left.
  /// - Throws: ``AuditFailure`` when the file is too large or cannot be opened or read to its end; what
  ///   `tick` throws.
  package static func hex(
    ofFile path: String, limit: Int = 1 << 36, tick: () throws -> Void = {}
  ) throws -> String {
    let (descriptor, _) = try openRegularFile(path, limit: limit)
    defer { close(descriptor) }
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { piece.deallocate() }
    var worked = context != nil && EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    var total = 0
    while worked {
      try tick()
      let count = read(descriptor, piece.baseAddress, piece.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw AuditFailure("\(path): cannot be read (\(String(cString: strerror(errno))))")
      }
      // A file that grows while it is read must end as well.
      total += count
      guard total <= limit else {
        throw AuditFailure("cannot read \(path): it has grown past \(limit) bytes")
      }
      worked = EVP_DigestUpdate(context, piece.baseAddress, count) == 1
    }
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    guard worked, EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
      throw AuditFailure("\(path): the cryptography library could not hash it (out of memory?)")
    }
    return hexadecimal(digest)
  }

  private static func digest(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = CCrypto.SHA256(bytes.baseAddress, bytes.count, &digest)
    return digest
  }

  private static func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
