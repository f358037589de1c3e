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

/// `SEEK_DATA` of <unistd.h>, which is declared for GNU sources only.
private let seekData: Int32 = 3

/// Copies a regular file in pieces; the copy must not be there yet. What the file only claims (holes) takes
/// neither time nor disk.
///
/// - Parameter limit: Larger files are refused.
/// - Throws: ``AuditFailure`` for what is no regular file, and where it does not fit on the disk.
package func copyFile(
  from source: String, to destination: String, limit: Int = 1 << 36
) throws {
  let (input, claimed) = try openRegularFile(source, limit: limit)
  defer { close(input) }
  var size = claimed
  let output = open(destination, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
  guard output >= 0 else {
    throw AuditFailure("cannot write \(destination): \(String(cString: strerror(errno)))")
  }
  defer { close(output) }
  let roomHint = "free some space, or set TMPDIR to a folder that has it"
  var room = statvfs()
  if fstatvfs(output, &room) == 0, Double(room.f_bavail) * Double(room.f_frsize) < Double(size) {
    throw AuditFailure(
      "cannot copy \(source) to \(destination): it has \(size) bytes, and fewer are free",
      hint: roomHint)
  }
  let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  defer { piece.deallocate() }
  var place = 0
  while place < size {
    // Past the last data there is nothing but a hole. File systems without holes say EINVAL.
    let data = lseek(input, off_t(place), seekData)
    if data < 0, errno == ENXIO { break }
    place = max(place, Int(data))
    let count = pread(input, piece.baseAddress, min(piece.count, size - place), off_t(place))
    // The file was cut meanwhile, and so is the copy.
    if count == 0 { size = place }
    if count < 0 {
      if errno == EINTR { continue }
      throw readFailure(source, errno)
    }
    var offset = 0
    while offset < count {
      let written = pwrite(
        output, piece.baseAddress?.advanced(by: offset), count - offset, off_t(place + offset))
      if written < 0 {
        if errno == EINTR { continue }
        throw AuditFailure(
          "cannot copy \(source) to \(destination): \(String(cString: strerror(errno)))",
          hint: roomHint)
      }
      offset += written
    }
    place += count
  }
  guard ftruncate(output, off_t(size)) == 0 else {
    throw AuditFailure(
      "cannot copy \(source) to \(destination): \(String(cString: strerror(errno)))",
      hint: roomHint)
  }
}
