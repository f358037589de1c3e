import Glibc

/// The bytes of a whole file that a user named.
///
/// - Parameter limit: Larger files are refused before any memory is taken.
/// - Throws: ``AuditFailure`` that names `path`: absent, a folder, a device, unreadable, too large.
package func readBytes(of path: String, limit: Int = 1 << 30) throws -> [UInt8] {
  let (descriptor, size) = try openRegularFile(path, limit: limit)
  defer { close(descriptor) }
  var failure: Int32 = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while count < size {
      let got = read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
      if got < 0 {
        if errno == EINTR { continue }
        failure = errno
        return
      }
      if got == 0 { return }
      count += got
    }
  }
  guard failure == 0 else { throw readFailure(path, failure) }
  return bytes
}

/// Opens a file that a user named for reading; the caller closes it.
///
/// - Parameter limit: Larger files are refused.
/// - Returns: The descriptor and the file's size in bytes.
/// - Throws: As ``readBytes(of:limit:)``.
package func openRegularFile(_ path: String, limit: Int = .max) throws -> (
  descriptor: Int32, size: Int
) {
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
  guard descriptor >= 0 else { throw readFailure(path, errno) }
  do {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw readFailure(path, errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw AuditFailure("cannot read \(path): it is a folder, not a file")
    default: throw AuditFailure("cannot read \(path): it is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw AuditFailure("cannot read \(path): it has \(size) bytes; at most \(limit) are accepted")
    }
    return (descriptor, size)
  } catch {
    close(descriptor)
    throw error
  }
}

/// The sentence for a file that could not be opened or read.
package func readFailure(_ path: String, _ code: Int32) -> AuditFailure {
  switch code {
  case ENOENT, ENOTDIR: AuditFailure("cannot read \(path): there is no such file")
  case EACCES, EPERM: AuditFailure("cannot read \(path): this user may not read it")
  default: AuditFailure("cannot read \(path): \(String(cString: strerror(code)))")
  }
}
