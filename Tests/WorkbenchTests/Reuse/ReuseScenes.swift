import AuditModel
import Basics
import Cohorts
import Foundation
import Images
import TestSupport
import Testing
import Workbench

/// Small audits whose every key and file can be changed between two runs.
enum ReuseScene: String, CaseIterable, Sendable {
  /// A real table with scores in columns and in files.
  case tables
  /// A real table with images that commands look at.
  case images
  /// A synthetic cohort with a rebalancing set.
  case cohort

  /// Named by the spec, below the scene's folder.
  static let specificationName = "spec.json"

  var specification: String {
    switch self {
    case .tables:
      """
      { "schema": "audit-spec/1", "name": "t",
        "classifiers": [{ "name": "file", "scores": "scores.csv" }, { "name": "column" }],
        "referencePanel": [{ "name": "panel", "scores": "panel.csv" }],
        "real": { "table": "meta.csv", "howToGet": "ask", "where": { "split": "test" },
          "join": [{ "table": "joined.csv", "on": { "patient": "who" }, "columns": { "site": "site" } }],
          "columns": { "image": "image", "patient": "patient", "sex": "sex", "age": "age",
            "race": "race", "attributes": { "site": "site" }, "labels": { "Effusion": "y1", "Mass": "y2", "Edema": "y3" },
            "scores": { "column": { "Effusion": "p1", "Mass": "p1", "Edema": "p1" },
              "file": { "Effusion": "a", "Mass": "a", "Edema": "a" } } } },
        "analysis": { "groups": { "sex": ["F", "M"], "race": ["A", "B"], "age": { "edges": [0, 50] } },
          "intersections": [["sex", "race"]], "cluster": "patient", "alpha": 0.05, "delta": 0.05,
          "harm": 0, "thresholds": { "Effusion": 0.5,
            "Mass": { "rule": "sensitivity", "value": 0.9, "chosenOn": "real" },
            "Edema": { "classifiers": { "file": 0.4 } } },
          "minimumCell": { "positives": 5, "negatives": 5, "clusters": 5 }, "multiplicity": "holm",
          "metrics": [{ "metric": "auc" }], "replicates": 40, "seed": 1 },
        "policy": { "failOn": ["flagged"], "limits": [{ "atMost": 0.3, "judgedBy": "lowerLimit",
          "whenNotEvaluable": "pass", "classifier": "file", "cohort": "real", "finding": "Effusion",
          "attribute": "sex" }] },
        "report": { "title": "Title", "intendedUse": "Use", "operator": "Me" } }
      """
    case .images:
      """
      { "schema": "audit-spec/1", "name": "t",
        "classifiers": [
          { "name": "declared", "command": ["/bin/sh", "mean.sh"], "files": ["mean.sh", "weights"],
            "version": "1", "batch": 8, "timeoutSeconds": 30 },
          { "name": "bare", "command": ["/bin/sh", "bare.sh"] }],
        "real": { "table": "meta.csv", "images": "images",
          "columns": { "image": "image", "patient": "patient", "sex": "sex",
            "labels": { "from": "findings", "separator": "|", "findings": ["Effusion", "Mass"] } } },
        "analysis": { "replicates": 40, "minimumCell": { "positives": 3, "negatives": 3, "clusters": 3 } } }
      """
    case .cohort: Self.cohortText
    }
  }

  private static let cohortText =
    """
    { "schema": "audit-spec/1", "name": "t",
      "classifiers": [{ "name": "declared", "command": ["/bin/sh", "mean.sh"], "files": ["mean.sh", "weights"] }],
      "attributePredictors": [{ "name": "predictor", "command": ["/bin/sh", "sex.sh"], "files": ["sex.sh"] }],
      "cohort": { "design": "counterfactual",
        "generator": { "dit": "dit.bin", "t5": "t5.bin", "vae": "vae.bin", "control": "control.bin",
          "checkpointKey": "state_dict_ema", "sampler": "ddim", "spacing": "linspace", "steps": 10,
          "guidance": 4, "guidanceInterval": [0.1, 0.9], "guidanceChannels": "all",
          "nullCaption": "full", "controlGuidance": "applied", "sharedSteps": 0,
          "precision": "fp32", "matrixEngine": "built-in", "engine": "built-in", "size": [32, 32] },
        "findings": { "Effusion": { "positive": ["Moderate effusion."], "negative": ["Clear lungs."] } },
        "attributes": { "sex": ["Male", "Female"], "age": [40], "race": ["White", "Black"] },
        "baseCases": 4, "seedsPerBaseCase": 1, "seed": 3, "placebos": ["seed"] },
      "analysis": { "replicates": 40, "groups": { "age": { "edges": [0, 60] } },
        "minimumCell": { "positives": 2, "negatives": 2, "clusters": 2 } },
      "rebalance": { "trainingTable": "train.csv", "strategy": "parity", "budget": 4,
        "maximumSyntheticShare": 0.5, "formats": ["huggingface"], "attempts": 2,
        "metrics": ["auc"], "companions": "tableRatio", "trainingImages": "training",
        "impressions": { "table": "impressions.csv", "columns": { "impression": "impression",
          "finding": "finding", "label": "label", "severity": "severity" } },
        "columns": { "sex": "sex", "age": "age", "race": "race", "labels": { "Effusion": "Effusion" } } } }
    """

  /// Writes the spec and everything that it names.
  func write(to folder: String) throws {
    try createFolder(at: folder)
    try writeAtomically(specification, to: folder + "/" + Self.specificationName)
    switch self {
    case .tables: try writeTables(to: folder)
    case .images: try writeImages(to: folder)
    case .cohort: try writeCohort(to: folder)
    }
  }

  /// A number from 0 to 1 that looks random and is the same everywhere.
  private static func noise(_ index: Int, _ salt: Int) -> Double {
    let value = UInt32(truncatingIfNeeded: (index &* 2_654_435_761) &+ (salt &* 40_503_001))
    return Double((value ^ (value >> 13)) &* 2_246_822_519 % 10_000) / 10_000
  }

  private func writeTables(to folder: String) throws {
    var meta =
      "image,patient,person,sex,gender,age,years,race,origin,y1,y2,y3,z1,p1,p2,split,name\n"
    var scores = "image,a,b,c\n"
    for index in 0..<60 {
      let label = index % 3 == 0
      let score = (label ? 0.3 : 0.1) + 0.6 * Self.noise(index, 1)
      meta +=
        "i\(index).png,p\(index / 2),p\(index / 3),\(index % 2 == 0 ? "F" : "M"),"
        + "\(index % 5 < 2 ? "F" : "M"),\(20 + index % 60),\(25 + index % 50),"
        + "\(index % 4 < 2 ? "A" : "B"),\(index % 6 < 3 ? "A" : "B"),\(label ? 1 : 0),"
        + "\(index % 4 == 0 ? 1 : 0),\(index % 5 == 0 ? 1 : 0),\(index % 7 < 3 ? 1 : 0),"
        + "\(score),\(Self.noise(index, 2)),\(index < 54 ? "test" : "train"),n\(index).png\n"
      scores += "i\(index).png,\(score),\(Self.noise(index, 3)),i\(59 - index).png\n"
    }
    try writeAtomically(meta, to: folder + "/meta.csv")
    try writeAtomically(scores, to: folder + "/scores.csv")
    let joined = (0..<30).map { "p\($0),p\(29 - $0),\($0 % 2),\($0 % 3)\n" }.joined()
    try writeAtomically("who,whom,site,region\n" + joined, to: folder + "/joined.csv")
    try writeAtomically(
      "who,whom,site,region\n"
        + joined.replacingOccurrences(of: ",2\n", with: ",0\n")
        .replacingOccurrences(of: ",1,", with: ",7,"), to: folder + "/joined2.csv")
    let panel = (0..<60).map { index in
      "i\(index).png,\(Self.noise(index, 4)),\(Self.noise(index, 5)),\(Self.noise(index, 6))\n"
    }
    try writeAtomically(
      "image,Effusion,Mass,Edema\n" + panel.joined(), to: folder + "/panel.csv")
    try writeAtomically(
      meta.replacingOccurrences(of: ",F,", with: ",M,"), to: folder + "/other.csv")
  }

  /// A picture whose mean grey is its number.
  private static func picture(_ grey: Int) throws -> [UInt8] {
    try encodePNG(
      RasterImage(
        width: 8, height: 8, channels: 1,
        bytes: (0..<64).map { UInt8(clamping: grey + $0 % 5) }), text: [("Grey", "\(grey)")])
  }

  /// Answers with the checksum of each image's bytes and of the named files.
  private static func script(findings: [String], files: [String]) -> String {
    let scores = findings.map { "\"\($0)\": 0.%03d" }.joined(separator: ", ")
    // One process per image at most: a run asks about a hundred images, and there are many runs.
    return """
      #!/bin/sh
      own=$(cat \(files.joined(separator: " ")) | cksum | cut -d' ' -f1)
      sed -u 's/\\\\\\//\\//g' | while read -r line; do
        id=${line#*\\"id\\"*:*\\"}
        id=${id%%\\"*}
        image=${line#*\\"image\\"*:*\\"}
        image=${image%%\\"*}
        set -- $(cksum < "$image")
        sum=$1
        printf '{"id": "%s", "scores": {\(scores)}}\\n' "$id" \
      \(findings.indices.map { "\"$(( (sum + own + \($0)) % 1000 ))\"" }.joined(separator: " "))
      done
      """
  }

  private func writeImages(to folder: String) throws {
    var meta = "image,patient,person,sex,gender,findings,others,name\n"
    try createFolder(at: folder + "/images")
    try createFolder(at: folder + "/copies")
    try createFolder(at: folder + "/headed")
    for index in 0..<24 {
      meta +=
        "i\(index).png,p\(index / 2),p\(index / 3),\(index % 2 == 0 ? "F" : "M"),"
        + "\(index % 3 == 0 ? "F" : "M"),\(index % 3 == 0 ? "Effusion|Mass" : index % 3 == 1 ? "Mass" : ""),"
        + "\(index % 4 == 0 ? "Effusion" : "Mass;Effusion"),i\(index).png\n"
      let headed = SmallDICOM(
        width: 8, height: 8, pixels: [UInt8](repeating: UInt8(40 + index), count: 64),
        texts: [0x0008_0070: index % 4 < 2 ? "A" : "B"])
      try writeAtomically(headed.bytes, to: folder + "/headed/i\(index).png")
      let bytes = try Self.picture(40 + index * 3)
      try writeAtomically(bytes, to: folder + "/images/i\(index).png")
      try writeAtomically(
        index % 2 == 0 ? bytes : try Self.picture(200 - index), to: folder + "/copies/i\(index).png"
      )
    }
    try writeAtomically(meta, to: folder + "/meta.csv")
    try writeAtomically(
      meta.replacingOccurrences(of: ",F,", with: ",M,"), to: folder + "/other.csv")
    try writeAtomically("weights", to: folder + "/weights")
    try writeAtomically("more", to: folder + "/more")
    try writeAtomically(
      Self.script(findings: ["Effusion", "Mass"], files: ["mean.sh", "weights"]),
      to: folder + "/mean.sh")
    try writeAtomically(
      Self.script(findings: ["Effusion", "Mass"], files: ["bare.sh"]), to: folder + "/bare.sh")
  }

  private func writeCohort(to folder: String) throws {
    for name in ["dit", "t5", "vae", "control", "other"] {
      try writeAtomically(name, to: folder + "/\(name).bin")
    }
    try writeAtomically("weights", to: folder + "/weights")
    try writeAtomically(
      Self.script(findings: ["Effusion", "Mass"], files: ["mean.sh", "weights"]),
      to: folder + "/mean.sh")
    try writeAtomically(
      Self.script(
        findings: ["age"] + ["sex:Male", "sex:Female", "race:White", "race:Black", "race:Asian"]
          + ["site:A", "site:B"], files: ["sex.sh"]), to: folder + "/sex.sh")
    let training =
      "sex,gender,age,years,race,origin,Effusion,Mass,count\nFemale,Male,40,30,White,Black,1,0,5\n"
      + "Male,Female,40,30,White,White,1,1,9\nFemale,Female,40,70,Black,White,0,1,10\n"
      + "Male,Male,40,30,White,Black,0,0,8\n"
    try writeAtomically(training, to: folder + "/train.csv")
    try writeAtomically(
      training.replacingOccurrences(of: ",9\n", with: ",3\n"), to: folder + "/other.csv")
    let impressions =
      "impression,sentence,finding,other,label,mark,severity,degree\n"
      + "Large effusion.,Small effusion.,Effusion,Effusion,1,1,large,small\n"
      + "Effusion.,Some effusion.,Effusion,Effusion,1,1,small,large\n"
      + "Clear.,No effusion.,Effusion,Effusion,0,0,none,no\n"
      + "Normal.,Normal chest.,No Finding,No Finding,0,0,none,no\n"
    try writeAtomically(impressions, to: folder + "/impressions.csv")
    try writeAtomically(
      impressions.replacingOccurrences(of: "Clear.", with: "All clear."),
      to: folder + "/impressions2.csv")
    for (name, grey) in [("training", 30), ("training2", 220)] {
      try createFolder(at: folder + "/" + name)
      try writeAtomically(Self.picture(grey), to: folder + "/\(name)/a.png")
    }
  }

  /// Runs the scene's spec into `folder/reports`, all clocks standing still.
  func run(in folder: String) throws { _ = try outcome(in: folder) }

  /// As ``run(in:)``, with what came of it.
  func outcome(in folder: String) throws -> RunOutcome {
    var context = RunContext(now: { Date(timeIntervalSince1970: 1_000_000_000) })
    context.isOnOneCore = true
    return try RunUseCase(
      specificationPath: folder + "/" + Self.specificationName, reports: folder + "/reports",
      makeGenerator: { cohort, specification in
        // As a diffusion model does: options from the spec, hashes from the files.
        var generator = PatternGenerator()
        generator.options["spec"] = canonicalText(of: cohort.generator)
        let files = cohort.generator
        for (name, path) in [
          ("dit", files.dit), ("t5", files.t5), ("vae", files.vae), ("control", files.control),
        ] {
          generator.hashes[name] = try path.map {
            try SHA256.hex(ofFile: specification.resolve($0))
          }
        }
        return generator
      }
    ).run(context: context)
  }

  /// Relative path to content of everything that a run makes and that clocks, the store's pages and
  /// the history of the plan have no part in.
  static func products(of folder: String) throws -> [String: String] {
    let report = ConfinedFolder(folder + "/reports/t")
    var result: [String: String] = [:]
    for name in try report.contents().files {
      guard !name.hasPrefix("audit.sqlite"), name != ".lock", !name.hasPrefix("logs/") else {
        continue
      }
      // The log of stages tells every run of the folder with its hour: a second run adds to it.
      // The others are made of report.json and say the history of the plan in words; their hashes follow.
      let isDerived =
        ["report.html", "report.md", "provenance.json", "files.sha256", "tables/stages.csv"]
        .contains(name) || name.hasSuffix(".xml") || name.hasPrefix("pages/")
      let bytes = try readBytes(of: report.resolve(name))
      result[name] =
        isDerived
        ? "there" : name == "report.json" ? try timeless(bytes) : SHA256.hex(of: bytes)
    }
    return result
  }

  /// `report.json` without what tells that the folder had runs, and scores read, before.
  private static func timeless(_ bytes: [UInt8]) throws -> String {
    var report = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    var plan = report["plan"] as? [String: Any] ?? [:]
    plan["exploratory"] = nil
    report["plan"] = plan
    var provenance = report["provenance"] as? [String: Any] ?? [:]
    provenance["stages"] = nil
    report["provenance"] = provenance
    var policy = report["policy"] as? [String: Any]
    policy?["changedAfterScores"] = nil
    report["policy"] = policy
    report["notes"] = (report["notes"] as? [String] ?? []).filter { !$0.contains("exploratory") }
    return String(
      decoding: try JSONSerialization.data(
        withJSONObject: report, options: [.sortedKeys, .prettyPrinted]), as: UTF8.self)
  }
}
