import Basics
import ChildProcesses
import Foundation
import Testing

@testable import Workbench

/// What job scripts say, and that a shell reads it as it was meant.
@Suite struct JobScriptTests {
  private func bash(_ text: String, _ words: [String] = []) throws -> ToolRun {
    try ToolRun.run(["/bin/bash", "-c", text, "bash"] + words, in: "/", seconds: 20)
  }

  @Test(arguments: [
    "plain", "", "two words", "it's", "$(touch /tmp/never)", "`id`", "a\"b", "a\\b", "*", "~", "#x",
    "semi;colon", "line\nbreak", "-n", "é", "$HOME", "!!",
  ])
  func aShellReadsEveryWordBackUnchanged(word: String) throws {
    let run = try bash("printf '<%s>' \(shellWord(word))")
    #expect(run.output.trimmingCharacters(in: .newlines) == "<\(word)>")
  }

  private func script(_ folder: String, program: String = "/bin/echo") -> JobScript {
    JobScript(
      program: program, specification: folder + "/it's $(touch pwned).json",
      reports: folder + "/re ports",
      folder: JobFolder(report: folder + "/re ports/name", audit: "name"),
      options: SpreadOptions(
        place: .slurm, shards: 3, sbatch: ["--comment=$(touch pwned) it's"],
        publishing: ["--sign", "/key's"]))
  }

  @Test func scriptsRunTheProgramWithEveryWordWhole() throws {
    let place = try PrivateFolder(purpose: "job-script")
    let folder = JobFolder(report: place.path + "/re ports/name", audit: "name")
    try folder.createFolders()
    let drawing = script(place.path).drawing(.cohort)
    let drawn = try bash(drawing, ["2"])
    #expect(drawn.status == .exited(0))
    #expect(
      drawn.output
        == "generate \(place.path)/it's $(touch pwned).json --shard 2/3 --copy-of "
        + "\(place.path)/re ports/name --reports \(place.path)/re ports/name/jobs/cohort-of-3/2 "
        + "--batch 8\n")
    #expect(try folder.exitCode(of: .draw(.cohort, 2)) == 0)

    let gathered = try bash(script(place.path).gathering(.set, attempt: 2), ["17"])
    #expect(
      gathered.output
        == "gather \(place.path)/it's $(touch pwned).json --reports \(place.path)/re ports "
        + "--phase set --on slurm --shards 3 --retries 2 --batch 8 --attempt 2 --sign /key's "
        + "--array 17 -- --comment=$(touch pwned) it's\n")
    #expect(!FileManager.default.fileExists(atPath: place.path + "/pwned"))
  }

  @Test func theShareOfAnArrayIsTheNumberOfItsTaskAndNothingElse() throws {
    let place = try PrivateFolder(purpose: "job-script")
    try JobFolder(report: place.path + "/re ports/name", audit: "name").createFolders()
    let drawing = script(place.path).drawing(.cohort)
    #expect(
      try bash("export SLURM_ARRAY_TASK_ID=3 SLURM_CPUS_ON_NODE=1\n" + drawing).output
        .contains("--shard 3/3"))
    #expect(try bash("SLURM_CPUS_ON_NODE=1\n" + drawing, ["1"]).output.contains("--one-core"))
    #expect(try !bash(drawing, ["1"]).output.contains("--one-core"))
    for word in ["", "../1", "1;id", "x"] {
      #expect(try bash(drawing, [word]).status == .exited(64), "'\(word)'")
    }
  }

  @Test func anExitCodeIsKeptAlsoOfAProgramThatWasKilled() throws {
    let place = try PrivateFolder(purpose: "job-script")
    let folder = JobFolder(report: place.path + "/re ports/name", audit: "name")
    try folder.createFolders()
    let program = place.path + "/dies"
    try writeAtomically("#!/bin/sh\necho last words >&2\nkill -9 $$\n", to: program)
    chmod(program, 0o755)
    #expect(
      try bash(script(place.path, program: program).drawing(.set), ["1"]).status == .exited(137))
    #expect(try folder.exitCode(of: .draw(.set, 1)) == 137)
    // A new start forgets the former end.
    #expect(try bash(script(place.path).drawing(.set), ["1"]).status == .exited(0))
    #expect(try folder.exitCode(of: .draw(.set, 1)) == 0)
  }

  @Test func optionsThatTheScriptsSetAreNotTakenFromTheUser() {
    for words in [
      ["--array=1-9"], ["--arr", "1"], ["-a1"], ["-d", "x"], ["--wrap=ls"], ["--outp=x"],
    ] {
      #expect(SpreadOptions.reservedWord(in: words) == words[0])
    }
    for words in [["--time=1:00"], ["-A", "me"], ["-p", "gpu"], ["--account=a"], ["--mem=4G"]] {
      #expect(SpreadOptions.reservedWord(in: words) == nil)
    }
  }

  @Test func rangesAndListsOfSharesAreShort() {
    #expect(SlurmSubmission.ranges([5, 1, 2, 3]) == "1-3,5")
    #expect(SlurmSubmission.ranges([7]) == "7")
    #expect(SpreadAudit.list([2]) == "share 2")
    #expect(SpreadAudit.list([2, 3, 9]) == "shares 2, 3 and 9")
    #expect(SpreadAudit.list(Array(1...20)).hasSuffix("10 and 10 more"))
  }

  @Test func whatSlurmPrintsIsReadWithoutTrust() {
    let tasks = Slurm.tasks(
      "5|1|RUNNING|None|node7|/a b/cohort.sh\n5|2|PENDING|Resources||/a b/cohort.sh\n"
        + "6|N/A|PENDING|Dependency||/x|y.sh\nnonsense\n")
    #expect(tasks.count == 3)
    #expect(tasks[0].share == 1 && tasks[0].isActive && tasks[0].reason.isEmpty)
    #expect(tasks[1].reason == "Resources" && tasks[2].share == nil)
    #expect(tasks[2].command == "/x|y.sh")
    let ended = Slurm.accounted("5_1|CANCELLED by 1000|None\n5_2|OUT_OF_MEMORY|n1\n")
    #expect(ended.map(\.state) == ["CANCELLED", "OUT_OF_MEMORY"] && ended.map(\.share) == [1, 2])
    #expect(ended.allSatisfy { !$0.isActive })
    for text in ["", "0", "5;x", "-1", "5 6", "12345678901234567890"] {
      #expect(!Slurm.isJob(text))
    }
  }

  /// The job that gathers submitted the next ones and ended while Slurm was asked about the former.
  @Test func aRecordThatGrewWhileSlurmWasAskedIsAskedAboutAgain() throws {
    func submission(_ job: String) -> JobRecord.Submission {
      JobRecord.Submission(
        job: job, kind: .gather, phase: .cohort, shares: [], attempt: 1, submitted: "now")
    }
    var record = JobRecord(place: .slurm, shards: 2, specification: "00", host: "here")
    record.submissions = [submission("17")]
    let found = try JobStatusUseCase.settled({ record }) { asked in
      if record.submissions.count == 1 { record.submissions.append(submission("18")) }
      return Dictionary(
        uniqueKeysWithValues: asked.map {
          (
            $0.job,
            [
              Slurm.Task(
                job: $0.job, share: nil, state: $0.job == "17" ? "COMPLETED" : "PENDING",
                reason: "", nodes: "", command: "")
            ]
          )
        })
    }
    #expect(found.record.submissions.map(\.job) == ["17", "18"])
    #expect(found.known["18"]?.first?.isActive == true)
  }

  @Test func aRecordThatWasEditedIsRefused() throws {
    let place = try PrivateFolder(purpose: "job-record")
    let folder = JobFolder(report: place.path, audit: "name")
    try folder.createFolders()
    #expect(try JobRecord.read(in: folder) == nil)
    var record = JobRecord(place: .slurm, shards: 2, specification: "00", host: "here")
    record.submissions = [
      JobRecord.Submission(
        job: "17", kind: .draw, phase: .cohort, shares: [1, 2], attempt: 1, submitted: "now")
    ]
    try record.write(in: folder)
    #expect(try JobRecord.read(in: folder) == record)
    for change in [(\JobRecord.shards, 0), (\JobRecord.shards, 1)] {
      var wrong = record
      wrong[keyPath: change.0] = change.1
      try wrong.write(in: folder)
      #expect(throws: AuditFailure.self) { try JobRecord.read(in: folder) }
    }
    record.submissions[0].job = "17 --user=root"
    try record.write(in: folder)
    #expect(throws: AuditFailure.self) { try JobRecord.read(in: folder) }
  }

  @Test func oneClaimAtATimeAndItsHolderIsTheKernelsWord() throws {
    let place = try PrivateFolder(purpose: "job-claim")
    let folder = JobFolder(report: place.path, audit: "name")
    try folder.createFolders()
    #expect(try JobClaim.holder(of: folder) == nil)
    // Another process: a record lock does not hold against its own.
    let path = place.path + "/jobs/.claim"
    try writeAtomically("", to: path)
    let log = place.path + "/log"
    let other = try ChildProcess(
      arguments: [
        "python3", "-c",
        "import fcntl,sys,time\nf=open(sys.argv[1],'r+')\nfcntl.lockf(f,fcntl.LOCK_EX)\n"
          + "print('held',flush=True)\ntime.sleep(60)", path,
      ], directory: "/", environment: [:], logFile: log)
    struct Held: Error {}
    #expect(throws: Held.self) {
      _ = try other.converse(timeout: 20, nextInput: { [] }, output: { _ in throw Held() })
    }
    #expect(try JobClaim.holder(of: folder) != nil)
    #expect(throws: AuditFailure.self) { _ = try JobClaim(folder: folder) }
    other.kill()
    #expect(try JobClaim.holder(of: folder) == nil)
    _ = try JobClaim(folder: folder)
  }
}
