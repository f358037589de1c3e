/// One base case across arms, for the counterfactual gallery.
package struct GalleryRow: Sendable, Equatable, Codable {
  package var finding: String
  package var label: String
  package var baseCase: String
  package var images: [GalleryImage]
  package init(finding: String, label: String, baseCase: String, images: [GalleryImage]) {
    self.finding = finding
    self.label = label
    self.baseCase = baseCase
    self.images = images
  }
}

package struct GalleryImage: Sendable, Equatable, Codable {
  /// Relative to the report folder.
  package var path: String
  package var arm: String
  package var prompt: String
  /// Classifier name to score of the row's finding.
  package var scores: [String: Double]
  /// Output and predictor to what it read.
  package var predicted: [String: Double]?
  /// What the image changes of its anchor, as a picture; relative to the report folder.
  package var difference: String?
  package init(path: String, arm: String, prompt: String, scores: [String: Double]) {
    self.path = path
    self.arm = arm
    self.prompt = prompt
    self.scores = scores
  }
}

package struct Provenance: Sendable, Equatable, Codable {
  package var toolVersion: String
  package var specificationHash: String
  package var planHash: String
  /// Name (`dit`, `vae`, `t5`, classifier names, tables) to SHA-256.
  package var hashes: [String: String] = [:]
  package var seeds: [String: UInt64] = [:]
  /// Generator options as used (sampler, steps, guidance, quirks …).
  package var options: [String: String] = [:]
  /// Libraries and machine.
  package var environment: [String: String] = [:]
  package var stages: [StageRecord] = []
  /// File of the report to its SHA-256; only in `provenance.json`, which is written last.
  package var files: [String: String]?
  /// The command that repeats the run.
  package var command: String

  package init(toolVersion: String, specificationHash: String, planHash: String, command: String) {
    self.toolVersion = toolVersion
    self.specificationHash = specificationHash
    self.planHash = planHash
    self.command = command
  }
}

package struct StageRecord: Sendable, Equatable, Codable {
  package var name: String
  package var seconds: Double
  /// ISO 8601, UTC.
  package var finished: String
  package init(name: String, seconds: Double, finished: String) {
    self.name = name
    self.seconds = seconds
    self.finished = finished
  }
}
