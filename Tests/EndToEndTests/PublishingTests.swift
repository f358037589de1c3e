import Foundation
import Testing

/// Printing, signing and verifying a report as a user does it.
@Suite struct PublishingTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let cohort = ScoredCohort()
    try folder.write(cohort.table, to: "table.csv")
    try folder.write(ScoredCohort.specification(), to: "small.json")
  }

  private func audit(_ arguments: String..., environment: [String: String] = [:]) throws
    -> ProgramResult
  {
    try AuditProgram.run(arguments + ["--quiet"], in: folder.path, environment: environment)
  }

  private func verification(_ arguments: String...) throws -> ProgramResult {
    try AuditProgram.run(
      ["verify", "reports/small", "--sample", "0", "--quiet"] + arguments, in: folder.path)
  }

  // MARK: PDF

  /// A script that stands for a browser; it finds `--print-to-pdf=FILE` among its arguments.
  private func browser(_ body: String) throws -> String {
    let script = """
      #!/bin/sh
      for word in "$@"; do
        case "$word" in --print-to-pdf=*) out="${word#--print-to-pdf=}" ;; esac
      done
      \(body)
      """
    let path = try folder.write(script, to: "browser.sh")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  @Test func aWholePDFIsKeptAndNamed() throws {
    let path = try browser("printf '%%PDF-1.4 …\\n%%%%EOF\\n' > \"$out\"")
    let result = try audit("run", "small.json", "--pdf", environment: ["AUDIT_CHROMIUM": path])
    #expect(result.exitCode == 0, "\(result.transcript)")
    #expect(result.standardOutput.contains("reports/small/report.pdf"))
    #expect(folder.exists("reports/small/report.pdf"))
    // A print of a former report must not stand beside a new one.
    let again = try audit("report", "small.json")
    #expect(again.exitCode == 0, "\(again.transcript)")
    #expect(!folder.exists("reports/small/report.pdf"))
  }

  @Test(arguments: [
    ("echo 'no display' >&2; exit 3", "ended with exit code 3; it last said: no display"),
    ("printf '%%PDF-1.4 half' > \"$out\"", "ended with exit code 0"),
    ("kill -SEGV $$", "was ended by signal 11"),
  ])
  func aBrowserThatFailsLeavesTheReportAndOneSentence(body: String, expected: String) throws {
    let path = try browser(body)
    let result = try audit("run", "small.json", "--pdf", environment: ["AUDIT_CHROMIUM": path])
    #expect(result.exitCode == 2, "\(result.transcript)")
    #expect(
      result.standardError.contains("report.pdf was not written")
        && result.standardError.contains(expected), "\(result.transcript)")
    #expect(result.standardOutput.contains("report.html"))
    #expect(folder.exists("reports/small/report.html"))
    #expect(!folder.exists("reports/small/report.pdf"))
  }

  @Test func withoutABrowserASentenceSaysWhatToInstall() throws {
    let result = try audit("run", "small.json", "--pdf", environment: ["PATH": folder.path])
    #expect(result.exitCode == 2, "\(result.transcript)")
    #expect(result.standardError.contains("no Chromium was found"), "\(result.transcript)")
    #expect(result.standardError.contains("hint: install"), "\(result.transcript)")
    #expect(folder.exists("reports/small/report.html"))
  }

  // MARK: Signature

  private func keygen(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ssh-keygen")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func makeKey(_ name: String, passphrase: String = "") throws {
    try keygen(["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", folder.file(name)])
  }

  /// A list of who may sign: `identity` with the key `name`.
  private func allow(_ identity: String, key name: String) throws {
    let key = try String(contentsOfFile: folder.file(name + ".pub"), encoding: .utf8)
    try folder.write("\(identity) \(key)", to: "allowed")
  }

  static let hasKeygen = FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-keygen")

  @Test(.enabled(if: hasKeygen, "ssh-keygen is not installed"))
  func aSignedReportNamesItsSignerAndATamperedOneIsFound() throws {
    try makeKey("key")
    try makeKey("other")
    let result = try audit("run", "small.json", "--sign", "key")
    #expect(result.exitCode == 0, "\(result.transcript)")
    let page = try String(contentsOfFile: folder.file("reports/small/report.html"), encoding: .utf8)
    #expect(page.contains("provenance.json.sig") && page.contains("SHA256:"))
    #expect(page.contains("not verified here"))

    let unnamed = try verification()
    #expect(unnamed.exitCode == 0, "\(unnamed.transcript)")
    #expect(unnamed.standardOutput.contains("whose key that is was not checked"))

    try allow("auditor@example.org", key: "key")
    let good = try verification("--allowed-signers", "allowed")
    #expect(good.exitCode == 0, "\(good.transcript)")
    #expect(good.standardOutput.contains("signed by auditor@example.org"), "\(good.transcript)")

    try allow("auditor@example.org", key: "other")
    let stranger = try verification("--allowed-signers", "allowed")
    #expect(stranger.exitCode == 1, "\(stranger.transcript)")
    #expect(stranger.standardOutput.contains("by nobody on the list"), "\(stranger.transcript)")

    // Whoever changes a file and its hash in provenance.json breaks the signature.
    try allow("auditor@example.org", key: "key")
    let file = "reports/small/provenance.json"
    let text = try String(contentsOfFile: folder.file(file), encoding: .utf8)
    try folder.write(text.replacingOccurrences(of: "\"seeds\"", with: "\"seeds\" "), to: file)
    let tampered = try verification("--allowed-signers", "allowed")
    #expect(tampered.exitCode == 1, "\(tampered.transcript)")
    #expect(tampered.standardOutput.contains("does not fit provenance.json"))
    #expect(try verification().exitCode == 1)

    try FileManager.default.removeItem(atPath: folder.file(file + ".sig"))
    let missing = try verification()
    #expect(missing.exitCode == 1, "\(missing.transcript)")
    #expect(missing.standardOutput.contains("provenance.json.sig is missing"))
  }

  @Test(.enabled(if: hasKeygen, "ssh-keygen is not installed"))
  func anUnsignedReportSaysSoAndFailsWhereASignerIsDemanded() throws {
    #expect(try audit("run", "small.json").exitCode == 0)
    let page = try String(contentsOfFile: folder.file("reports/small/report.html"), encoding: .utf8)
    #expect(page.contains("carries no electronic signature"))
    let plain = try verification()
    #expect(plain.exitCode == 0, "\(plain.transcript)")
    #expect(plain.standardOutput.contains("the report is not signed"))
    try makeKey("key")
    try allow("auditor@example.org", key: "key")
    #expect(try verification("--allowed-signers", "allowed").exitCode == 1)
  }

  @Test func aKeyThatCannotSignIsRefusedBeforeAnythingIsDone() throws {
    try folder.write("not a key", to: "nonsense")
    for (key, expected) in [("absent", "no such file"), ("nonsense", "is not a key")] {
      let result = try audit("run", "small.json", "--sign", key)
      #expect(result.exitCode == 2, "\(result.transcript)")
      #expect(
        result.standardError.contains(expected)
          || result.standardError.contains("ssh-keygen was not found"), "\(result.transcript)")
      #expect(!folder.exists("reports"), "\(folder.files())")
    }
  }

  /// ssh-keygen would wait for a pipe's writer, and read a device without an end.
  @Test(
    .enabled(if: hasKeygen, "ssh-keygen is not installed"),
    arguments: SpecialFileTests.Kind.allCases)
  func keysAndListsThatAreNoFilesAreRefusedAtOnce(kind: SpecialFileTests.Kind) throws {
    try kind.put(at: folder.file("special"))
    let signing = try AuditProgram.run(
      ["run", "small.json", "--sign", "special"], in: folder.path, seconds: 30)
    #expect(!signing.timedOut && signing.exitCode == 2, "\(signing.transcript)")
    #expect(signing.standardError.contains("special"), "\(signing.transcript)")
    try makeKey("key")
    #expect(try audit("run", "small.json", "--sign", "key").exitCode == 0)
    let verified = try AuditProgram.run(
      ["verify", "reports/small", "--allowed-signers", "special"], in: folder.path, seconds: 30)
    #expect(!verified.timedOut && verified.exitCode == 2, "\(verified.transcript)")
    #expect(verified.standardError.contains("special"), "\(verified.transcript)")
  }

  @Test(.enabled(if: hasKeygen, "ssh-keygen is not installed"))
  func aKeyWithAPassphraseIsRefusedAtOnceInsteadOfAskingForIt() throws {
    try makeKey("locked", passphrase: "not empty")
    let result = try audit("run", "small.json", "--sign", "locked")
    #expect(result.exitCode == 2 && !result.timedOut, "\(result.transcript)")
    #expect(result.standardError.contains("ssh-add"), "\(result.transcript)")
    #expect(!folder.exists("reports"), "\(folder.files())")
  }

  @Test(.enabled(if: hasKeygen, "ssh-keygen is not installed"))
  func aSignatureForAnotherPurposeAndOneOfAFormerReportDoNotCount() throws {
    try makeKey("key")
    try allow("auditor@example.org", key: "key")
    #expect(try audit("run", "small.json", "--sign", "key").exitCode == 0)
    let signature = "reports/small/provenance.json.sig"
    try FileManager.default.removeItem(atPath: folder.file(signature))
    // The same key and file, but a signature that was made as one of a Git commit is.
    try keygen([
      "-Y", "sign", "-q", "-n", "git", "-f", folder.file("key"),
      folder.file("reports/small/provenance.json"),
    ])
    try #require(folder.exists(signature))
    let foreign = try verification("--allowed-signers", "allowed")
    #expect(foreign.exitCode == 1, "\(foreign.transcript)")
    #expect(foreign.standardOutput.contains("does not fit"), "\(foreign.transcript)")
    // A report that is written again without a signature has none.
    #expect(try audit("report", "small.json").exitCode == 0)
    #expect(!folder.exists(signature))
    let unsigned = try verification()
    #expect(unsigned.exitCode == 0, "\(unsigned.transcript)")
  }

  // MARK: Provenance

  @Test func anEditedProvenanceIsNamed() throws {
    #expect(try audit("run", "small.json").exitCode == 0)
    let file = folder.file("reports/small/provenance.json")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try folder.write(
      text.replacing(#/"toolVersion" : "[^"]*"/#, with: "\"toolVersion\" : \"another\""),
      to: "reports/small/provenance.json")
    let edited = try verification()
    #expect(edited.exitCode == 1, "\(edited.transcript)")
    #expect(
      edited.standardOutput.contains("toolVersion") && edited.standardOutput.contains("another"),
      "\(edited.transcript)")
  }

  @Test func aFileThatIsNotTheVouchedOneIsNamed() throws {
    #expect(try audit("run", "small.json").exitCode == 0)
    #expect(try verification().exitCode == 0)
    let file = folder.file("reports/small/junit.xml")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try Data((text + " ").utf8).write(to: URL(fileURLWithPath: file))
    let changed = try verification()
    #expect(changed.exitCode == 1)
    #expect(
      changed.standardOutput.contains("junit.xml has another hash than provenance.json names"),
      "\(changed.transcript)")
  }
}
