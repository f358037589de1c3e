import AuditModel
import Basics
import AuditStore
import Foundation
import Testing

@Suite struct AuditStoreTests {
  private func temporaryFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "audit-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  private func example(_ name: String, label: Bool) -> StoredCase {
    var item = StoredCase(cohort: .synthetic, name: name, cluster: "Effusion/p0001")
    item.finding = "Effusion"
    item.arm = "female-55"
    item.attributes["sex"] = "Female"
    item.attributes["age"] = "55"
    item.prompt = "sex:Female, age:55.0. Effusion."
    item.seed = .max
    item.noise = "cohort/Effusion/positive/1"
    item.image = name
    item.labels = ["Effusion": label]
    return item
  }

  @Test func casesComeBackAsTheyWereStored() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try AuditStore(path: folder + "/audit.sqlite")
    let stored = [example("a.png", label: true), example("b.png", label: false)]
    try store.insert(stored)
    try store.insert(stored)
    var read = try store.cases(of: .synthetic)
    #expect(read.count == 2)
    for index in read.indices { read[index].id = 0 }
    #expect(read == stored)
    #expect(try store.cases(of: .real).isEmpty)
  }

  @Test func aSecondConnectionSeesEveryCommittedImageAndScore() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/audit.sqlite"
    let first = try AuditStore(path: path)
    try first.insert([example("a.png", label: true), example("b.png", label: false)])
    let ids = try first.cases(of: .synthetic).map(\.id)
    try first.setImage(hash: "abc", ofCase: ids[0])
    try first.insertScores(
      classifier: "c", findings: ["Effusion"], [(ids[0], [0.25]), (ids[1], [nil])])

    let second = try AuditStore(path: path)
    #expect(try second.cases(of: .synthetic).map(\.sha256) == ["abc", nil])
    let scores = try second.scores(classifier: "c", finding: "Effusion", cohort: .synthetic)
    #expect(scores[ids[0]] == .some(0.25))
    #expect(scores[ids[1]] == .some(nil))
    #expect(
      try second.answeredCases(classifier: "c", findings: ["Effusion"], cohort: .synthetic)
        == Set(ids))
    #expect(
      try second.answeredCases(
        classifier: "c", findings: ["Effusion", "Edema"], cohort: .synthetic
      )
      .isEmpty)
  }

  @Test func forgettingAnImageForgetsItsScores() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try AuditStore(path: folder + "/audit.sqlite")
    try store.insert([example("a.png", label: true)])
    let id = try #require(try store.cases(of: .synthetic).first?.id)
    try store.setImage(hash: "abc", ofCase: id)
    try store.insertScores(classifier: "c", findings: ["Effusion"], [(id, [0.5])])
    try store.forgetImage(ofCase: id)
    #expect(try store.cases(of: .synthetic).first?.sha256 == nil)
    #expect(try store.hasScores() == false)
  }

  @Test func aFileThatIsNoDatabaseIsRefusedWithASentence() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/audit.sqlite"
    try Data(repeating: 0x41, count: 4096).write(to: URL(fileURLWithPath: path))
    #expect(throws: AuditFailure.self) { try AuditStore(path: path) }
  }

  @Test func aStoreFromANewerVersionIsRefused() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/audit.sqlite"
    do { _ = try AuditStore(path: path) }
    // Byte 60...63 of the header is the big-endian user version.
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try handle.seek(toOffset: 60)
    try handle.write(contentsOf: Data([0, 0, 3, 231]))
    try handle.close()
    #expect(throws: AuditFailure.self) { try AuditStore(path: path) }
  }

  @Test func aFolderIsHeldByOneAuditAtATime() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      let lock = try FolderLock(folder: folder)
      #expect(throws: AuditFailure.self) { try FolderLock(folder: folder) }
      withExtendedLifetime(lock) {}
    }
    _ = try FolderLock(folder: folder)
  }

  @Test func aCopyOfTheDescriptorInAChildDoesNotKeepTheFolder() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var copies: [Int32] = []
    do {
      let lock = try FolderLock(folder: folder)
      // What a child has between being forked and starting its own program.
      for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
        let target = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/self/fd/" + name)
        if target == folder + "/.lock", let descriptor = Int32(name) {
          copies.append(dup(descriptor))
        }
      }
      withExtendedLifetime(lock) {}
    }
    #expect(!copies.isEmpty)
    _ = try FolderLock(folder: folder)
    for copy in copies { close(copy) }
  }

  @Test func stageTimesAddUpOverResumptions() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try AuditStore(path: folder + "/audit.sqlite")
    try store.record(StageRecord(name: "generate", seconds: 2, finished: "2026-01-01T00:00:00Z"))
    try store.record(StageRecord(name: "generate", seconds: 3, finished: "2026-01-02T00:00:00Z"))
    let stages = try store.stages()
    #expect(stages.map(\.seconds) == [5])
    #expect(stages.map(\.finished) == ["2026-01-02T00:00:00Z"])
  }
}
