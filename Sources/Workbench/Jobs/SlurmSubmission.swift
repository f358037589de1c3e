import Basics
import Foundation

/// Submits the shares of a drawing as one array, and one job that depends on it.
struct SlurmSubmission {
  let audit: SpreadAudit
  let program: String
  let slurm: Slurm

  /// The words after `sbatch --parsable` for the array.
  func arrayWords(_ phase: SpreadPhase, shares: [Int]) -> [String] {
    common(phase, .draw, log: "\(phase.rawValue)-%a")
      + ["--array=" + Self.ranges(shares), audit.folder.script(.draw, phase)]
  }

  /// The words after `sbatch --parsable` for the job that goes on.
  ///
  /// - Parameter array: nil where every share is drawn already.
  func gatherWords(_ phase: SpreadPhase, array: String?) -> [String] {
    common(phase, .gather, log: "gather-\(phase.rawValue)")
      // After any end: it is this job that looks at what failed.
      + (array.map { ["--dependency=afterany:\($0)"] } ?? [])
      + [audit.folder.script(.gather, phase)] + (array.map { [$0] } ?? [])
  }

  func script(_ kind: JobTask.Kind, _ phase: SpreadPhase, attempt: Int) -> String {
    let script = JobScript(
      program: program, specification: audit.specificationPath, reports: audit.reports,
      folder: audit.folder, options: audit.options)
    return kind == .draw ? script.drawing(phase) : script.gathering(phase, attempt: attempt)
  }

  /// Writes the scripts, submits both jobs and records them.
  ///
  /// - Returns: What was submitted.
  /// - Throws: ``AuditFailure`` with what `sbatch` said; an array whose second job was refused is
  ///   cancelled, since nobody would go on after it.
  func submit(
    _ phase: SpreadPhase, shares: [Int], attempt: Int, record: inout JobRecord, now: String
  ) throws -> [JobRecord.Submission] {
    let folder = audit.folder
    for kind in [JobTask.Kind.draw, .gather] {
      try writeAtomically(
        script(kind, phase, attempt: attempt),
        to: folder.files.resolve(
          String(folder.script(kind, phase).dropFirst(folder.report.count + 1))))
    }
    for share in shares { try folder.forgetEnd(of: .draw(phase, share)) }
    try folder.forgetEnd(of: .gather(phase))
    var submitted: [JobRecord.Submission] = []
    if !shares.isEmpty {
      let array = try slurm.submit(arrayWords(phase, shares: shares))
      submitted.append(
        JobRecord.Submission(
          job: array, kind: .draw, phase: phase, shares: shares, attempt: attempt, submitted: now))
    }
    do {
      let gather = try slurm.submit(gatherWords(phase, array: submitted.first?.job))
      submitted.append(
        JobRecord.Submission(
          job: gather, kind: .gather, phase: phase, shares: [], attempt: attempt, submitted: now))
      record.submissions += submitted
      try record.write(in: folder)
    } catch {
      try? slurm.cancel(submitted.map(\.job))
      throw error
    }
    return submitted
  }

  private func common(_ phase: SpreadPhase, _ kind: JobTask.Kind, log: String) -> [String] {
    // In these names Slurm replaces '%a'; a '%' of the path itself is doubled.
    let logs = (audit.folder.path + "/logs/").replacingOccurrences(of: "%", with: "%%")
    let name = audit.specification.name.map { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber || "-_.".contains(letter))
        ? letter : "_"
    }
    return audit.options.sbatch + [
      "--job-name=audit-\(String(name))-\(kind == .gather ? "gather-" : "")\(phase.rawValue)",
      "--chdir=" + parentFolder(of: audit.specificationPath),
      "--output=\(logs)\(log).log", "--open-mode=truncate", "--requeue",
    ]
  }

  /// `1-3,5`.
  static func ranges(_ numbers: [Int]) -> String {
    var parts: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = parts.last, last.upperBound == number - 1 {
        parts[parts.count - 1] = last.lowerBound...number
      } else {
        parts.append(number...number)
      }
    }
    return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
