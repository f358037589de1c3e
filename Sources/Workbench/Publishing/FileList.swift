import Basics
import Foundation
import Reporting

/// `files.sha256`: every file of a report with its hash, in the format of `sha256sum`, so that
/// `sha256sum -c files.sha256` checks it without this program.
///
/// `provenance.json` has the hash of the list, and the signature covers `provenance.json`: a report's
/// files hang on one chain. Not in the list are the ends of that chain, the store (which verification
/// recomputes from), its lock, logs, what jobs need to draw in shares, and what measuring keeps for the
/// next time.
struct FileList {
  static let name = ReportFiles.fileList

  let files: ConfinedFolder

  /// Whether a file of the folder is outside the list on purpose.
  static func isExempt(_ name: String) -> Bool {
    [ReportFiles.provenance, ReportFiles.signature, Self.name, ".lock"].contains(name)
      || ReportFiles.store.contains(name)
      || name.hasPrefix("logs/") || name.hasPrefix(ReportFiles.jobs + "/")
      // Vectors that measuring keeps for the next time; each has its own check.
      || name.hasPrefix("measure/features/")
  }

  /// Lists the folder as it is and writes the list.
  ///
  /// - Parameter known: Hashes of files that were read in this run anyway, by name.
  /// - Throws: ``AuditFailure`` for a link or a special file, and what cannot be read.
  func write(known: [String: String]) throws {
    let contents = try files.contents()
    if let other = contents.others.first { _ = try files.resolve(other) }
    let lines = try contents.files.filter { !Self.isExempt($0) }.map { name in
      "\(try known[name] ?? SHA256.hex(ofFile: files.resolve(name)))  \(name)\n"
    }
    try writeAtomically(lines.joined(), to: files.resolve(Self.name))
  }

  /// The list as it lies in the folder; nil where there is none.
  /// - Throws: ``AuditFailure`` for a line that is none of such a list.
  func read() throws -> [String: String]? {
    guard let path = try files.file(Self.name) else { return nil }
    var result: [String: String] = [:]
    let text = String(decoding: try readBytes(of: path, limit: 128 << 20), as: UTF8.self)
    for (number, line) in text.split(separator: "\n").enumerated() {
      let hash = line.prefix(64)
      let name = String(line.dropFirst(66))
      guard line.dropFirst(64).hasPrefix("  "), hash.utf8.count == 64,
        hash.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
        ConfinedFolder.isPlain(name), result.updateValue(String(hash), forKey: name) == nil
      else {
        throw AuditFailure(
          "\(Self.name), line \(number + 1): not a hash and the name of a file of this folder")
      }
    }
    return result
  }

  /// What the folder has otherwise than the list says: changed, missing, laid beside, links.
  /// - Parameter tick: Called before every file and while one is read.
  func differences(tick: () throws -> Void) throws -> (count: Int, differences: [String])? {
    guard let listed = try read() else { return nil }
    let contents = try files.contents()
    var differences = contents.others.map { "\($0) is a link or a special file" }
    let present = Set(contents.files)
    for name in contents.files where listed[name] == nil && !Self.isExempt(name) {
      differences.append("\(name) lies in the folder and is not in \(Self.name)")
    }
    for (name, hash) in listed.sorted(by: { $0.key < $1.key }) {
      try tick()
      guard present.contains(name) else {
        differences.append("\(name) is missing")
        continue
      }
      if try SHA256.hex(ofFile: files.resolve(name), tick: tick) != hash {
        differences.append("\(name) was changed")
      }
    }
    return (listed.count, differences)
  }
}
