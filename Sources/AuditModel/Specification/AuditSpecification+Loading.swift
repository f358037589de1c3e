import Basics
import Foundation

/// Reads the spec at `path`: JSON5 of the contract `audit-spec/1`.
///
/// - Throws: ``AuditFailure`` that names file, line and key of the first faults, and each remedy.
package func loadSpecification(
  at path: String, for purpose: AuditSpecification.Purpose = .audit
) throws -> AuditSpecification {
  guard FileManager.default.fileExists(atPath: path) else {
    throw AuditFailure(
      "there is no spec at \(path)", hint: "'audit init NAME' writes one to start from")
  }
  let bytes = try readBytes(of: path, limit: JSON5Reader.maximumByteCount)
  let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
  return try loadSpecification(
    from: bytes, path: path, directory: folder.path, purpose: purpose)
}

/// Reads a spec from `text`, called `path` in messages; relative paths start in `directory`.
package func loadSpecification(
  from text: String, path: String = "spec", directory: String = ".",
  for purpose: AuditSpecification.Purpose = .audit
) throws -> AuditSpecification {
  try loadSpecification(
    from: Array(text.utf8), path: path, directory: directory, purpose: purpose)
}

private func loadSpecification(
  from bytes: [UInt8], path: String, directory: String, purpose: AuditSpecification.Purpose = .audit
) throws -> AuditSpecification {
  let root = try JSON5Reader.value(of: bytes, path: path)
  let reader = SpecificationReader(faults: FaultList(path: path), purpose: purpose)
  return try reader.specification(
    from: root, directory: directory, hash: SHA256.hex(of: bytes))
}

/// Every key that the reader knows in the objects of a spec, present or not, such as
/// `classifiers[].batch`: the reader's own list, for tests that every key has its case.
///
/// - Parameter text: A spec with all blocks of interest; other faults in it do not matter.
/// - Throws: ``AuditFailure`` for text that is no JSON.
package func knownSpecificationKeys(in text: String) throws -> Set<String> {
  let root = try JSON5Reader.value(of: Array(text.utf8), path: "spec")
  let faults = FaultList(path: "spec")
  _ = try? SpecificationReader(faults: faults).specification(from: root, directory: "/", hash: "")
  return faults.knownKeys
}
