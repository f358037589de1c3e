import AuditModel
import Basics
import Foundation
import Synchronization
import Testing
import Workbench

/// No result outlives what made it: whatever is changed between two runs of one folder, the second
/// run ends as in a fresh folder, byte for byte, or refuses.
@Suite struct ReuseTests {
  /// One change of a scene's spec: the JSON at a path, with what must go or come with it.
  struct Change: Sendable, CustomTestStringConvertible {
    let scene: ReuseScene
    /// As the reader names keys: `classifiers[].batch`, `cohort.findings.Effusion.positive`.
    let key: String
    /// JSON; nil removes the key.
    let value: String?
    /// More paths and values that the spec needs to stay valid.
    var also: [(String, String?)] = []

    init(_ scene: ReuseScene, _ key: String, _ value: String?, also: [(String, String?)] = []) {
      (self.scene, self.key, self.value, self.also) = (scene, key, value, also)
    }

    /// The spec with this change.
    func applied(to spec: [UInt8]) throws -> [UInt8] {
      var spec = try JSONSerialization.jsonObject(with: Data(spec))
      for (key, value) in [(key, value)] + also {
        let json = try value.map {
          try JSONSerialization.jsonObject(with: Data($0.utf8), options: [.fragmentsAllowed])
        }
        let keys = key.replacingOccurrences(of: "[]", with: ".0").split(separator: ".")
        spec = Self.setting(spec, keys.map(String.init)[...], to: json)
      }
      return Array(try JSONSerialization.data(withJSONObject: spec, options: [.sortedKeys]))
    }

    private static func setting(_ value: Any, _ keys: ArraySlice<String>, to new: Any?) -> Any {
      guard let first = keys.first else { return new ?? NSNull() }
      if var list = value as? [Any], let index = Int(first), index < list.count {
        list[index] = setting(list[index], keys.dropFirst(), to: new)
        return list
      }
      var object = value as? [String: Any] ?? [:]
      if keys.count == 1 {
        object[first] = new
      } else {
        object[first] = setting(object[first] ?? [String: Any](), keys.dropFirst(), to: new)
      }
      return object
    }

    var testDescription: String { "\(scene.rawValue) \(key) = \((value ?? "removed").prefix(40))" }
  }

  /// Keys that cannot be changed within one folder, and why.
  static let apart: [String: String] = [
    "schema": "another schema is refused by every run",
    "name": "another name is another folder",
  ]

  static let changes: [Change] = tables + images + cohort

  static let tables: [Change] = [
    Change(
      .tables, "classifiers",
      "[{ \"name\": \"file\", \"scores\": \"scores.csv\" }, { \"name\": \"column\" }, { \"name\": \"more\" }]",
      also: [
        (
          "real.columns.scores.more",
          "{ \"Effusion\": \"p2\", \"Mass\": \"p2\", \"Edema\": \"p2\" }"
        )
      ]),
    Change(
      .tables, "classifiers[].name", "\"renamed\"",
      also: [
        ("real.columns.scores.file", nil),
        (
          "real.columns.scores.renamed",
          "{ \"Effusion\": \"a\", \"Mass\": \"a\", \"Edema\": \"a\" }"
        ),
        ("policy.limits", nil), ("analysis.thresholds.Edema", nil),
      ]),
    Change(
      .tables, "classifiers[].scores", "\"panel.csv\"",
      also: [("real.columns.scores.file", nil)]),
    Change(.tables, "classifiers[].key", "\"c\""),
    Change(.tables, "classifiers[].format", "{ \"separator\": \",\" }"),
    Change(.tables, "classifiers[].format.separator", "\";\""),
    Change(.tables, "classifiers[].format.decimal", "\",\""),
    Change(.tables, "classifiers[].format.encoding", "\"utf-16\""),
    Change(.tables, "real.format", "{ \"separator\": \",\" }"),
    Change(.tables, "real.format.separator", "\";\""),
    Change(.tables, "real.format.decimal", "\".\""),
    Change(.tables, "real.format.encoding", "\"utf-8\""),
    Change(.tables, "real.fold", "\"any\""),
    Change(.tables, "real.fold.rule", "\"majority\""),
    Change(.tables, "real.fold.reader", "\"person\"", also: [("real.fold.rule", "\"majority\"")]),
    Change(.tables, "real.columns.patient.column", "\"person\""),
    Change(
      .tables, "real.columns.patient.ids", "\"text\"",
      also: [("real.columns.patient.column", "\"patient\"")]),
    Change(
      .tables, "real.columns.patient.component", "1",
      also: [("real.columns.patient.column", "\"patient\"")]),
    Change(.tables, "real.columns.labels.Effusion.column", "\"z1\""),
    Change(
      .tables, "real.columns.labels.Effusion.values",
      "{ \"0\": \"positive\", \"1\": \"negative\" }",
      also: [("real.columns.labels.Effusion.column", "\"y1\"")]),
    Change(.tables, "real.columns.labels.Effusion.absenceOf", "[\"Mass\"]"),
    Change(.tables, "referencePanel", nil),
    Change(.tables, "real", nil, also: []),
    Change(.tables, "real.table", "\"other.csv\""),
    Change(.tables, "real.howToGet", "\"ask again\""),
    Change(.tables, "real.where", "{ \"split\": \"train\" }"),
    Change(.tables, "real.where", nil),
    Change(.tables, "real.columns", nil),
    Change(.tables, "real.columns.image", "\"name\""),
    Change(.tables, "real.columns.patient", "\"person\""),
    Change(.tables, "real.columns.patient", nil, also: [("analysis.cluster", "\"image\"")]),
    Change(.tables, "real.columns.sex", "\"gender\""),
    Change(
      .tables, "real.columns.sex", nil,
      also: [("analysis.groups.sex", nil), ("analysis.intersections", nil), ("policy.limits", nil)]),
    Change(.tables, "real.columns.age", "\"years\""),
    Change(.tables, "real.columns.attributes", "{ \"scanner\": \"origin\" }"),
    Change(.tables, "real.columns.race", "\"origin\""),
    Change(.tables, "real.columns.attributes", "{ \"origin\": \"origin\" }"),
    Change(
      .tables, "real.columns.labels",
      "{ \"Effusion\": \"z1\", \"Mass\": \"y2\", \"Edema\": \"y3\" }"),
    Change(
      .tables, "real.columns.scores",
      "{ \"column\": { \"Effusion\": \"p2\", \"Mass\": \"p1\", \"Edema\": \"p1\" }, \"file\": { \"Effusion\": \"a\", \"Mass\": \"a\", \"Edema\": \"a\" } }"
    ),
    Change(
      .tables, "real.columns.scores",
      "{ \"column\": { \"Effusion\": \"p1\", \"Mass\": \"p1\", \"Edema\": \"p1\" }, \"file\": { \"Effusion\": \"b\", \"Mass\": \"a\", \"Edema\": \"a\" } }"
    ),
    Change(.tables, "real.join", nil, also: [("real.columns.attributes", nil)]),
    Change(.tables, "real.join[].table", "\"joined2.csv\""),
    Change(.tables, "real.join[].on", "{ \"patient\": \"whom\" }"),
    Change(.tables, "real.join[].columns", "{ \"site\": \"region\" }"),
    Change(.tables, "real.join[].format", "{ \"encoding\": \"utf-8\" }"),
    Change(.tables, "real.join[].format.separator", "\";\""),
    Change(.tables, "real.join[].format.decimal", "\",\""),
    Change(.tables, "real.join[].format.encoding", "\"utf-16\""),
    Change(.tables, "analysis", "{ \"replicates\": 40 }"),
    Change(.tables, "analysis.groups", "{ \"sex\": [\"F\", \"M\"], \"race\": [\"A\", \"B\"] }"),
    Change(.tables, "analysis.groups.sex", "[\"M\", \"F\"]"),
    Change(.tables, "analysis.groups.race", "[\"B\", \"A\"]"),
    Change(.tables, "analysis.groups.age", "{ \"edges\": [0, 40, 60] }"),
    Change(.tables, "analysis.groups.age.edges", "[0, 30]"),
    Change(.tables, "analysis.intersections", "[[\"sex\", \"age\"]]"),
    Change(.tables, "analysis.cluster", "\"image\""),
    Change(.tables, "analysis.alpha", "0.1"), Change(.tables, "analysis.delta", "0.2"),
    Change(.tables, "analysis.harm", "0.01"),
    Change(.tables, "analysis.thresholds", nil),
    Change(.tables, "analysis.thresholds.Mass.rule", "\"specificity\""),
    Change(.tables, "analysis.thresholds.Mass.value", "0.8"),
    Change(.tables, "analysis.thresholds.Mass.chosenOn", "\"here\""),
    Change(.tables, "analysis.thresholds.Edema.classifiers", "{ \"file\": 0.6 }"),
    Change(.tables, "analysis.minimumCell", nil),
    Change(.tables, "analysis.minimumCell.positives", "7"),
    Change(.tables, "analysis.minimumCell.negatives", "30"),
    Change(.tables, "analysis.minimumCell.clusters", "30"),
    Change(.tables, "analysis.multiplicity", "\"none\""),
    Change(.tables, "analysis.replicates", "50"), Change(.tables, "analysis.seed", "2"),
    Change(.tables, "analysis.missing", "0.01"),
    Change(.tables, "policy.whenNotEvaluable", "\"pass\""),
    Change(.tables, "policy", nil), Change(.tables, "policy.failOn", "[\"inconclusive\"]"),
    Change(.tables, "policy.limits", nil), Change(.tables, "policy.limits[].atMost", "0.01"),
    Change(.tables, "policy.limits[].judgedBy", "\"estimate\""),
    Change(.tables, "policy.limits[].whenNotEvaluable", "\"fail\""),
    Change(.tables, "policy.limits[].classifier", "\"column\""),
    Change(.tables, "policy.limits[].cohort", nil),
    Change(.tables, "policy.limits[].finding", "\"Mass\""),
    Change(.tables, "policy.limits[].attribute", "\"race\""),
    Change(.tables, "report", nil), Change(.tables, "report.title", "\"Other\""),
    Change(.tables, "report.intendedUse", "\"Other\""),
    Change(.tables, "report.operator", "\"You\""),
  ]

  static let images: [Change] = [
    Change(.images, "classifiers[].command", "[\"/bin/sh\", \"bare.sh\"]"),
    Change(.images, "classifiers[].files", "[\"mean.sh\", \"weights\", \"more\"]"),
    Change(.images, "classifiers[].files", nil),
    Change(.images, "classifiers[].version", "\"2\""),
    Change(.images, "classifiers[].batch", "3"),
    Change(.images, "classifiers[].timeoutSeconds", "31"),
    Change(.images, "real.images", "\"copies\""),
    Change(.images, "real.images.folder", "\"copies\""),
    Change(
      .images, "real.images.pattern", "\"{name}\"", also: [("real.images.folder", "\"copies\"")]),
    Change(
      .images, "real.images.unreadable", "\"leave out\"",
      also: [("real.images.folder", "\"images\"")]),
    Change(.images, "real.images.bits", "12", also: [("real.images.folder", "\"images\"")]),
    Change(
      .images, "real.images.window", "\"stretch\"",
      also: [("real.images.folder", "\"images\"")]),
    Change(.images, "real.dataset", "\"siim\""),
    Change(.images, "real.findings", "[\"Mass\"]"),
    Change(.images, "real.table", "\"other.csv\""),
    Change(.images, "real.columns.image", "\"name\""),
    Change(.images, "real.columns.patient", "\"person\""),
    Change(.images, "real.columns.labels.from", "\"others\""),
    Change(
      .images, "real.columns.labels.separator", "\";\"",
      also: [("real.columns.labels.from", "\"others\"")]),
    Change(.images, "real.columns.labels.synonyms", "{ \"Effusion\": [\"Mass\"] }"),
    Change(.images, "real.columns.labels.noFinding", "[\"Mass\"]"),
    Change(.images, "real.columns.labels.blank", "\"leave out\""),
    Change(.images, "real.columns.labels.findings", "[\"Effusion\"]"),
  ]

  static let cohort: [Change] = [
    Change(.cohort, "attributePredictors", nil),
    Change(.cohort, "cohort", nil),
    Change(.cohort, "cohort.design", "\"replica\""),
    Change(.cohort, "cohort.generator", nil),
    Change(
      .cohort, "cohort.generator.model", "\"builtin:chexgen-mini\"",
      also: [
        ("cohort.generator.dit", nil), ("cohort.generator.t5", nil),
        ("cohort.generator.vae", nil), ("cohort.generator.control", nil),
        ("cohort.generator.checkpointKey", nil),
      ]),
    Change(.cohort, "cohort.generator.dit", "\"other.bin\""),
    Change(.cohort, "cohort.generator.t5", "\"other.bin\""),
    Change(.cohort, "cohort.generator.vae", "\"other.bin\""),
    Change(.cohort, "cohort.generator.control", "\"other.bin\""),
    Change(.cohort, "cohort.generator.checkpointKey", "\"model\""),
    Change(.cohort, "cohort.generator.sampler", "\"ancestral\""),
    Change(.cohort, "cohort.generator.spacing", "\"leading\""),
    Change(.cohort, "cohort.generator.steps", "11"),
    Change(.cohort, "cohort.generator.guidance", "3"),
    Change(.cohort, "cohort.generator.guidanceInterval", "[0.2, 0.9]"),
    Change(.cohort, "cohort.generator.guidanceChannels", "\"firstThree\""),
    Change(.cohort, "cohort.generator.nullCaption", "\"promptLength\""),
    Change(.cohort, "cohort.generator.controlGuidance", "\"ignored\""),
    Change(.cohort, "cohort.generator.sharedSteps", "2"),
    Change(.cohort, "cohort.generator.precision", "\"bf16\""),
    Change(.cohort, "cohort.generator.matrixEngine", "\"onednn\""),
    Change(.cohort, "cohort.generator.size", "[64, 64]"),
    Change(
      .cohort, "cohort.findings",
      "{ \"Mass\": { \"positive\": [\"A mass.\"], \"negative\": [\"Clear lungs.\"] } }"),
    Change(
      .cohort, "cohort.generator.strength", "\"auto\"",
      also: [("cohort.generator.sharedSteps", nil)]),
    Change(
      .cohort, "cohort.generator.strength.trunk", "{ \"sex\": 4, \"age\": 4, \"race\": 4 }",
      also: [("cohort.generator.sharedSteps", nil)]),
    Change(.cohort, "cohort.generator.strength.frozenFindingTokens", "true"),
    Change(
      .cohort, "cohort.generator.strength.guidance", "{ \"finding\": 4, \"attribute\": 2 }"),
    Change(.cohort, "cohort.generator.strength.guidance.attribute", "2"),
    Change(
      .cohort, "cohort.generator.strength.guidance.finding", "3",
      also: [("cohort.generator.strength.guidance.attribute", "2")]),
    Change(
      .cohort, "cohort.generator.strength.guidance.direction", "\"anchor\"",
      also: [("cohort.generator.strength.guidance.attribute", "2")]),
    Change(.cohort, "cohort.findings.Effusion.positive", "[\"Small effusion.\"]"),
    Change(.cohort, "cohort.findings.Effusion.negative", "[\"Normal.\"]"),
    Change(.cohort, "cohort.findings.Effusion.masks", "\"training\""),
    Change(.cohort, "cohort.findings.Effusion.boxes", "\"boxes.json\""),
    Change(
      .cohort, "cohort.attributes", "{ \"sex\": [\"Male\", \"Female\"] }",
      also: [("analysis.groups", nil)]),
    Change(.cohort, "cohort.attributes.sex", "[\"Female\", \"Male\"]"),
    Change(.cohort, "cohort.attributes.age", "[40, 70]"),
    Change(.cohort, "cohort.attributes.race", "[\"White\", \"Asian\"]"),
    Change(.cohort, "cohort.baseCases", "5"), Change(.cohort, "cohort.baseCases", "3"),
    Change(.cohort, "cohort.seedsPerBaseCase", "2"), Change(.cohort, "cohort.seed", "4"),
    Change(.cohort, "cohort.placebos", "[\"seed\", \"prompt\"]"),
    Change(.cohort, "rebalance", nil),
    Change(.cohort, "rebalance.trainingTable", "\"other.csv\""),
    Change(.cohort, "rebalance.format", "{ \"separator\": \",\" }"),
    Change(.cohort, "rebalance.impressions.format", "{ \"separator\": \",\" }"),
    Change(.cohort, "rebalance.strategy", "\"balancedGrid\""),
    Change(.cohort, "rebalance.budget", "6"),
    Change(.cohort, "rebalance.maximumSyntheticShare", "0.1"),
    Change(.cohort, "rebalance.formats", "[\"imagefolder\", \"weights\"]"),
    Change(.cohort, "rebalance.attempts", "1"),
    Change(.cohort, "rebalance.metrics", "[\"auc\", \"sensitivity\"]"),
    Change(.cohort, "rebalance.companions", "\"none\""),
    Change(.cohort, "rebalance.trainingImages", "\"training2\""),
    Change(.cohort, "rebalance.trainingImages", nil),
    Change(.cohort, "rebalance.impressions", "\"cohort\""),
    Change(.cohort, "rebalance.impressions.table", "\"impressions2.csv\""),
    Change(.cohort, "rebalance.impressions.columns", nil),
    Change(.cohort, "rebalance.impressions.columns.impression", "\"sentence\""),
    Change(.cohort, "rebalance.impressions.columns.finding", "\"other\""),
    Change(.cohort, "rebalance.impressions.columns.label", "\"mark\""),
    Change(.cohort, "rebalance.impressions.columns.severity", "\"degree\""),
    Change(.cohort, "rebalance.columns", nil),
    Change(.cohort, "rebalance.columns.sex", "\"gender\""),
    Change(.cohort, "rebalance.columns.age", "\"years\""),
    Change(.cohort, "rebalance.columns.race", "\"origin\""),
    Change(
      .cohort, "rebalance.columns.attributes", "{ \"site\": \"race\" }",
      also: [("cohort.attributes.site", "[\"A\", \"B\"]")]),
    Change(.cohort, "rebalance.columns.labels", "{ \"Effusion\": \"Mass\" }"),
  ]

  /// The list comes from the reader itself, so a key that is added to it fails here until somebody
  /// says what happens to kept results when it changes.
  @Test func everyKeyOfTheSpecHasACase() throws {
    var known = try knownSpecificationKeys(
      in: """
        { "schema": "audit-spec/1", "name": "t", "classifiers": [{ "name": "o", "onnx": "m.onnx",
          "format": {}, "input": { "size": [8, 8] }, "outputs": { "Effusion": 0 } }],
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
    let covered = Set(Self.changes.map(\.key)).union(Self.apart.keys)
      .union(OnnxKeyTests.keys)
    let missing = Set(shared).subtracting(covered).sorted()
    #expect(missing.isEmpty, "no case says what happens when these keys change: \(missing)")
  }

  @Test(arguments: tables)
  func aChangedKeyOfTablesGivesWhatAFreshFolderGives(change: Change) throws {
    try compare(change)
  }

  @Test(arguments: images)
  func aChangedKeyOfImagesGivesWhatAFreshFolderGives(change: Change) throws {
    try compare(change)
  }

  @Test(arguments: cohort)
  func aChangedKeyOfACohortGivesWhatAFreshFolderGives(change: Change) throws {
    try compare(change)
  }

  /// Changes that no run takes, and why they are tried all the same.
  static let refused: [String: String] = [
    "real": "the scene has no other cases", "cohort": "the scene has no other cases",
    "real.columns": "a table without named columns says nothing",
    "cohort.design": "a replica has no attributes of its own",
  ]

  /// A change that the reader refuses would be refused by both runs and show nothing.
  @Test(arguments: changes) func aChangeIsASpec(change: Change) throws {
    let text = try change.applied(to: Array(change.scene.specification.utf8))
    let failure = Result { try loadSpecification(from: String(decoding: text, as: UTF8.self)) }
    let isTaken = (try? failure.get()) != nil
    #expect(isTaken == (Self.refused[change.key] == nil), "\(failure)")
  }

  private func compare(_ change: Change) throws {
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
