import AuditModel
import Basics
import AuditStore
import Foundation
import Testing

/// A result and its key come together or not at all.
@Suite struct OneStepTests {
  private struct Stopped: Error {}

  @Test func whatFailsInItsMiddleLeavesNothingAndTheNextStepIsWhole() throws {
    let folder = NSTemporaryDirectory() + "one-step-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try AuditStore(path: folder + "/audit.sqlite")
    let cases = [StoredCase(cohort: .real, name: "a.png", cluster: "p1")]
    #expect(throws: Stopped.self) {
      try store.inOneStep {
        // Has a step of its own, which is part of this one.
        try store.replaceRealCohort(by: cases, scores: [:], imageReaders: [], key: "k")
        try store.set("hash", for: .realTableHash)
        throw Stopped()
      }
    }
    #expect(try store.cases(of: .real).isEmpty && store.key(of: .realCohort) == nil)
    #expect(try store.value(of: .realTableHash) == nil)
    try store.inOneStep {
      try store.replaceRealCohort(by: cases, scores: [:], imageReaders: [], key: "k")
      try store.set("hash", for: .realTableHash)
    }
    #expect(try store.cases(of: .real).count == 1 && store.key(of: .realCohort) == "k")
    #expect(try store.value(of: .realTableHash) == "hash")
  }
}
