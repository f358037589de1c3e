import AuditModel
import AuditStore
import Basics
import Foundation
import Images
import Vocabulary
import Testing

@testable import Workbench

@Suite struct ImageSummaryTests {
  @Test func readingIsCountedByFactAndWhatWasLeftOutByGroup() throws {
    let folder = NSTemporaryDirectory() + "summary-\(UUID().uuidString)"
    try createFolder(at: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try AuditStore(path: folder + "/audit.sqlite")
    try store.insert(
      (0..<6).map { index in
        var item = StoredCase(cohort: .real, name: "i\(index).png", cluster: "p\(index)")
        item.attributes = ["sex": index < 4 ? "F" : "M"]
        return item
      })
    let ids = try store.cases(of: .real).map(\.id)
    let jpeg = [ImageFact(.jpeg).code, ImageFact(.turned).code]
    try store.insertImageReadings(
      classifier: "net",
      ids.enumerated().map { index, id in
        switch index {
        case 0, 1, 4: StoredImageReading(caseID: id, facts: [], problem: "it is empty")
        case 2: StoredImageReading(caseID: id, facts: jpeg)
        default: StoredImageReading(caseID: id, facts: [ImageFact(.png).code])
        }
      })
    func summarised() throws -> [ImageReadingSummary] {
      try ImageSummaries(
        store: store, classifiers: ["net", "other"], attributes: [.named("sex")], rules: [:]
      ).summaries()
    }
    let summaries = try summarised()
    let summary = try #require(summaries.first)
    #expect(summaries.count == 1 && summary.images == 6 && summary.leftOut == 3)
    #expect(summary.facts.map(\.code) == ["png", "jpeg", "turned"])
    #expect(summary.facts.map(\.images) == [2, 1, 1])
    #expect(summary.leftOutByGroup.map(\.group) == ["F", "M"])
    #expect(summary.leftOutByGroup.map(\.images) == [2, 1])
    #expect(summary.leftOutExamples.first == "i0.png: it is empty")
    let notes = summary.notes.joined(separator: "\n")
    #expect(notes.contains("3 of 6 real images could not be read"))
    #expect(notes.contains("sex F: 2, sex M: 1"))
    #expect(notes.contains("net: 1 of 6 real images were turned upright"))
    try store.removeScores(ofClassifier: "net")
    #expect(try summarised().isEmpty)
  }

  @Test func eightBitPNGFilesAreNotWorthASentence() {
    var summary = ImageReadingSummary(classifier: "net", cohort: "synthetic", images: 5)
    summary.facts = [ImageReadingSummary.Fact(code: "png", images: 5, sentence: "…")]
    #expect(summary.notes.isEmpty)
  }
}
