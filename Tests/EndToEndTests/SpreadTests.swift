import Basics
import Foundation
import Testing

/// Cohorts drawn in shares by processes of this machine: the scripts are those of a cluster.
@Suite struct SpreadTests {
  /// A cohort with a rebalancing set, small enough to be drawn several times.
  private func write(in folder: TemporaryFolder, _ place: String) throws {
    try folder.write(
      """
      { schema: "audit-spec/1", name: "spread",
        classifiers: [{ name: "shell", command: ["/bin/sh", "classify.sh"] }],
        cohort: {
          generator: { model: "builtin:chexgen-mini", sampler: "ddim", steps: 2 },
          findings: { Effusion: {
            positive: ["PA view. Pleural effusion."], negative: ["PA view. No effusion."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 3, seed: 5,
        },
        analysis: { replicates: 100, minimumCell: { positives: 2, negatives: 2, clusters: 2 } },
        rebalance: { trainingTable: "train.csv", strategy: "parity", budget: 3, attempts: 2,
          formats: ["imagefolder"],
          columns: { sex: "sex", age: "age", race: "race", labels: { Effusion: "Effusion" } } },
      }
      """, to: place + "spread.json")
    try folder.write(
      """
      while read -r line; do
        id=$(printf '%s' "$line" | sed 's/.*"id" *: *"\\([^"]*\\)".*/\\1/; s/\\\\\\//\\//g')
        sum=$(printf '%s' "$id" | cksum | cut -d' ' -f1)
        printf '{"id": "%s", "scores": {"Effusion": 0.%03d}}\\n' "$id" "$((sum % 1000))"
      done
      """, to: place + "classify.sh")
    try folder.write(
      "sex,age,race,Effusion,count\nF,40,White,1,5\nM,40,White,1,9\nF,40,Black,0,10\nM,40,White,0,8\n",
      to: place + "train.csv")
  }

  /// Everything that must not depend on where it was drawn, by name.
  private func products(_ folder: TemporaryFolder, _ report: String) throws -> [String: String] {
    var found: [String: String] = [:]
    for file in folder.files() where file.hasPrefix(report) {
      let name = String(file.dropFirst(report.count))
      guard ["cohort/", "tables/", "rebalancing/", "gallery/"].contains(where: name.hasPrefix),
        name != "tables/stages.csv"
      else { continue }
      found[name] = try SHA256.hex(ofFile: folder.file(file))
    }
    return found
  }

  @Test func sharesOfProcessesGiveTheFilesOfOneRunAndNothingIsExecutedThatANameSays() throws {
    let folder = try TemporaryFolder()
    try write(in: folder, "plain/")
    let whole = try AuditProgram.run(["run", "spread.json"], in: folder.file("plain"))
    #expect(whole.exitCode == 0, "\(whole.transcript)")

    let place = "it's $(touch pwned) \"%a\"/"
    try write(in: folder, place)
    let spread = try AuditProgram.run(
      ["run", "spread.json", "--on", "local", "--shards", "3"], in: folder.file(place))
    #expect(spread.exitCode == 0, "\(spread.transcript)")
    #expect(spread.standardOutput.contains("report: "))
    let expected = try products(folder, "plain/reports/spread/")
    #expect(expected.keys.contains { $0.hasPrefix("rebalancing/") } && expected.count > 20)
    #expect(try products(folder, place + "reports/spread/") == expected)
    #expect(!folder.files().contains { $0.hasSuffix("pwned") })
    // Shares are gone, scripts and logs stay, and verification finds nothing wrong with them.
    #expect(!folder.files().contains { $0.contains("/jobs/cohort-of-") || $0.contains("/set-of-") })
    #expect(folder.exists(place + "reports/spread/jobs/set.sh"))
    let verified = try AuditProgram.run(
      ["verify", "reports/spread", "--sample", "1"], in: folder.file(place))
    #expect(verified.exitCode == 0, "\(verified.transcript)")

    let status = try AuditProgram.run(["status", "reports/spread"], in: folder.file(place))
    #expect(status.exitCode == 0 && status.standardOutput.contains("finished"))
    #expect(status.standardOutput.contains("share 3 of the cohort"), "\(status.transcript)")
    let cancelled = try AuditProgram.run(["cancel", "reports/spread"], in: folder.file(place))
    #expect(cancelled.standardOutput.contains("no process draws"), "\(cancelled.transcript)")
    // Once more: nothing is left to draw.
    let again = try AuditProgram.run(
      ["run", "spread.json", "--on", "local", "--shards", "3"], in: folder.file(place))
    #expect(again.exitCode == 0, "\(again.transcript)")
    #expect(try products(folder, place + "reports/spread/") == expected)
  }

  /// The processes that draw a share of this folder.
  private func drawing(_ folder: TemporaryFolder, share: String) -> [pid_t] {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { name in
      guard let pid = pid_t(name),
        let bytes = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
      else { return nil }
      let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.contains("generate") && words.contains(share)
        && words.contains { $0.hasPrefix(folder.path) } ? pid : nil
    } ?? []
  }

  @Test func aShareThatIsKilledIsDrawnAgainAndOneThatFailsForGoodIsNamed() throws {
    let folder = try TemporaryFolder()
    try write(in: folder, "")
    let run = try AuditProgram.start(
      ["run", "spread.json", "--on", "local", "--shards", "2", "--retries", "1"], in: folder.path)
    var killed = false
    _ = run.wait(upTo: 60) {
      for pid in drawing(folder, share: "2/2") where !killed { killed = kill(pid, SIGKILL) == 0 }
      return killed
    }
    let result = try run.wait(seconds: 120)
    #expect(killed && result.exitCode == 0, "\(result.transcript)")
    #expect(result.standardError.contains("share 2 of the cohort: attempt 2 of 2"))

    // A share whose store cannot be opened fails in every attempt.
    try FileManager.default.removeItem(atPath: folder.file("reports"))
    let place = "reports/spread/jobs/cohort-of-2/2/spread/audit.sqlite"
    try folder.write("in the way", to: place + "/file")
    let failed = try AuditProgram.run(
      ["run", "spread.json", "--on", "local", "--shards", "2", "--retries", "1"], in: folder.path)
    #expect(failed.exitCode == 2, "\(failed.transcript)")
    #expect(
      failed.standardError.contains("1 of 2 shares of the cohort are not drawn after 2 attempts"))
    #expect(failed.standardError.contains("share 2 ended with code 2: "))
    #expect(failed.standardError.contains("error: "))
    let status = try AuditProgram.run(["status", "reports/spread"], in: folder.path)
    #expect(status.standardOutput.contains("failed"), "\(status.transcript)")
    #expect(status.standardOutput.contains("| error: "))
    // Mended, the same command goes on, and share 1 is not drawn again.
    try FileManager.default.removeItem(atPath: folder.file(place))
    let mended = try AuditProgram.run(
      ["run", "spread.json", "--on", "local", "--shards", "2"], in: folder.path)
    #expect(mended.exitCode == 0, "\(mended.transcript)")
  }

  @Test func cancellingEndsTheSharesAndTheSameCommandContinues() throws {
    let folder = try TemporaryFolder()
    try write(in: folder, "")
    let words = ["run", "spread.json", "--on", "local", "--shards", "2"]
    let run = try AuditProgram.start(words, in: folder.path)
    #expect(run.wait(upTo: 60) { !drawing(folder, share: "1/2").isEmpty })
    let second = try AuditProgram.run(words, in: folder.path)
    #expect(second.exitCode == 2, "\(second.transcript)")
    let cancelled = try AuditProgram.run(["cancel", "reports/spread"], in: folder.path)
    #expect(cancelled.standardOutput.contains("stopped: process"), "\(cancelled.transcript)")
    let result = try run.wait(seconds: 60)
    #expect(result.exitCode == 130, "\(result.transcript)")
    #expect(drawing(folder, share: "1/2").isEmpty)
    let continued = try AuditProgram.run(words, in: folder.path)
    #expect(continued.exitCode == 0, "\(continued.transcript)")
    // Another number of shares is another division, but nothing is left to divide.
    let other = try AuditProgram.run(
      ["run", "spread.json", "--on", "local", "--shards", "3"], in: folder.path)
    #expect(other.exitCode == 0, "\(other.transcript)")
  }

  @Test func aDryRunShowsEverythingAndWritesNothing() throws {
    let folder = try TemporaryFolder()
    try write(in: folder, "")
    let before = folder.files()
    let shown = try AuditProgram.run(
      [
        "run", "spread.json", "--on", "slurm", "--shards", "3", "--partition", "gpu", "--gres",
        "gpu:1", "--dry-run", "--", "--time=01:00:00", "--comment=a b",
      ], in: folder.path)
    #expect(shown.exitCode == 0, "\(shown.transcript)")
    for text in [
      "cohort.sh", "gather-set.sh", "--array=1-3", "--dependency=afterany:ARRAY",
      "--partition=gpu --gres=gpu:1 --time=01:00:00 '--comment=a b'",
    ] {
      #expect(shown.standardOutput.contains(text), "\(text)")
    }
    #expect(folder.files() == before)
  }

  @Test(arguments: [
    (["--shards", "3"], "'--shards' needs '--on local' or '--on slurm'"),
    (["--on", "local", "--gres", "gpu:1"], "'--gres' is an option of '--on slurm'"),
    (["--on", "slurm", "--", "--array=1"], "'--array=1' is set by the job scripts"),
    (["--on", "cloud"], "must be one of local, slurm"),
    (["extra"], "unexpected argument 'extra'"),
    (["--on", "local", "--images-from", "x"], "exclude each other"),
  ])
  func optionsThatDoNotFitAreRefused(words: [String], sentence: String) throws {
    let folder = try TemporaryFolder()
    try write(in: folder, "")
    let result = try AuditProgram.run(["run", "spread.json"] + words, in: folder.path)
    #expect(
      result.exitCode == 64 && result.standardError.contains(sentence), "\(result.transcript)")
  }

  @Test func withoutSlurmASentenceSaysSo() throws {
    let folder = try TemporaryFolder()
    try write(in: folder, "")
    let result = try AuditProgram.run(
      ["run", "spread.json", "--on", "slurm"], in: folder.path,
      environment: ["PATH": folder.path])
    #expect(result.exitCode == 2, "\(result.transcript)")
    #expect(
      result.standardError.contains("there is no 'sbatch'")
        || result.standardError.contains("there is no program"), "\(result.transcript)")
    let none = try AuditProgram.run(["status", "reports/spread"], in: folder.path)
    #expect(none.exitCode == 2, "\(none.transcript)")
  }
}
