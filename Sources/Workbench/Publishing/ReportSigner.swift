import AuditModel
import Basics
import ChildProcesses
import Foundation
import Reporting

/// Signs `provenance.json` with an SSH key, by OpenSSH's `ssh-keygen -Y sign`.
package struct ReportSigner {
  /// What the signature is for; `ssh-keygen` refuses one that was made for something else.
  package static let namespace = "audit-provenance"
  package static let signatureFile = ReportFiles.signature
  static let timeLimit = 60.0

  let key: String
  let record: SignatureRecord

  /// Looks at the key and tries it, so that a long run does not fail at its end.
  ///
  /// - Parameter key: Path of a private key, or of a public one whose private half is in the agent.
  /// - Throws: ``AuditFailure`` when there is no `ssh-keygen` or the key cannot sign.
  package init(key: String, context: RunContext) throws {
    self.key = absolutePath(key)
    try Self.checkFile(self.key, hint: "make one with: ssh-keygen -t ed25519")
    let shown = try Self.sshKeygen(["-l", "-E", "sha256", "-f", self.key], context: context)
    // `256 SHA256:… comment (ED25519)`
    let words = shown.output.split(whereSeparator: \.isWhitespace)
    guard shown.succeeded, words.count >= 3, words[1].hasPrefix("SHA256:") else {
      throw AuditFailure(
        "'\(key)' is not a key that ssh-keygen can read"
          + (shown.lastWords.map { " (\($0))" } ?? ""),
        hint: "name the private key, for example ~/.ssh/id_ed25519")
    }
    record = SignatureRecord(
      file: Self.signatureFile, keyFingerprint: String(words[1]),
      keyType: words[words.count - 1].trimmingCharacters(in: ["(", ")"]),
      namespace: Self.namespace)
    _ = try signature(of: Array("a trial".utf8), context: context)
  }

  /// ssh-keygen opens by itself what it is given, and would wait for a pipe's writer.
  static func checkFile(_ path: String, hint: String) throws {
    do { close(try openRegularFile(path, limit: 1 << 20).descriptor) } catch let failure
      as AuditFailure
    {
      throw AuditFailure(failure.message, hint: failure.hint ?? hint)
    }
  }

  /// Writes the detached signature beside `folder/provenance.json`.
  func sign(folder: String, context: RunContext) throws {
    let bytes = try readBytes(of: folder + "/provenance.json")
    let text = try signature(of: bytes, context: context)
    try writeAtomically(text, to: folder + "/" + Self.signatureFile)
  }

  private func signature(of bytes: [UInt8], context: RunContext) throws -> String {
    let run = try Self.sshKeygen(
      ["-Y", "sign", "-q", "-f", key, "-n", Self.namespace], input: bytes, context: context)
    guard run.succeeded, run.output.hasPrefix("-----BEGIN SSH SIGNATURE-----") else {
      throw AuditFailure(
        "the key '\(key)' could not sign" + (run.lastWords.map { ": \($0)" } ?? ""),
        hint: "a key with a passphrase has to be in ssh-agent: run 'ssh-add \(key)' first")
    }
    return run.output
  }

  /// Runs `ssh-keygen` without a terminal or a window to ask anything.
  static func sshKeygen(_ arguments: [String], input: [UInt8] = [], context: RunContext) throws
    -> ToolRun
  {
    guard let tool = ToolRun.executable(among: ["ssh-keygen"]) else {
      throw AuditFailure(
        "ssh-keygen was not found on this machine", hint: "install the package 'openssh-client'")
    }
    do {
      return try ToolRun.run(
        [tool] + arguments, in: "/", environment: ["SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"],
        input: input,
        seconds: timeLimit, tick: context.checkInterrupted)
    } catch let problem as CommandProblem {
      throw AuditFailure(
        "ssh-keygen \(problem.words)",
        hint: "a key with a passphrase has to be in ssh-agent: run 'ssh-add KEY' first")
    }
  }
}
