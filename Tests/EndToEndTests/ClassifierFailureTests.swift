import Foundation
import Images
import Testing

/// Classifiers and pictures that fail: one sentence, exit code 2, no report, scores kept.
@Suite struct ClassifierFailureTests {
  let folder: TemporaryFolder
  let cohort: ImageCohort
  let command = "command: ['awk', '-f', 'classify.awk'], timeoutSeconds: 20"

  init() throws {
    folder = try TemporaryFolder()
    cohort = try ImageCohort(in: folder)
  }

  func run() throws -> ProgramResult {
    try AuditProgram.run(["run", "small.json"], in: folder.path)
  }

  func expectRefusal(
    naming expected: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try run()
    #expect(result.exitCode == 2, "\(result.transcript)", sourceLocation: sourceLocation)
    #expect(result.standardOutput.isEmpty, "\(result.transcript)", sourceLocation: sourceLocation)
    let errors = result.standardError.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1, "\(result.transcript)", sourceLocation: sourceLocation)
    for text in expected {
      #expect(
        result.standardError.contains(text), "\(text)\n\(result.transcript)",
        sourceLocation: sourceLocation)
    }
    #expect(!folder.exists("reports/small/report.json"), sourceLocation: sourceLocation)
    #expect(!folder.exists("reports/small/report.html"), sourceLocation: sourceLocation)
  }

  @Test func aCommandThatDiesHalfWayIsNamedAndFinishesOnceMended() throws {
    try folder.write(ImageCohort.specification(classifier: command), to: "small.json")
    try cohort.writeClassifier(
      extra: "if (NR == 30) { print \"out of memory\" > \"/dev/stderr\"; exit 3 }")
    try expectRefusal(naming: ["scripted", "3", "out of memory"])

    try cohort.writeClassifier(extra: "print $0 > \"asked.log\"")
    let result = try run()
    #expect(result.exitCode == 0, "\(result.transcript)")
    let asked = try folder.text("asked.log").split(separator: "\n").count
    #expect(asked < cohort.names.count, "scores already received are kept; \(asked) asked again")
    let scored = try folder.report("small").overall.map { $0.positives + $0.negatives }
    #expect(scored == [cohort.names.count])
  }

  @Test func aCommandThatDoesNotExistIsNamed() throws {
    try folder.write(
      ImageCohort.specification(classifier: "command: ['no-such-program-here']"), to: "small.json")
    try expectRefusal(naming: ["no-such-program-here"])
  }

  /// Drawing comes first and takes longest, so it must not begin for models that cannot be used.
  @Test(arguments: [
    ("onnx: 'absent.onnx', input: { size: [8, 8] }, outputs: { Effusion: 0 }", "absent.onnx"),
    ("command: ['no-such-program-here']", "no-such-program-here"),
    ("command: ['./absent.sh']", "./absent.sh"),
    ("scores: 'absent.csv'", "absent.csv"),
  ])
  func nothingIsDrawnForAModelThatCannotBeUsed(source: String, name: String) throws {
    try folder.write(
      """
      {
        schema: "audit-spec/1", name: "small", classifiers: [{ name: "scripted", \(source) }],
        cohort: {
          generator: { model: "builtin:chexgen-mini", steps: 2 },
          findings: { Effusion: { positive: ["Effusion."], negative: ["No effusion."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 1,
        },
      }
      """, to: "small.json")
    try expectRefusal(naming: [name])
    #expect(!folder.files().contains { $0.hasSuffix(".png") && $0.contains("reports/") })
  }

  @Test func aCommandThatHangsIsEndedAfterItsTime() throws {
    try folder.write(
      ImageCohort.specification(classifier: "command: ['sleep', '600'], timeoutSeconds: 1"),
      to: "small.json")
    try expectRefusal(naming: ["scripted"])
  }

  @Test func anAnswerThatIsNotFiniteIsNamedWithItsImage() throws {
    try folder.write(ImageCohort.specification(classifier: command), to: "small.json")
    try cohort.writeClassifier()
    let program = try folder.text("classify.awk").replacingOccurrences(
      of: "0.\" score", with: "1e999\" \"\"")
    try folder.write(program, to: "classify.awk")
    try expectRefusal(naming: ["scripted", ".png"])
  }

  @Test func aPictureCutInTheMiddleIsNamed() throws {
    try folder.write(ImageCohort.specification(classifier: onnx(size: 128)), to: "small.json")
    let name = cohort.names[17]
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("images/\(name)"))))
    try folder.write(Array(whole.prefix(whole.count / 2)), to: "images/\(name)")
    try expectRefusal(naming: [name])
  }

  @Test func anAbsentPictureIsNamed() throws {
    try folder.write(ImageCohort.specification(classifier: onnx(size: 128)), to: "small.json")
    try FileManager.default.removeItem(atPath: folder.file("images/\(cohort.names[3])"))
    try expectRefusal(naming: [cohort.names[3]])
  }

  @Test func anONNXFileOfAnotherInputShapeIsRefusedWithBothShapes() throws {
    try folder.write(ImageCohort.specification(classifier: onnx(size: 64)), to: "small.json")
    try expectRefusal(naming: ["balanced.onnx", "64", "128"])
  }

  @Test func anONNXFileThatIsNoneIsNamed() throws {
    try folder.write([0x08, 0x07, 0xFF, 0xFF], to: "broken.onnx")
    try folder.write(
      ImageCohort.specification(
        classifier: "onnx: 'broken.onnx', input: { size: [8, 8] }, outputs: { Effusion: 0 }"),
      to: "small.json")
    try expectRefusal(naming: ["broken.onnx"])
  }

  @Test func anOutputThatTheModelDoesNotHaveIsNamed() throws {
    try folder.write(
      ImageCohort.specification(classifier: onnx(size: 128, output: 7)), to: "small.json")
    try expectRefusal(naming: ["balanced.onnx", "7"])
  }

  /// The quickstart's classifier with another input size or output.
  func onnx(size: Int, output: Int = 1) -> String {
    """
    onnx: '\(packageRoot)/audits/quickstart/models/balanced.onnx',
    input: { size: [\(size), \(size)], mean: [0.5], std: [0.25] }, outputs: { Effusion: \(output) }
    """
  }
}
