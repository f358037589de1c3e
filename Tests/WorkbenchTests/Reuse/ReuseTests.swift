import AuditModel
import Basics
import Foundation
import Synchronization
import Testing
import Workbench

/// No result outlives what made it: whatever is changed between two runs of one folder, the second
/// run ends as in a fresh folder, byte for byte, or refuses.
@Suite struct ReuseTests {
  /// Keys that cannot be changed within one folder, and why.
  static let apart: [String: String] = [
    "$schema": "for editors; nothing reads it",
    "schema": "another schema is refused by every run",
    "name": "another name is another folder",
    "training": "a run reads nothing of it",
    "synthesize": "a run reads nothing of it, and a set has a folder of its own",
    "measure": "a run reads nothing of it; images that were measured are known by their hashes",
  ]

  /// The list comes from the reader itself, so a key that is added to it fails here until somebody
  /// says what happens to kept results when it changes.
  @Test func everyKeyOfTheSpecHasACase() throws {
    var known = try knownSpecificationKeys(
      in: """
        { "schema": "audit-spec/1", "name": "t", "classifiers": [{ "name": "o", "onnx": "m.onnx",
          "format": {}, "input": { "size": [8, 8] },
          "outputs": { "Effusion": { "output": "a", "index": 0 } } }],
          "cohort": { "generator": { "strength": { "trunk": { "sex": 2 },
            "guidance": { "attribute": 2 } } } },
          "real": { "table": "t.csv", "images": { "folder": "i" }, "fold": { "rule": "any" }, "format": {},
            "join": [{ "table": "j.csv", "on": "p", "columns": "c", "format": {} }],
            "columns": { "patient": { "column": "p" },
              "labels": { "Effusion": { "column": "y" } } } } }
        """)
    for scene in ReuseScene.allCases {
      known.formUnion(try knownSpecificationKeys(in: scene.specification))
    }
    let shared = known.map { key in
      // Panels and predictors are classifiers; their members are the same.
      ["referencePanel[]", "attributePredictors[]"].reduce(key) {
        $0.replacingOccurrences(of: $1, with: "classifiers[]")
      }
    }
    let covered = Set(SpecificationChange.all.map(\.key)).union(Self.apart.keys)
      .union(OnnxKeyTests.keys)
    let missing = Set(shared).subtracting(covered).sorted()
    #expect(missing.isEmpty, "no case says what happens when these keys change: \(missing)")
  }

  @Test(arguments: SpecificationChange.tables)
  func aChangedKeyOfTablesGivesWhatAFreshFolderGives(change: SpecificationChange) throws {
    try compare(change)
  }

  @Test(arguments: SpecificationChange.images)
  func aChangedKeyOfImagesGivesWhatAFreshFolderGives(change: SpecificationChange) throws {
    try compare(change)
  }

  @Test(arguments: SpecificationChange.cohort)
  func aChangedKeyOfACohortGivesWhatAFreshFolderGives(change: SpecificationChange) throws {
    try compare(change)
  }

  /// Changes that no run takes, and why they are tried all the same.
  static let refused: [String: String] = [
    "real": "the scene has no other cases", "cohort": "the scene has no other cases",
    "real.columns": "a table without named columns says nothing",
    "cohort.design": "a replica has no attributes of its own",
  ]

  /// A change that the reader refuses would be refused by both runs and show nothing.
  @Test(arguments: SpecificationChange.all) func aChangeIsASpec(change: SpecificationChange) throws
  {
    let text = try change.applied(to: Array(change.scene.specification.utf8))
    let failure = Result { try loadSpecification(from: String(decoding: text, as: UTF8.self)) }
    let isTaken = (try? failure.get()) != nil
    #expect(isTaken == (Self.refused[change.key] == nil), "\(failure)")
  }

  private func compare(_ change: SpecificationChange) throws {
    try compare(change.scene) { folder in
      let path = folder + "/" + ReuseScene.specificationName
      try writeAtomically(try change.applied(to: try readBytes(of: path)), to: path)
    }
  }

  /// Every file that a scene's spec names, replaced in place by another of the same name.
  @Test(arguments: [
    (ReuseScene.tables, "meta.csv"), (.tables, "scores.csv"), (.tables, "panel.csv"),
    (.images, "meta.csv"), (.images, "mean.sh"), (.images, "weights"), (.images, "bare.sh"),
    (.images, "images/i7.png"), (.cohort, "mean.sh"), (.cohort, "weights"), (.cohort, "sex.sh"),
    (.cohort, "dit.bin"), (.cohort, "t5.bin"), (.cohort, "vae.bin"), (.cohort, "control.bin"),
    (.cohort, "train.csv"), (.cohort, "impressions.csv"), (.cohort, "training/a.png"),
  ])
  func aReplacedFileGivesWhatAFreshFolderGives(scene: ReuseScene, file: String) throws {
    try compare(scene) { folder in
      let path = folder + "/" + file
      if file.hasSuffix(".png") {
        // Another picture of this scene.
        let other = file.hasPrefix("images") ? "copies/i7.png" : "training2/a.png"
        return try writeAtomically(try readBytes(of: folder + "/" + other), to: path)
      }
      var text = String(decoding: try readBytes(of: path), as: UTF8.self)
      if file.hasSuffix(".csv") {
        var lines = text.split(separator: "\n").map(String.init)
        lines.swapAt(1, lines.count - 1)
        lines.removeLast()
        text = lines.joined(separator: "\n") + "\n"
      } else {
        text += file.hasSuffix(".sh") ? "\n# mended\n" : " changed"
      }
      try writeAtomically(text, to: path)
    }
  }

  @Test func aCommandMendedAfterACrashScoresEverythingAnew() throws {
    try compare(
      .images,
      before: { folder in
        // The first version dies in the middle, and answers otherwise.
        let path = folder + "/mean.sh"
        let text = String(decoding: try readBytes(of: path), as: UTF8.self)
        try writeAtomically(
          text.replacingOccurrences(
            of: "while read -r line; do",
            with: "n=0\nwhile read -r line; do\nn=$((n+1)); [ $n -gt 11 ] && exit 3"), to: path)
      },
      change: { folder in
        try writeAtomically(
          try readBytes(of: folder + "/original.sh"), to: folder + "/mean.sh")
      })
  }

  @Test func anUnchangedFolderIsTheSameAfterASecondRun() throws {
    for scene in ReuseScene.allCases { try compare(scene) { _ in } }
  }

  /// Runs a scene, changes it, runs it again in the same folder and once in a fresh one.
  ///
  /// - Parameter before: Changes the scene before its first run, which may then fail.
  private func compare(
    _ scene: ReuseScene, before: ((String) throws -> Void)? = nil,
    change: (String) throws -> Void
  ) throws {
    let root = NSTemporaryDirectory() + "reuse-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: root) }
    let (used, fresh) = (root + "/used", root + "/fresh")
    for folder in [used, fresh] {
      try scene.write(to: folder)
      if let script = try? readBytes(of: folder + "/mean.sh") {
        try writeAtomically(script, to: folder + "/original.sh")
      }
    }
    if let before {
      try before(used)
      #expect(throws: AuditFailure.self) { try scene.run(in: used) }
    } else {
      try scene.run(in: used)
    }
    try change(used)
    try change(fresh)
    let expected = Result { try scene.run(in: fresh) }
    do { try scene.run(in: used) } catch let failure as AuditFailure {
      if case .failure(let other) = expected {
        // Both refuse, for the same reason.
        let words = failure.message.replacingOccurrences(of: used, with: fresh)
        #expect(words == (other as? AuditFailure)?.message, "\(other)")
      } else {
        // A refusal names what to do, and never half of two audits stays.
        #expect(failure.hint != nil || failure.message.contains(".json:"), "\(failure)")
      }
      return
    }
    guard case .success = expected else {
      Issue.record("a fresh folder refuses what a used one accepts: \(expected)")
      return
    }
    let left = try ReuseScene.products(of: used)
    let right = try ReuseScene.products(of: fresh)
    let names = Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
    #expect(names.isEmpty, "other than in a fresh folder: \(names)")
    if names.contains("report.json"), let used = left["report.json"],
      let fresh = right["report.json"]
    {
      let lines = zip(used.split(separator: "\n"), fresh.split(separator: "\n"))
        .filter { $0 != $1 }.prefix(4)
      Issue.record("report.json: \(lines.map { "\($0) | \($1)" })")
    }
  }
}
