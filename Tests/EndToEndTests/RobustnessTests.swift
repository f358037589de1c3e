import Foundation
import Testing

/// What a shell, a terminal or an impatient user does to a run: a sentence where one can be written,
/// exit code 2, the same results where results are possible, and nobody left behind.
@Suite(.serialized) struct RobustnessTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writeCohort(extra: String = "") throws {
    let cohort = try ImageCohort(in: folder, count: 40)
    try cohort.writeClassifier(extra: extra)
    try folder.write(
      ImageCohort.specification(
        classifier: "command: ['awk', '-f', 'classify.awk'], timeoutSeconds: 60"), to: "small.json")
  }

  /// Runs `audit` in a shell, where `$audit` is the program.
  private func shell(_ command: String) throws -> Int32 {
    try Shell.run("audit='\(try AuditProgram.path())'; \(command)", in: folder.path)
  }

  private func scores() throws -> String {
    try folder.text("reports/small/tables/scores-real.csv")
  }

  @Test(arguments: ["2>&-", "2>/dev/full", "2>&- >out.txt", ">out.txt 2>&1 <&-"])
  func resultsDoNotDependOnWhetherProgressCanBeShown(streams: String) throws {
    try writeCohort(extra: "system(\"sleep 0.05\")")
    #expect(try shell("\"$audit\" run small.json --reports whole >plain.txt 2>&1") == 0)
    #expect(try shell("\"$audit\" run small.json \(streams)") == 0)
    let whole = try folder.text("whole/small/tables/scores-real.csv")
    #expect(try scores() == whole && folder.exists("reports/small/report.html"))
  }

  @Test(arguments: [">/dev/full", ">&-"])
  func aResultThatCannotBePrintedIsSaidAndIsNotLost(stream: String) throws {
    try writeCohort()
    #expect(try shell("\"$audit\" run small.json \(stream) 2>err.txt") == 2)
    #expect(try folder.text("err.txt").contains("could not be written to standard output"))
    #expect(folder.exists("reports/small/report.html"))
  }

  @Test(arguments: [
    ("ulimit -n 8", "ulimit -n"), ("ulimit -v 400000", "ulimit -v"),
    ("ulimit -d 100000", "ulimit -d"), ("ulimit -s 256", "ulimit -s"),
  ])
  func limitsThatAreTooSmallAreRefusedInASentence(limit: String, remedy: String) throws {
    try writeCohort()
    #expect(
      try shell("export audit; bash -c '\(limit); \"$audit\" run small.json 2>err.txt >out.txt'")
        == 2)
    let errors = try folder.text("err.txt")
    #expect(errors.hasPrefix("error: ") && errors.contains(remedy), "\(errors)")
  }

  @Test func aFileSizeLimitEndsInASentenceAndTheSameCommandContinues() throws {
    try writeCohort()
    // Eight blocks of 512 bytes: too little for the store.
    let code = try shell("ulimit -f 8; \"$audit\" run small.json 2>err.txt >out.txt")
    let errors = try folder.text("err.txt")
    #expect(code == 2 && errors.contains("error: "), "\(errors)")
    #expect(try shell("\"$audit\" run small.json >out.txt 2>err.txt") == 0)
  }

  /// What Swift and C++ do where memory is refused in the middle of a computation.
  @Test func anAbortIsASentenceAndTheSameCommandContinues() throws {
    try writeCohort(extra: "system(\"sleep 0.1\")")
    let code = try shell(
      """
      "$audit" run small.json 2>err.txt >out.txt &
      run=$!
      i=0
      until [ -e reports/small/audit.sqlite ]; do sleep 0.1; i=$((i+1)); [ $i -lt 300 ] || exit 9; done
      sleep 0.5
      kill -ABRT $run
      wait $run
      """)
    let errors = try folder.text("err.txt")
    #expect(code == 2 && errors.contains("error: aborted"), "\(errors)")
    #expect(try shell("\"$audit\" run small.json >out.txt 2>err.txt") == 0)
  }

  /// Under `nohup` hang-ups are ignored by everything that it starts, these tests included.
  private static let heardSignals: [String] = {
    var action = sigaction()
    sigaction(SIGHUP, nil, &action)
    let isIgnored = action.__sigaction_handler.sa_handler.map {
      unsafeBitCast($0, to: Int.self) == 1
    }
    return ["TERM", "INT", "XCPU"] + (isIgnored == true ? [] : ["HUP"])
  }()

  @Test(arguments: heardSignals)
  func aSignalIsHeardWhileACommandIsSilentAndDeaf(signal: String) throws {
    _ = try ImageCohort(in: folder, count: 40)
    try folder.write(
      "trap '' TERM INT HUP\nsleep 4242 &\necho started >started.txt\nwait\nsleep 4242\n",
      to: "deaf.sh")
    try folder.write(
      ImageCohort.specification(classifier: "command: ['sh', 'deaf.sh'], timeoutSeconds: 600"),
      to: "small.json")
    let code = try shell(
      """
      "$audit" run small.json 2>err.txt >out.txt &
      run=$!
      i=0
      until grep -qs started started.txt && [ $i -gt 10 ]; do sleep 0.1; i=$((i+1)); [ $i -lt 300 ] || exit 9; done
      sleep 0.5
      kill -\(signal) $run
      (sleep 20; kill -9 $run 2>/dev/null) &
      wait $run
      """)
    #expect(code == 130)
    #expect(try folder.text("err.txt").contains("interrupted"))
    #expect(try shell("sleep 0.3; ! pgrep -f '[s]leep 4242'") == 0, "a child was left behind")
  }

  @Test func childrenEndWithAProgramThatIsKilled() throws {
    _ = try ImageCohort(in: folder, count: 40)
    try folder.write(
      "trap '' TERM INT HUP\nsleep 4343 &\nsleep 4343\n", to: "deaf.sh")
    try folder.write(
      ImageCohort.specification(classifier: "command: ['sh', 'deaf.sh'], timeoutSeconds: 600"),
      to: "small.json")
    let run = try AuditProgram.start(["run", "small.json"], in: folder.path)
    _ = run.wait(upTo: 2) { false }
    #expect(try shell("pgrep -f '[s]leep 4343'") == 0, "the command did not start")
    // What the preflight starts writes its log there, and root could replace it by a file.
    #expect(try shell("test -c /dev/null") == 0)
    run.kill()
    _ = try run.wait(seconds: 10)
    #expect(try shell("sleep 0.5; ! pgrep -f '[s]leep 4343'") == 0, "a child was left behind")
  }
}

extension RobustnessTests {
  /// A signing program that waits for an agent for ever ends with `audit`, however that is ended.
  @Test(arguments: ["KILL", "TERM"])
  func aSigningProgramEndsWithTheProgramThatStartedIt(signal: String) throws {
    try writeCohort()
    try folder.write("key\n", to: "key")
    // Deaf, and with a child of its own.
    try folder.write(
      """
      #!/bin/sh
      trap '' TERM INT HUP
      sleep 4444 &
      echo $$ >"\(folder.path)/started.txt"
      sleep 4444
      """, to: "bin/ssh-keygen")
    let code = try shell(
      """
      chmod +x bin/ssh-keygen
      PATH="$PWD/bin:$PATH" "$audit" run small.json --sign key 2>err.txt >out.txt &
      run=$!
      i=0
      until [ -s started.txt ]; do sleep 0.1; i=$((i+1)); [ $i -lt 600 ] || exit 9; done
      sleep 0.5
      kill -\(signal) $run
      wait $run
      code=$?
      sleep 0.5
      pgrep -f '[s]leep 4444' >/dev/null || exit $code
      kill -9 -$(cat started.txt)  # these tests would wait for it
      exit 8
      """)
    let errors = try folder.text("err.txt")
    #expect(code != 8, "a child was left behind")
    #expect(code == (signal == "KILL" ? 137 : 130), "\(errors)")
  }
}

/// A model that answers differently each time is said to be one.
@Suite struct RepeatabilityTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func cautions(seed: String) throws -> [String] {
    let cohort = try ImageCohort(in: folder, count: 40)
    try cohort.writeClassifier(extra: seed)
    let program = try folder.text("classify.awk").replacingOccurrences(
      of: "0.\" score", with: "0.\" score int(10 * noise)")
    try folder.write(program, to: "classify.awk")
    try folder.write(
      ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']"),
      to: "small.json")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    return try folder.report("small").cautions
  }

  @Test func aRandomModelIsNamedInTheReport() throws {
    let random = "if (NR == 1) { \"date +%s%N\" | getline t; srand(t % 2147483647) } noise = rand()"
    #expect(try cautions(seed: random).contains { $0.contains("'scripted' answered differently") })
    let verified = try AuditProgram.run(
      ["verify", "reports/small", "--spec", "small.json", "--allow-commands"], in: folder.path)
    #expect(verified.standardOutput.contains("answered differently"), "\(verified.transcript)")
  }

  @Test func aModelThatAnswersAlikeIsNot() throws {
    #expect(try !cautions(seed: "noise = 0.5").contains { $0.contains("answered differently") })
  }

  /// A mean of the picture to which RandomUniformLike adds its number.
  private static let randomNetwork =
    "CAg6jgEKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoZCgFtEgFyIhFSYW5kb21V"
    + "bmlmb3JtTGlrZQoOCgFtCgFyEgF5IgNBZGQSAWdaHAoBeBIXChUIARIRCgMSAW4KAggBCgIIBAoCCARiFAoBeRIP"
    + "Cg0IARIJCgMSAW4KAggBQgQKABAR"

  @Test func aRandomNetworkIsNamedInTheReport() throws {
    _ = try ImageCohort(in: folder, count: 40)
    let bytes = try #require(Data(base64Encoded: Self.randomNetwork))
    try folder.write([UInt8](bytes), to: "random.onnx")
    try folder.write(
      ImageCohort.specification(
        classifier: "onnx: 'random.onnx', outputs: { Effusion: 0 }, activation: 'sigmoid', "
          + "input: { size: [4, 4], channels: 'gray', range: [0, 1], mean: [0.4], std: [0.05] }"),
      to: "small.json")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    #expect(
      try folder.report("small").cautions.contains {
        $0.contains("'scripted' answered differently")
      })
    let verified = try AuditProgram.run(
      ["verify", "reports/small", "--spec", "small.json"], in: folder.path)
    #expect(verified.standardOutput.contains("answered differently"), "\(verified.transcript)")
  }
}
