import Foundation
import Testing

/// A report's time stamp by an authority of the test's own, checked as a verifier does it.
@Suite struct TimestampTests {
  static let hasOpenSSL = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

  /// A certificate that may stamp, and its answer for `reports/small/provenance.json`.
  private static let authority = """
    set -e
    cat > tsa.cnf <<'END'
    [tsa]
    default_tsa = own
    [own]
    serial = serial
    crypto_device = builtin
    signer_cert = tsa.pem
    signer_key = tsa.key
    signer_digest = sha256
    default_policy = 1.2.3.4.1
    digests = sha256
    [req]
    distinguished_name = name
    x509_extensions = uses
    prompt = no
    [name]
    CN = Test authority
    [uses]
    basicConstraints = critical,CA:TRUE
    extendedKeyUsage = critical,timeStamping
    END
    echo 01 > serial
    for name in other tsa; do
      openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out $name.pem -days 2 -config tsa.cnf
    done
    openssl ts -query -data reports/small/provenance.json -sha256 -cert -out query.tsq
    openssl ts -reply -config tsa.cnf -section own -queryfile query.tsq -out answer.tsr
    """

  @Test(.enabled(if: hasOpenSSL, "openssl is not installed"))
  func aStampNamesItsTimeAndAnotherFileOrAuthorityIsFound() throws {
    let folder = try TemporaryFolder()
    try folder.write(ScoredCohort().table, to: "table.csv")
    try folder.write(ScoredCohort.specification(), to: "small.json")
    #expect(try AuditProgram.run(["run", "small.json", "--quiet"], in: folder.path).exitCode == 0)
    #expect(try Shell.run("(\(Self.authority)) >openssl.txt 2>&1", in: folder.path) == 0)
    func verify(_ authority: String) throws -> ProgramResult {
      try AuditProgram.run(
        [
          "verify", "reports/small", "--sample", "0", "--quiet", "--timestamp", "answer.tsr",
          "--timestamp-authority", authority,
        ], in: folder.path)
    }
    let good = try verify("tsa.pem")
    #expect(good.exitCode == 0, "\(good.transcript)")
    #expect(good.standardOutput.contains("saw this provenance.json at "), "\(good.transcript)")
    let stranger = try verify("other.pem")
    #expect(stranger.exitCode == 1, "\(stranger.transcript)")
    #expect(stranger.standardOutput.contains("is no time stamp of this provenance.json"))

    // A report that was made again has another provenance.json.
    #expect(
      try AuditProgram.run(["report", "small.json", "--quiet"], in: folder.path).exitCode == 0)
    let later = try verify("tsa.pem")
    #expect(later.exitCode == 1, "\(later.transcript)")
    let half = try AuditProgram.run(
      ["verify", "reports/small", "--timestamp", "answer.tsr"], in: folder.path)
    #expect(half.exitCode == 64 && half.standardError.contains("go together"), "\(half.transcript)")
  }
}
