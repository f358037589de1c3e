import Glibc

/// A folder whose contents may be a stranger's: the one place where a path of a store, a provenance
/// record or a report becomes a path on the disk, for every read, write and delete.
///
/// A name leads to a place below the folder or to an error, never out of it. Symbolic links below the
/// folder are refused, whatever they point to; the folder itself is the user's own words and may be
/// one.
package struct ConfinedFolder: Sendable, Equatable {
  /// The folder, as the user named it.
  package let path: String

  package init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The absolute path of something below the folder, whether or not it is there yet.
  ///
  /// - Parameter relative: Components separated by `/`; none of them empty, `.` or `..`.
  /// - Throws: ``AuditFailure`` for a name that leaves the folder, and for a link, a device or a
  ///   pipe anywhere on the way.
  package func resolve(_ relative: String) throws -> String {
    let components = relative.split(separator: "/", omittingEmptySubsequences: false)
    guard Self.isPlain(relative) else {
      throw AuditFailure(
        "'\(visible(relative.shortened(to: 200)))' is no place below \(path); nothing there was touched",
        hint: "the folder was not written by this program or was edited; make the audit again")
    }
    var place = path
    for (number, component) in components.enumerated() {
      place += "/" + component
      var status = stat()
      guard lstat(place, &status) == 0 else {
        // What does not exist yet has nothing below it either.
        if errno == ENOENT || errno == ENOTDIR { break }
        throw readFailure(place, errno)
      }
      let kind = status.st_mode & S_IFMT
      let isLast = number == components.count - 1
      guard kind == S_IFDIR || (isLast && kind == S_IFREG) else {
        throw AuditFailure(
          kind == S_IFLNK
            ? "\(visible(place)) is a link; links inside a report folder are not followed"
            : kind == S_IFREG
              ? "\(visible(place)) is a file, not a folder"
              : "\(visible(place)) is neither a file nor a folder",
          hint: "remove it, or put a copy in its place")
      }
    }
    return path + "/" + relative
  }

  /// The path of a regular file below the folder, or nil where there is none.
  /// - Throws: As ``resolve(_:)``.
  package func file(_ relative: String) throws -> String? {
    let place = try resolve(relative)
    var status = stat()
    guard lstat(place, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFREG ? place : nil
  }

  /// Removes one file; folders stay, and so does what a name outside the folder means.
  /// - Returns: Whether there was one.
  /// - Throws: As ``resolve(_:)``, and when the file cannot be removed.
  @discardableResult
  package func removeFile(_ relative: String) throws -> Bool {
    guard let place = try file(relative) else { return false }
    guard unlink(place) == 0 || errno == ENOENT else {
      throw AuditFailure("cannot remove \(place): \(String(cString: strerror(errno)))")
    }
    return true
  }

  /// Whether a name has only plain components: relative, none empty, `.` or `..`, no NUL.
  package static func isPlain(_ relative: String) -> Bool {
    !relative.utf8.contains(0) && relative.utf8.count < 4096
      && relative.split(separator: "/", omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }

  /// Every regular file below the folder, by relative path, sorted; links and special files are
  /// named apart, since a folder that this program wrote has none.
  /// - Throws: ``AuditFailure`` for a folder that cannot be read, or more than `limit` entries.
  package func contents(limit: Int = 5_000_000) throws -> (files: [String], others: [String]) {
    var files: [String] = []
    var others: [String] = []
    var open = [""]
    while let folder = open.popLast() {
      guard let handle = opendir(folder.isEmpty ? path : path + "/" + folder) else {
        throw readFailure(path + "/" + folder, errno)
      }
      defer { closedir(handle) }
      while let entry = readdir(handle) {
        // The record is as long as its name, so only its address may be taken.
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19
        let name = String(
          cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
        guard name != ".", name != ".." else { continue }
        let relative = folder.isEmpty ? name : folder + "/" + name
        var status = stat()
        guard lstat(path + "/" + relative, &status) == 0 else {
          others.append(relative)
          continue
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: open.append(relative)
        case S_IFREG: files.append(relative)
        default: others.append(relative)
        }
        guard files.count + others.count + open.count <= limit else {
          throw AuditFailure("\(path) holds more than \(limit) files")
        }
      }
    }
    return (files.sorted(), others.sorted())
  }
}
