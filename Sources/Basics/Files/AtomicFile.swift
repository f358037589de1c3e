import Glibc

/// Writes a whole file so that a reader, a crash or a full disk never meets half of it.
///
/// The bytes go to a hidden neighbour, `.<name>.tmp`, are flushed to the disk and renamed over
/// `path`; then the folder is flushed. The neighbour's name is fixed so that the next attempt
/// replaces what a killed process left, and locked so that two writers take turns.
/// - Throws: ``AuditFailure`` that names `path` and says whether the folder is missing or
///   read-only or the disk is full; the old file, if any, is then untouched.
package func writeAtomically(_ bytes: [UInt8], to path: String) throws {
  try bytes.withUnsafeBytes { try writeAtomically($0, to: path) }
}

/// Writes `text` as UTF-8; see ``writeAtomically(_:to:)-([UInt8],_)``.
package func writeAtomically(_ text: String, to path: String) throws {
  try writeAtomically(Array(text.utf8), to: path)
}

/// Creates a folder and those above it; a folder that is already there is fine.
/// - Throws: ``AuditFailure`` when a file is in the way or the place is read-only.
package func createFolder(at path: String) throws {
  var status = stat()
  if stat(path, &status) == 0 {
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw AuditFailure(
        "cannot create the folder \(path): a file of this name is there",
        hint: "remove or rename that file")
    }
    return
  }
  let parent = folder(of: path)
  if parent != path, parent != "." { try createFolder(at: parent) }
  if mkdir(path, 0o777) != 0, errno != EEXIST {
    throw writeFailure(path, errno, action: "cannot create the folder")
  }
}

private func writeAtomically(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
  guard let name = path.split(separator: "/").last, !path.hasSuffix("/") else {
    throw AuditFailure("cannot write '\(path)': the path names no file")
  }
  let parent = folder(of: path)
  let temporary = (parent == "/" ? "" : parent) + "/." + name + ".tmp"
  let descriptor = try openLocked(temporary, for: path)
  defer { close(descriptor) }
  do {
    guard ftruncate(descriptor, 0) == 0 else { throw writeFailure(path, errno) }
    var offset = 0
    while offset < bytes.count {
      let written = write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
      if written < 0 {
        if errno == EINTR { continue }
        throw writeFailure(path, errno)
      }
      offset += written
    }
    guard fsync(descriptor) == 0 else { throw writeFailure(path, errno) }
    guard rename(temporary, path) == 0 else { throw writeFailure(path, errno) }
  } catch {
    unlink(temporary)
    throw error
  }
  // The rename itself must survive a power cut. Some file systems refuse to flush a folder; the
  // file is whole either way.
  let folderDescriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  if folderDescriptor >= 0 {
    fsync(folderDescriptor)
    close(folderDescriptor)
  }
}

/// Opens the temporary neighbour and waits until it is ours alone.
private func openLocked(_ temporary: String, for path: String) throws -> Int32 {
  while true {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw writeFailure(path, errno) }
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    // While we waited, the former owner may have renamed this very file to its final name.
    var ours = stat()
    var named = stat()
    if fstat(descriptor, &ours) == 0, lstat(temporary, &named) == 0,
      ours.st_ino == named.st_ino, ours.st_dev == named.st_dev
    {
      return descriptor
    }
    close(descriptor)
  }
}

private func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

private func writeFailure(
  _ path: String, _ code: Int32, action: String = "cannot write"
) -> AuditFailure {
  let parent = folder(of: path)
  switch code {
  case EACCES, EPERM, EROFS:
    return AuditFailure(
      "\(action) \(path): the folder \(parent) is read-only for this user",
      hint: "make it writable, or choose another folder")
  case ENOSPC, EDQUOT:
    return AuditFailure(
      "\(action) \(path): the disk is full",
      hint: "free some space and run the same command again; it continues where it stopped")
  case ENOENT:
    return AuditFailure("\(action) \(path): the folder \(parent) does not exist")
  case ENOTDIR:
    return AuditFailure("\(action) \(path): \(parent) is a file, not a folder")
  case EISDIR, ENOTEMPTY, EEXIST:
    return AuditFailure("\(action) \(path): a folder of this name is there")
  default:
    return AuditFailure("\(action) \(path): \(String(cString: strerror(code)))")
  }
}
