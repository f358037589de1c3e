import AuditModel
import Basics
import Classifiers
import Foundation
import Images
import Testing

@Suite(.serialized) struct CommandClassifierTests {
  private struct Run {
    var scores: [String: Double?] = [:]
    var failure: AuditFailure?
    var seconds = 0.0
  }

  /// Runs a shell script on `count` images `id 0`, `id 1`, …
  private func run(
    _ script: String, count: Int = 5, timeout: Double = 20, findings: [String] = ["A"],
    content: [UInt8]? = nil
  ) throws -> Run {
    try withTemporaryFolder { folder in
      let path = folder + "/image.png"
      try writePNG(
        RasterImage(width: 6, height: 4, channels: 1, bytes: .init(repeating: 9, count: 24)),
        to: path)
      if let content { try Data(content).write(to: URL(fileURLWithPath: path)) }
      try Data(script.utf8).write(to: URL(fileURLWithPath: folder + "/classify.sh"))
      var command = CommandSpecification(arguments: ["sh", "classify.sh"])
      command.timeoutSeconds = timeout
      let classifier = CommandClassifier(
        name: "vendor", specification: command, directory: folder, findings: findings,
        logFile: folder + "/vendor.log")
      var run = Run()
      let start = Date()
      do {
        try classifier.score((0..<count).map { ImageCase(id: "id \($0)", path: path) }) { part in
          for score in part {
            #expect(run.scores[score.id] == nil)
            run.scores[score.id] = score.scores["A"] ?? nil
          }
        }
      } catch let failure as AuditFailure {
        run.failure = failure
      }
      run.seconds = Date().timeIntervalSince(start)
      return run
    }
  }

  /// A shell line that answers the request in `$line` with score `$1`.
  private let answer = """
    answer() { id=$(printf '%s' "$line" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/'); printf '{"id": "%s", "scores": {"A": %s, "extra": 1}}\\n' "$id" "$1"; }

    """

  @Test func answersInAnyOrderAreMatchedById() throws {
    // tac reads everything before it answers: writing and reading must not wait for each other.
    let found = try run(answer + "n=0; tac | while read -r line; do answer 0.$n; n=$((n+1)); done")
    #expect(found.failure == nil)
    #expect(found.scores == ["id 4": 0.0, "id 3": 0.1, "id 2": 0.2, "id 1": 0.3, "id 0": 0.4])
  }

  /// The command may read kinds that this program does not.
  @Test func aFileOfAnyKindIsHandedOverWithoutASize() throws {
    let found = try run(
      """
      read -r line
      case "$line" in
        '{"id":"id 0","image":"/'*'/image.png"}') ;;
        *) echo "got $line" >&2; exit 9;;
      esac
      printf '{"id": "id 0", "scores": {"A": 0.5}}\\n'
      """, count: 1, content: Array("II*\0, a TIFF".utf8))
    #expect(found.failure == nil)
    #expect(found.scores == ["id 0": 0.5])
  }

  @Test func requestsHoldIdPathAndSize() throws {
    let found = try run(
      """
      read -r line
      case "$line" in
        '{"height":4,"id":"id 0","image":"/'*'/image.png","width":6}') ;;
        *) echo "got $line" >&2; exit 9;;
      esac
      test -f classify.sh || exit 8
      test "$AUDIT_BATCH" = 32 || exit 7
      printf '{"id": "id 0", "scores": {"A": null}}\\n'
      """, count: 1)
    #expect(found.failure == nil, "\(found.failure?.description ?? "")")
    #expect(found.scores == ["id 0": Double?.none])
  }

  @Test func manyImagesAndAFloodOnStderrDoNotBlock() throws {
    // 20,000 requests are several megabytes, far more than a pipe holds; no answer before the end.
    let python = """
      import json, sys
      ids = [json.loads(line)["id"] for line in sys.stdin]
      for i in ids:
          print("x" * 100, file=sys.stderr)
          print(json.dumps({"id": i, "scores": {"A": 0.25}}))
      """
    let found = try run("exec python3 -c '\(python)'", count: 20_000, timeout: 60)
    #expect(found.failure == nil, "\(found.failure?.description ?? "")")
    #expect(found.scores.count == 20_000)
  }

  @Test func aCommandThatDiesHalfWayKeepsWhatItAnswered() throws {
    let found = try run(
      answer + "for i in 1 2; do read -r line; answer 0.5; done; echo 'out of memory' >&2; exit 3")
    #expect(found.scores.count == 2)
    #expect(
      found.failure?.message
        == "classifier 'vendor' ended with exit code 3, after 2 of 5 answers (first without one: 'id 2')"
    )
    #expect(found.failure?.hint?.hasPrefix("its log ends: out of memory") == true)
    let killed = try run("kill -9 $$")
    #expect(killed.failure?.message.contains("was ended by signal 9, after 0 of 5") == true)
  }

  @Test func aFailingExitIsReportedEvenAfterAllAnswers() throws {
    let found = try run(answer + "while read -r line; do answer 0.5; done; exit 1")
    #expect(found.scores.count == 5)
    #expect(
      found.failure?.message == "classifier 'vendor' ended with exit code 1, after 5 of 5 answers")
  }

  @Test func aQuietEndWithoutAllAnswersIsReported() throws {
    let found = try run(answer + "read -r line; answer 0.5; exit 0")
    #expect(
      found.failure?.message.contains("ended without an answer for 'id 1', after 1 of 5") == true)
    #expect(found.failure?.hint?.contains("it wrote nothing to stderr") == true)
  }

  @Test func aHangIsStoppedWithItsChildren() throws {
    let marker = "31.\(UInt32.random(in: 1_000_000...9_999_999))"
    let found = try run(
      answer + "read -r line; answer 0.5; sleep \(marker) & sleep \(marker); echo late", timeout: 1)
    #expect(found.scores.count == 1)
    #expect(
      found.failure?.message.contains("gave no answer for 1 seconds and was stopped, after 1 of 5")
        == true)
    #expect(found.seconds < 15)
    func left() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
        guard Int(name) != nil,
          let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
        else { return false }
        return String(decoding: line, as: UTF8.self).contains(marker)
          && String(decoding: line, as: UTF8.self).hasPrefix("sleep")
      }
    }
    // A killed process is gone once the system gets to it, which a busy machine delays.
    for _ in 0..<100 where try !left().isEmpty { usleep(50_000) }
    #expect(try left().isEmpty)
  }

  @Test func wrongAnswersAreReportedWithTheId() throws {
    let twice = try run(answer + "read -r line; answer 0.5; answer 0.6; cat")
    #expect(
      twice.failure?.message
        == "classifier 'vendor' answered twice for 'id 0', after 1 of 5 answers")
    #expect(twice.scores == ["id 0": 0.5])
    let unknown = try run(#"echo '{"id": "other", "scores": {"A": 1}}'; cat >/dev/null"#)
    #expect(
      unknown.failure?.message.contains("answered for 'other', which it was not asked about")
        == true)
    let missing = try run(#"echo '{"id": "id 0", "scores": {"a": 1}}'; cat >/dev/null"#)
    #expect(
      missing.failure?.message.contains("without a score for 'A' but with one for 'a'") == true)
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity", "1e999"])
  func scoresThatAreNotFiniteAreReported(score: String) throws {
    let found = try run(answer + "read -r line; answer \(score); cat >/dev/null")
    #expect(found.scores.isEmpty)
    let message = found.failure?.message ?? ""
    #expect(message.contains("not finite") || message.contains("is not {"), "\(message)")
    #expect(message.contains("id 0"))
  }

  @Test(arguments: [
    "Loading model…", "{}", "[1, 2]", #"{"id": 3, "scores": {}}"#,
    #"{"id": "id 0", "scores": {"A": "0.5"}}"#, #"{"id": "id 0", "scores": {"A": true}}"#,
    #"{"id": "id 0", "#,
  ])
  func linesThatAreNoAnswersAreQuoted(line: String) throws {
    let found = try run("printf '%s\\n' '\(line)'; cat >/dev/null")
    #expect(
      found.failure?.message.contains(
        "with a line that is not {\"id\": …, \"scores\": {…}}: \(line)") == true)
  }

  @Test(arguments: [
    #"{"id": "id 0", "scores": {"A": 0.1, "A": 0.9}}"#,
    #"{"id": "id 0", "scores": {"A": 0.1}, "scores": {"A": 0.9}}"#,
    #"{"id": "id 1", "id": "id 0", "scores": {"A": 0.1}}"#,
  ])
  func anAnswerInWhichAKeyStandsTwiceIsRefused(line: String) throws {
    let found = try run("printf '%s\\n' '\(line)'; cat >/dev/null")
    #expect(found.scores.isEmpty && found.failure?.message.contains("stands twice") == true)
  }

  @Test func aWaitForASilentCommandCanBeInterrupted() throws {
    try withTemporaryFolder { folder in
      try writePNG(RasterImage(width: 1, height: 1, channels: 1, bytes: [0]), to: folder + "/i.png")
      let start = Date()
      let classifier = CommandClassifier(
        name: "vendor", specification: CommandSpecification(arguments: ["sleep", "60"]),
        directory: folder, findings: ["A"]
      ) {
        if Date().timeIntervalSince(start) > 0.5 {
          throw AuditFailure("interrupted", kind: .interrupted)
        }
      }
      let failure = #expect(throws: AuditFailure.self) {
        try classifier.score([ImageCase(id: "a", path: folder + "/i.png")]) { _ in }
      }
      #expect(failure?.kind == .interrupted && Date().timeIntervalSince(start) < 10)
    }
  }

  @Test func aLineWithoutEndDoesNotFillMemory() throws {
    let found = try run("exec cat /dev/zero", timeout: 20)
    #expect(found.failure?.message.contains("a line of more than 1 MB") == true)
  }

  @Test func aCommandThatClosesItsInputDoesNotEndThisProgram() throws {
    let found = try run("exec 0<&-; sleep 0.3; exit 4", count: 20_000)
    #expect(found.failure?.message.contains("exit code 4") == true)
  }

  @Test func commandsThatCannotStartAreNamed() throws {
    let classifier = CommandClassifier(
      name: "vendor", specification: CommandSpecification(arguments: ["no-such-program-here"]),
      directory: "/", findings: ["A"])
    let failure = #expect(throws: AuditFailure.self) {
      try classifier.score([ImageCase(id: "a", path: "/a.png")]) { _ in }
    }
    #expect(
      failure?.message.contains("the command 'no-such-program-here' or the folder / was not found")
        == true)
  }

  @Test func aFailureOfTheReceiverStopsTheCommand() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      try writePNG(RasterImage(width: 1, height: 1, channels: 1, bytes: [0]), to: folder + "/i.png")
      let command = CommandSpecification(
        arguments: ["sh", "-c", #"echo '{"id": "a", "scores": {"A": 1}}'; sleep 60"#])
      let classifier = CommandClassifier(
        name: "vendor", specification: command, directory: folder, findings: ["A"])
      let start = Date()
      #expect(throws: Stop.self) {
        try classifier.score([ImageCase(id: "a", path: folder + "/i.png")]) { _ in throw Stop() }
      }
      #expect(Date().timeIntervalSince(start) < 20)
    }
  }
}
