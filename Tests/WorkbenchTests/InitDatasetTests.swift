import AuditModel
import Basics
import Foundation
import Testing
import Workbench

/// What `audit init --dataset` writes out reads the same as the preset's name.
@Suite struct InitDatasetTests {
  @Test(arguments: DatasetPreset.names)
  func thePresetWrittenOutReadsAsItsName(_ name: String) throws {
    let folder = NSTemporaryDirectory() + "init-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try InitUseCase().run(name: "mine", folder: folder, dataset: name)
    let written = try loadSpecification(at: path)
    let named = try loadSpecification(
      from: """
        { "schema": "audit-spec/1", "name": "mine",
          "classifiers": [{ "name": "my-classifier", "scores": "scores.csv" }],
          "real": { "dataset": "\(name)" },
          "analysis": { "cluster": "\(written.analysis.cluster.rawValue)" } }
        """, path: "spec.json", directory: folder)
    // A list that stands in the spec is its owner's to correct: what no row has is refused there, and
    // passed over in a preset, whose data sets are often cut down.
    var real = try #require(written.real)
    #expect(real.findingsMustOccur && named.real?.findingsMustOccur == false)
    real.findingsMustOccur = false
    #expect(real == named.real)
    #expect(!real.table.isEmpty)
  }

  @Test func anUnknownDataSetIsRefusedAndNothingWritten() {
    let folder = NSTemporaryDirectory() + "init-" + UUID().uuidString
    let failure = #expect(throws: AuditFailure.self) {
      try InitUseCase().run(name: "mine", folder: folder, dataset: "chexprt")
    }
    #expect(failure?.hint == "did you mean 'chexpert'?")
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
