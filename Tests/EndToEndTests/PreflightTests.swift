import Foundation
import Testing

/// `audit plan` and `audit run` name everything that is missing, at once and before any work.
@Suite struct PreflightTests {
  let folder: TemporaryFolder
  let cohort: ImageCohort

  init() throws {
    folder = try TemporaryFolder()
    cohort = try ImageCohort(in: folder)
  }

  /// Both commands refuse, with one error that holds all of `words`, and leave no report.
  private func expectRefusal(
    naming words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for command in ["plan", "run"] {
      let result = try AuditProgram.run([command, "small.json"], in: folder.path)
      #expect(result.exitCode == 2, "\(result.transcript)", sourceLocation: sourceLocation)
      #expect(result.standardOutput.isEmpty, sourceLocation: sourceLocation)
      for word in words {
        #expect(
          result.standardError.contains(word), "\(command): \(word)\n\(result.transcript)",
          sourceLocation: sourceLocation)
      }
      #expect(!folder.exists("reports/small/report.json"), sourceLocation: sourceLocation)
    }
  }

  private func write(_ specification: String) throws {
    try folder.write(specification, to: "small.json")
  }

  @Test func everyBrokenImageIsListedAtOnce() throws {
    try cohort.writeClassifier()
    try write(ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']"))
    let names = cohort.names
    let manager = FileManager.default
    for name in [names[3], names[20], names[41], names[60]] {
      try manager.removeItem(atPath: folder.file("images/\(name)"))
    }
    try folder.write("no picture", to: "images/\(names[20])")
    try folder.write([], to: "images/\(names[41])")
    // Opening a pipe without a writer waits for ever, unless it is not opened so.
    #expect(mkfifo(folder.file("images/\(names[60])"), 0o600) == 0)
    // A program reads what it can read: for it a file must only be there.
    try expectRefusal(naming: [names[3], names[60], "2 things"])
    let decoded = try AuditProgram.run(["plan", "small.json", "--decode"], in: folder.path)
    #expect(decoded.exitCode == 2)
    for word in [names[3], names[20], names[41], names[60], "4 things"] {
      #expect(decoded.standardError.contains(word), "\(word)\n\(decoded.transcript)")
    }
  }

  @Test func aWrongFolderIsOneFaultAndNotEighty() throws {
    try cohort.writeClassifier()
    try write(
      ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']")
        .replacingOccurrences(of: "images: \"images\"", with: "images: \"pictures\""))
    try expectRefusal(naming: ["pictures' does not exist"])
  }

  @Test func decodingFindsWhatTheHeadersHide() throws {
    try cohort.writeClassifier()
    try write(ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']"))
    let path = "images/\(cohort.names[9])"
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file(path))))
    try folder.write(Array(whole.prefix(whole.count - 40)), to: path)
    for command in ["plan", "run"] {
      let result = try AuditProgram.run([command, "small.json", "--decode"], in: folder.path)
      #expect(result.exitCode == 2 && result.standardError.contains(cohort.names[9]))
    }
  }

  @Test func missingColumnsAreNamedTogetherWithTheNearest() throws {
    try cohort.writeClassifier()
    try write(
      ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']")
        .replacingOccurrences(of: "patient: \"patient\"", with: "patient: \"patients\"")
        .replacingOccurrences(of: "\"y_Effusion\"", with: "\"z\""))
    try expectRefusal(naming: [
      "no column 'patients', which real.columns.patient names", "did you mean 'patient'?",
      "no column 'z', which real.columns.labels.Effusion names",
    ])
  }

  @Test func aGroupThatNoRowHasIsRefusedWithWhatTheColumnHolds() throws {
    try cohort.writeClassifier()
    try write(
      ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']")
        .replacingOccurrences(of: "sex: [\"F\", \"M\"]", with: "sex: [\"0\", \"1\"]"))
    try expectRefusal(naming: ["no row has the value '0'", "no row has the value '1'", "'F', 'M'"])
  }

  @Test func everyNameThatNoRowHasIsRefusedAtOnce() throws {
    try folder.write(
      "image,patient,sex,scanner,kind,found\n"
        + (0..<80).map { row in
          "i\(row),\(row),\(row % 2 == 0 ? "F" : "M"),\(row % 3 == 0 ? "Siemens" : "Philips"),"
            + "\(row % 5 == 0 ? "portable" : "fixed"),\(row % 4 == 0 ? "present" : "absent")"
        }.joined(separator: "\n"), to: "table.csv")
    try folder.write("image,Effusion\n", to: "scores.csv")
    try write(
      """
      {
        schema: "audit-spec/1", name: "small",
        classifiers: [{ name: "published", scores: "scores.csv" }],
        real: {
          table: "table.csv",
          columns: {
            image: "image", patient: "patient", sex: "sex",
            attributes: { scanner: "scanner", kind: "kind" },
            labels: { Effusion: {
              column: "found", values: { "presnet": "positive", "*": "negative" } } },
          },
        },
        analysis: {
          groups: {
            scanner: ["Siemes", "Philips"],
            kind: { fixed: ["fixed"], moved: ["portable*", "portabel"] },
          },
        },
      }
      """)
    try expectRefusal(naming: [
      "no row has the value 'Siemes' that analysis.groups.scanner lists", "'Siemens'",
      "no row has 'presnet' in the column 'found'", "did you mean 'present'?", "3 things",
      "scores.csv has no row",
    ])
  }

  @Test func aGatheredValueAndAReferenceThatNoRowHasAreRefused() throws {
    try cohort.writeClassifier()
    func write(_ analysis: String) throws {
      try self.write(
        ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']")
          .replacingOccurrences(
            of: "patient: \"patient\", sex",
            with: "attributes: { kind: \"kind\" }, patient: \"patient\", sex"
          )
          .replacingOccurrences(of: "groups: { sex: [\"F\", \"M\"] }", with: analysis))
    }
    let table = try String(contentsOfFile: folder.file("table.csv"), encoding: .utf8)
    let lines = table.split(separator: "\n").enumerated().map { index, line in
      line + (index == 0 ? ",kind" : [",fixed", ",portable", ",portable 2"][index % 3])
    }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "table.csv")
    try write("groups: { kind: { a: [\"fixed\"], b: [\"portable\", \"portable 22\"] } }")
    try expectRefusal(naming: [
      "no row has the value 'portable 22' that analysis.groups.kind.b gathers",
      "did you mean 'portable 2'?",
    ])
    // A pattern that nothing fits, by the part that stars leave.
    for (pattern, meant) in [("protable*", "portable"), ("*able 22", "portable 2")] {
      try write("groups: { kind: { a: [\"fixed\"], b: [\"\(pattern)\", \"fix*\"] } }")
      try expectRefusal(naming: [
        "no row has the value '\(pattern)' that analysis.groups.kind.b gathers",
        "did you mean '\(meant)'?",
      ])
    }
    // What is like nothing in the table is told and not refused: rules are shared between tables.
    try write("groups: { kind: { a: [\"fixed\"], b: [\"portable*\", \"bucky*\"] } }")
    let told =
      "No row of the real table has the value 'bucky*' that analysis.groups.kind.b gathers."
    let plan = try AuditProgram.run(["plan", "small.json"], in: folder.path)
    #expect(plan.exitCode == 0 && plan.standardOutput.contains(told), "\(plan.transcript)")
    let run = try AuditProgram.run(["run", "small.json"], in: folder.path)
    let page = try String(contentsOfFile: folder.file("reports/small/report.json"), encoding: .utf8)
    #expect(run.exitCode == 0 && page.contains(told), "\(run.transcript)")
    try FileManager.default.removeItem(atPath: folder.file("reports"))
    try write("reference: { kind: \"fixt\" }")
    try expectRefusal(naming: [
      "no row has the group 'fixt' that analysis.reference.kind names", "'portable 2'",
    ])
  }

  @Test func aCopiedImageIsToldInConsoleAndReport() throws {
    try cohort.writeClassifier()
    try write(ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']"))
    let clean = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(clean.exitCode == 0 && !clean.standardError.contains("byte for byte"))
    let images = cohort.names.prefix(2).map { folder.file("images/\($0)") }
    try Data(contentsOf: URL(fileURLWithPath: images[0]))
      .write(to: URL(fileURLWithPath: images[1]))
    let run = try AuditProgram.run(["run", "small.json"], in: folder.path)
    let told = "2 of 80 real images hold byte for byte what an image of another patient holds"
    let page = try String(contentsOfFile: folder.file("reports/small/report.json"), encoding: .utf8)
    #expect(run.standardError.contains(told) && page.contains(told), "\(run.transcript)")
  }

  @Test func aPlanTellsWhatTheTableLacksInTheWordsOfTheRun() throws {
    try cohort.writeClassifier()
    try write(
      ImageCohort.specification(classifier: "command: ['awk', '-f', 'classify.awk']")
        .replacingOccurrences(
          of: "\"y_Effusion\"",
          with: "{ column: \"y_Effusion\", values: { \"1\": \"positive\", \"0\": \"negative\", "
            + "\"-1\": \"leave out\" } }"))
    let told =
      "No row of the real table has '-1' in the column 'y_Effusion', which real.columns.labels names."
    let plan = try AuditProgram.run(["plan", "small.json"], in: folder.path)
    #expect(plan.exitCode == 0 && plan.standardOutput.contains(told), "\(plan.transcript)")
    let run = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(run.standardError.contains(told), "\(run.transcript)")
  }

  @Test func programsThatWouldNotStartSayWhatToDo() throws {
    try folder.write("#!/bin/sh\ncat\n", to: "plain.sh")
    try folder.write("#!/bin/sh\r\ncat\r\n", to: "windows.sh")
    try folder.write("#!/opt/no/such/python3\n", to: "elsewhere.py")
    for name in ["windows.sh", "elsewhere.py"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.file(name))
    }
    for (program, words) in [
      ("./plain.sh", ["not executable", "chmod +x"]),
      ("./windows.sh", ["Windows line ends", "sed -i"]),
      ("./elsewhere.py", ["/opt/no/such/python3", "first line"]),
      ("plain.sh", ["folders of PATH", "write './plain.sh'"]),
    ] {
      try write(ImageCohort.specification(classifier: "command: ['\(program)']"))
      try expectRefusal(naming: words)
    }
  }

  @Test func aMissingTrainingColumnIsNamedBeforeAnythingIsDrawn() throws {
    try folder.write("sex,age\nMale,30\n", to: "training.csv")
    try write(
      """
      {
        schema: "audit-spec/1", name: "small",
        classifiers: [{ name: "scripted", command: ["cat"] }],
        cohort: {
          generator: { model: "builtin:chexgen-mini", steps: 2 },
          findings: { Effusion: { positive: ["Effusion."], negative: ["No effusion."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 1,
        },
        rebalance: { trainingTable: "training.csv", strategy: "parity", budget: 2 },
      }
      """)
    try expectRefusal(naming: ["training.csv", "Effusion"])
    #expect(!folder.files().contains { $0.hasSuffix(".png") && $0.contains("reports/") })
  }
}
