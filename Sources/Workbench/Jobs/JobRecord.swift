import Basics
import Foundation

/// `jobs/jobs.json`: what was submitted, for `audit status` and `audit cancel`.
///
/// It may be a stranger's, so every value is checked, and a job is only ever shown or cancelled where Slurm
/// itself says that it runs a script of this folder.
struct JobRecord: Codable, Equatable {
  static let name = JobFolder.name + "/jobs.json"

  struct Submission: Codable, Equatable {
    /// Slurm's number of the job or array.
    var job: String
    var kind: JobTask.Kind
    var phase: SpreadPhase
    /// Empty for a gathering job.
    var shares: [Int]
    var attempt: Int
    var submitted: String
  }

  var place: SpreadPlace
  var shards: Int
  /// Hash of the spec's text.
  var specification: String
  /// The machine that started it.
  var host: String
  var submissions: [Submission] = []

  /// - Returns: nil where the audit was never spread.
  /// - Throws: ``AuditFailure`` for a record that this program did not write.
  static func read(in folder: JobFolder) throws -> JobRecord? {
    guard let path = try folder.files.file(name) else { return nil }
    let bytes = try readBytes(of: path, limit: 1 << 24)
    try checkValueCount(ofJSON: bytes, path: path)
    guard let record = try? JSONDecoder().decode(JobRecord.self, from: Data(bytes)),
      (1...SpreadOptions.mostShards).contains(record.shards),
      record.submissions.allSatisfy({ submission in
        Slurm.isJob(submission.job)
          && submission.shares.allSatisfy { (1...record.shards).contains($0) }
      })
    else {
      throw AuditFailure(
        "'\(path)' is not a record that this program wrote",
        hint: "remove it; images that were drawn stay")
    }
    return record
  }

  func write(in folder: JobFolder) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try writeAtomically(
      Array(try encoder.encode(self)) + [UInt8(ascii: "\n")], to: folder.files.resolve(Self.name))
  }
}
