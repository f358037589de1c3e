import AuditModel
import Basics
import ChildProcesses
import Foundation

/// Checks with `openssl ts` that an authority saw a report's `provenance.json`, and when.
///
/// - SeeAlso: RFC 3161, *Time-Stamp Protocol*; OpenSSL's manual page `openssl-ts(1)`.
struct TimestampVerification {
  let files: ConfinedFolder
  /// The verifier's own files: the authority's answer (DER), and who it must be signed by (PEM).
  let request: TimestampFiles
  let context: RunContext

  func check() throws -> VerificationCheck {
    guard ToolRun.executable(among: ["openssl"]) != nil else {
      throw AuditFailure(
        "'openssl' was not found, which checks time stamps",
        hint: "install it (Debian: apt-get install openssl), or leave --timestamp out")
    }
    let scratch = try PrivateFolder(purpose: "timestamp")
    defer { withExtendedLifetime(scratch) {} }
    // openssl gets copies: sizes are bounded, and no path of a stranger's folder is handed to it.
    let response = scratch.path + "/response.tsr"
    let authority = scratch.path + "/authority.pem"
    let data = scratch.path + "/provenance.json"
    try writeAtomically(
      try readBytes(of: absolutePath(request.response), limit: 1 << 20), to: response)
    try writeAtomically(
      try readBytes(of: absolutePath(request.authority), limit: 1 << 20), to: authority)
    try writeAtomically(
      try readBytes(of: files.resolve("provenance.json"), limit: 256 << 20), to: data)
    let verified = try openssl(
      ["ts", "-verify", "-data", data, "-in", response, "-CAfile", authority], in: scratch.path)
    guard verified.succeeded else {
      let sentence =
        "'\(request.response)' is no time stamp of this provenance.json by '\(request.authority)'"
        + (verified.lastWords.map { " (\($0))" } ?? "")
      return VerificationCheck(
        subject: "time stamp", status: .different, detail: sentence, differences: [sentence])
    }
    let shown = try openssl(["ts", "-reply", "-in", response, "-text"], in: scratch.path)
    let time = shown.output.split(whereSeparator: \.isNewline)
      .first { $0.hasPrefix("Time stamp:") }
      .map { $0.dropFirst("Time stamp:".count).trimmingCharacters(in: .whitespaces) }
    return VerificationCheck(
      subject: "time stamp", status: .same,
      detail: "an authority of '\(request.authority)' saw this provenance.json at "
        + "\(time ?? "a time that openssl does not show"); it did not see how the report was made")
  }

  private func openssl(_ arguments: [String], in folder: String) throws -> ToolRun {
    do {
      return try ToolRun.run(
        ["openssl"] + arguments, in: folder, environment: ["LC_ALL": "C"], seconds: 60,
        tick: context.checkInterrupted)
    } catch let problem as CommandProblem {
      throw AuditFailure("openssl \(problem.words)")
    }
  }
}

/// An RFC 3161 response and the certificates of the authority, as a verifier names them.
package struct TimestampFiles: Sendable, Equatable {
  /// The authority's answer, as `openssl ts -query -data provenance.json` asks for it.
  package var response: String
  /// Certificates that the answer must lead to, in PEM.
  package var authority: String

  package init(response: String, authority: String) {
    self.response = response
    self.authority = authority
  }
}
