import Basics
import Cohorts
import Foundation
import Images
import Randomness
import Vocabulary

/// A generator for tests: stripes from the noise path, brightness from the prompt's words.
///
/// It obeys the same contract as a diffusion model: an image depends on its job alone.
struct PatternGenerator: RadiographGenerator {
  var name = "pattern-generator 1"
  var options = ["steps": "2", "guidance": "1.0"]
  var hashes = ["dit": "0000"]
  private var prepared: Set<String> = []

  init() {}

  var card = GeneratorCard(
    caption: .chexgen,
    support: GeneratorSupport(attributes: [
      "sex": .values(["Female", "Male"]), "age": .range(0, 130),
      "race": .unsupported(reason: "the test generator draws no race"),
    ]))

  mutating func prepare(prompts: [String]) throws -> [String] {
    prepared.formUnion(prompts)
    return []
  }

  func render(_ jobs: [RenderJob], step: (Int, Int) throws -> Void) throws -> [RasterImage] {
    for index in 1...2 { try step(index, 2) }
    return try jobs.map { job in
      guard prepared.contains(job.prompt) else { throw AuditFailure("not prepared: \(job.prompt)") }
      var stream = RandomStream(seed: job.seed, path: job.noisePath)
      let brightness =
        90 + (job.prompt.contains("Moderate") ? 60 : 0)
        + (job.prompt.contains("Female") ? 10 : 0)
      let bytes = (0..<(32 * 32)).map { _ in
        UInt8(clamping: brightness + Int(stream.normal() * 30))
      }
      return RasterImage(width: 32, height: 32, channels: 1, bytes: bytes)
    }
  }
}

/// A folder with a spec and a classifier that answers from each image's path.
struct AuditFolder {
  let root: String
  var specificationPath: String { root + "/spec.json" }
  var reports: String { root + "/reports" }
  var report: String { reports + "/pattern" }

  init(delta: Double = 0.05, baseCases: Int = 12) throws {
    root = NSTemporaryDirectory() + "audit-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    // Scores from the checksum of the identifier: arbitrary, but the same in every run.
    let script = """
      #!/bin/sh
      while read -r line; do
        id=$(printf '%s' "$line" | sed 's/.*"id" *: *"\\([^"]*\\)".*/\\1/; s/\\\\\\//\\//g')
        sum=$(printf '%s' "$id" | cksum | cut -d' ' -f1)
        case "$id" in */p*) low=4 ;; *) low=1 ;; esac
        printf '{"id": "%s", "scores": {"Effusion": 0.%d%03d}}\\n' "$id" "$((low + sum % 5))" "$((sum % 1000))"
      done
      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: root + "/classify.sh"))
    try write(delta: delta, baseCases: baseCases)
    let training =
      "sex,age,race,Effusion,count\nF,40,White,1,5\nM,40,White,1,9\nF,40,Black,0,10\nM,40,White,0,8\n"
    try Data(training.utf8).write(to: URL(fileURLWithPath: root + "/train.csv"))
  }

  /// - Parameter rebalance: Further members of the block `rebalance`, each with a leading comma.
  /// - Parameter cohort: Further members of the block `cohort`, each with a trailing comma.
  func write(
    delta: Double = 0.05, baseCases: Int = 12, seed: Int = 3, budget: Int = 6,
    formats: String = "\"huggingface\"", rebalance: String = "", panel: String = "",
    cohort: String = ""
  ) throws {
    let text = """
      {
        "schema": "audit-spec/1", "name": "pattern",
        "classifiers": [{ "name": "shell", "command": ["/bin/sh", "classify.sh"], "files": ["classify.sh"], "batch": 7 }],
        "cohort": {
          "design": "counterfactual", \(cohort) "generator": { "model": "builtin:chexgen-mini" },
          "findings": { "Effusion": { "positive": ["Moderate effusion."], "negative": ["Clear lungs."] } },
          "attributes": { "sex": ["Male", "Female"], "race": ["White", "Black"] },
          "baseCases": \(baseCases), "seed": \(seed), "placebos": ["seed"]
        },
        "analysis": { "delta": \(delta), "replicates": 200 },
        "rebalance": { "trainingTable": "train.csv", "strategy": "parity", "budget": \(budget), "formats": [\(formats)],
          "columns": { "sex": "sex", "age": "age", "race": "race", "labels": { "Effusion": "Effusion" } }
          \(rebalance) }\(panel)
      }
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: specificationPath))
  }

  func remove() { try? FileManager.default.removeItem(atPath: root) }

  /// Relative path to content of every image and table that a run must reproduce: all of them
  /// except the log of how long each stage took.
  func products() throws -> [String: Data] {
    var result: [String: Data] = [:]
    for folder in ["cohort", "tables", "rebalancing"] {
      let enumerator = FileManager.default.enumerator(atPath: report + "/" + folder)
      while let name = enumerator?.nextObject() as? String {
        let path = "\(folder)/\(name)"
        // Stage times are clock readings.
        if path == "tables/stages.csv" { continue }
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: report + "/" + path, isDirectory: &isFolder)
        if !isFolder.boolValue, path != "tables/stages.csv" {
          result[path] = try Data(contentsOf: URL(fileURLWithPath: report + "/" + path))
        }
      }
    }
    return result
  }
}
