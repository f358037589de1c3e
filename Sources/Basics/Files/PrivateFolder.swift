import Foundation

/// A folder in the place for temporary files that only this user can enter; it goes with the value.
package final class PrivateFolder: Sendable {
  package let path: String

  /// - Parameter purpose: A word in the folder's name, for whoever looks at the disk meanwhile.
  /// - Throws: ``AuditFailure`` when the place for temporary files cannot be written.
  package init(purpose: String) throws {
    let place = NSTemporaryDirectory()
    var template = Array(
      ((place.hasSuffix("/") ? place : place + "/") + "audit-\(purpose)-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw AuditFailure(
        "no folder can be made in \(place): \(String(cString: strerror(errno)))",
        hint: "set TMPDIR to a folder with free space that you can write in")
    }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Copies a regular file in pieces; the copy must not be there yet.
/// - Throws: ``AuditFailure`` for what is no regular file, and when the disk is full.
package func copyFile(from source: String, to destination: String) throws {
  let (input, _) = try openRegularFile(source)
  defer { close(input) }
  let output = open(destination, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
  guard output >= 0 else {
    throw AuditFailure("cannot write \(destination): \(String(cString: strerror(errno)))")
  }
  defer { close(output) }
  let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  defer { piece.deallocate() }
  while true {
    let count = read(input, piece.baseAddress, piece.count)
    if count == 0 { return }
    if count < 0 {
      if errno == EINTR { continue }
      throw readFailure(source, errno)
    }
    var offset = 0
    while offset < count {
      let written = write(output, piece.baseAddress?.advanced(by: offset), count - offset)
      if written < 0 {
        if errno == EINTR { continue }
        throw AuditFailure(
          "cannot copy \(source) to \(destination): \(String(cString: strerror(errno)))",
          hint: "free some space, or set TMPDIR to a folder that has it")
      }
      offset += written
    }
  }
}
