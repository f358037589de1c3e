import AuditModel
import Basics
import ChildProcesses
import Foundation

/// Checks the detached signature of a report's `provenance.json` with `ssh-keygen -Y verify`.
struct SignatureVerification {
  let files: ConfinedFolder
  /// What the report says about its signature.
  let record: SignatureRecord?
  /// OpenSSH's list of who may sign: `identity keytype key`; nil where the user gave none.
  let allowedSigners: String?
  let context: RunContext

  func check() throws -> VerificationCheck {
    guard let found = try files.file(ReportSigner.signatureFile) else {
      if record != nil { return different("\(ReportSigner.signatureFile) is missing") }
      guard allowedSigners == nil else {
        return different(
          "the report is not signed, but a signature by an allowed signer was asked for")
      }
      return notChecked("the report is not signed")
    }
    // ssh-keygen gets a small copy: what lies in a stranger's folder is not handed to a program.
    let scratch = try PrivateFolder(purpose: "signature")
    let signature = scratch.path + "/" + ReportSigner.signatureFile
    try writeAtomically(try readBytes(of: found, limit: 64 << 10), to: signature)
    defer { withExtendedLifetime(scratch) {} }
    guard let allowedSigners else { return try withoutSigners(signature) }
    let list = absolutePath(allowedSigners)
    try ReportSigner.checkFile(
      list, hint: "the lines of a list of allowed signers are: name@example.org ssh-ed25519 AAAA…")
    let principals = try ReportSigner.sshKeygen(
      ["-Y", "find-principals", "-s", signature, "-f", list], context: context)
    guard principals.succeeded,
      let signer = principals.output.split(whereSeparator: \.isNewline).first
    else {
      return different("the signature is by nobody on the list '\(allowedSigners)'")
    }
    let bytes = try signedBytes()
    let run = try ReportSigner.sshKeygen(
      [
        "-Y", "verify", "-f", list, "-I", String(signer), "-n", ReportSigner.namespace, "-s",
        signature,
      ], input: bytes, context: context)
    guard run.succeeded else {
      return different(
        "the signature by \(signer) does not fit provenance.json"
          + ((run.lastWords ?? lastLine(run.output)).map { " (\($0))" } ?? ""))
    }
    if let difference = keyDifference(in: run.output) { return different(difference) }
    return VerificationCheck(
      subject: "signature", status: .same,
      detail: "provenance.json is signed by \(signer)"
        + (fingerprint(in: run.output).map { " with the key \($0)" } ?? "")
        + ", who is on the list of allowed signers")
  }

  /// Nobody said whose signature counts: whether it fits the file can still be told.
  private func withoutSigners(_ signature: String) throws -> VerificationCheck {
    let bytes = try signedBytes()
    let run = try ReportSigner.sshKeygen(
      ["-Y", "check-novalidate", "-n", ReportSigner.namespace, "-s", signature], input: bytes,
      context: context)
    guard run.succeeded else {
      return different(
        "the signature does not fit provenance.json"
          + ((run.lastWords ?? lastLine(run.output)).map { " (\($0))" } ?? ""))
    }
    if let difference = keyDifference(in: run.output) { return different(difference) }
    return notChecked(
      "provenance.json is signed with the key \(fingerprint(in: run.output) ?? "of unknown name"), "
        + "but whose key that is was not checked: name them with --allowed-signers")
  }

  private func signedBytes() throws -> [UInt8] {
    try readBytes(of: files.resolve("provenance.json"), limit: 256 << 20)
  }

  private func keyDifference(in output: String) -> String? {
    guard let found = fingerprint(in: output), let record, record.keyFingerprint != found else {
      return nil
    }
    return "signed with the key \(found), the report names \(record.keyFingerprint)"
  }

  private func fingerprint(in output: String) -> String? {
    output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("SHA256:") }.map(String.init)
  }

  private func lastLine(_ text: String) -> String? {
    text.split(whereSeparator: \.isNewline).last.map { String($0.prefix(300)) }
  }

  private func different(_ sentence: String) -> VerificationCheck {
    VerificationCheck(
      subject: "signature", status: .different, detail: sentence, differences: [sentence])
  }

  private func notChecked(_ sentence: String) -> VerificationCheck {
    VerificationCheck(subject: "signature", status: .notChecked, detail: sentence)
  }
}
