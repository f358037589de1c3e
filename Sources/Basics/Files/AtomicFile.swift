import Glibc

/// Writes a whole file so that a reader, a crash or a full disk never meets half of it.
///
/// The bytes go to a file without a name, are flushed to the disk, and only then get a name that
/// nobody can foresee, which is renamed over `path`; then the folder is flushed. So a link that
/// somebody planted is replaced and never written through, a killed process leaves nothing, and of
/// two writers the later one wins whole. Where the file system has no files without a name, the
/// unforeseeable name comes first.
/// - Throws: ``AuditFailure`` that names `path` and says whether the folder is missing or
///   read-only, the disk is full or a device or a pipe is there; the old file, if any, is then untouched.
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

/// Whether a file has the name of one that was being written when its process was killed.
package func isUnfinishedFile(_ name: some StringProtocol) -> Bool {
  let parts = name.split(separator: ".", omittingEmptySubsequences: false)
  guard parts.count >= 4, parts.first?.isEmpty == true, parts.last == "tmp" else { return false }
  let random = parts[parts.count - 2]
  return (1...16).contains(random.count) && UInt64(random, radix: 16) != nil
}

private func writeAtomically(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
  guard let name = path.split(separator: "/").last, !path.hasSuffix("/") else {
    throw AuditFailure("cannot write '\(path)': the path names no file")
  }
  let parent = folder(of: path)
  // A folder of this name is told before any byte is written.
  var status = stat()
  if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
    throw writeFailure(path, EISDIR)
  }
  // The rename would put a file in the place of a device, for everybody on the machine.
  if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
    throw AuditFailure(
      "cannot write \(path): it is not a regular file", hint: "name a file that may be replaced")
  }
  let prefix = (parent == "/" ? "" : parent) + "/." + name.utf8Prefix(200)
  var temporary = TemporaryFile(parent: parent, prefix: prefix)
  try temporary.open(for: path)
  defer { temporary.close() }
  try temporary.write(bytes, for: path)
  try temporary.rename(to: path)
  // The rename itself must survive a power cut. Some file systems refuse to flush a folder; the
  // file is whole either way.
  let folderDescriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  if folderDescriptor >= 0 {
    fsync(folderDescriptor)
    close(folderDescriptor)
  }
}

/// A file that is being written: without a name where the file system can, else under one that
/// nobody can foresee.
private struct TemporaryFile {
  let parent: String
  /// The name is this and a random number.
  let prefix: String
  private var descriptor: Int32 = -1
  private var name: String?

  init(parent: String, prefix: String) {
    self.parent = parent
    self.prefix = prefix
  }

  private func randomName() -> String {
    var generator = SystemRandomNumberGenerator()
    return prefix + "." + String(generator.next() as UInt64, radix: 16) + ".tmp"
  }

  mutating func open(for path: String) throws {
    // A nameless file gets its name through /proc. __O_TMPFILE is not in Swift's Glibc.
    if access("/proc/self/fd", X_OK) == 0 {
      descriptor = Glibc.open(parent, O_WRONLY | O_CLOEXEC | 0o20000000 | O_DIRECTORY, 0o666)
    }
    while descriptor < 0 {
      let candidate = randomName()
      descriptor = Glibc.open(
        candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
      if descriptor >= 0 {
        name = candidate
      } else if errno != EEXIST {
        throw writeFailure(path, errno)
      }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, for path: String) throws {
    var offset = 0
    while offset < bytes.count {
      let written = Glibc.write(
        descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
      if written < 0 {
        if errno == EINTR { continue }
        throw writeFailure(path, errno)
      }
      offset += written
    }
    guard fsync(descriptor) == 0 else { throw writeFailure(path, errno) }
  }

  mutating func rename(to path: String) throws {
    while name == nil {
      let candidate = randomName()
      if linkat(
        AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, candidate, AT_SYMLINK_FOLLOW) == 0
      {
        name = candidate
      } else if errno != EEXIST {
        throw writeFailure(path, errno)
      }
    }
    guard let name, Glibc.rename(name, path) == 0 else { throw writeFailure(path, errno) }
    self.name = nil
  }

  /// Closes it and removes what was not renamed.
  func close() {
    let code = errno
    if let name { unlink(name) }
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    errno = code
  }
}

extension Substring {
  /// At most so many bytes of it, cut between characters, so that a long name leaves room.
  fileprivate func utf8Prefix(_ count: Int) -> String {
    var result = ""
    for character in self where result.utf8.count + character.utf8.count <= count {
      result.append(character)
    }
    return result
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
