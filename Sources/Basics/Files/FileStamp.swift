import Glibc

/// What tells that a file is still the one that was read, without reading it: device, number, size and
/// the times of its last change, to the nanosecond.
///
/// A file that changed within the last seconds before the stamp was taken gets none: a second change
/// could fall into the same tick of the clock and leave no trace.
/// - Returns: nil where there is no such file or it is too fresh to be told from a later one.
package func fileStamp(of path: String) -> String? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  var now = timespec()
  clock_gettime(CLOCK_REALTIME, &now)
  let latest = max(status.st_mtim.tv_sec, status.st_ctim.tv_sec)
  guard latest + 3 < now.tv_sec else { return nil }
  return [
    Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec,
    status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
  ].map { String($0) }.joined(separator: " ")
}
