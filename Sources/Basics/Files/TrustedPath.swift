import Glibc

/// Why somebody else could replace the file at a path, or nil when only its owner and the
/// administrator can.
///
/// Every folder from the root to the file, links resolved, must belong to the administrator, to this
/// user or to whoever owns the program, and nobody else may write in it. A folder with the sticky bit
/// (`/tmp`) is accepted, because there nobody removes what is another's; so is a group that has no other
/// member than the owner, as Debian makes one for each user.
///
/// - Parameter path: Absolute.
package func untrustedPart(of path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return "\(path) cannot be looked at" }
  let absolute = String(cString: resolved)
  free(resolved)
  var owners: Set<uid_t> = [0, geteuid()]
  var program = stat()
  if stat("/proc/self/exe", &program) == 0 { owners.insert(program.st_uid) }
  var place = ""
  for component in absolute.split(separator: "/") {
    place += "/" + component
    var status = stat()
    guard lstat(place, &status) == 0 else { return "\(place) cannot be looked at" }
    guard owners.contains(status.st_uid) else { return "\(place) belongs to another user" }
    if status.st_mode & S_ISVTX != 0, status.st_mode & S_IFMT == S_IFDIR { continue }
    if status.st_mode & S_IWOTH != 0 { return "everybody may write to \(place)" }
    if status.st_mode & S_IWGRP != 0, status.st_gid != 0,
      !isPrivate(status.st_gid, of: status.st_uid)
    {
      return "a group of users may write to \(place)"
    }
  }
  return nil
}

/// Whether a group is a user's own: it bears the user's name and lists no other member.
private func isPrivate(_ group: gid_t, of user: uid_t) -> Bool {
  guard let owner = getpwuid(user)?.pointee, owner.pw_gid == group,
    let entry = getgrgid(group)?.pointee, let names = entry.gr_mem,
    String(cString: owner.pw_name) == String(cString: entry.gr_name)
  else { return false }
  guard let first = names[0] else { return true }
  return names[1] == nil && String(cString: first) == String(cString: owner.pw_name)
}
