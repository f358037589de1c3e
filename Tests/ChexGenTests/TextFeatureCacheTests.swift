import Basics
import Foundation
import Tensors
import Testing

@testable import ChexGen

@Suite final class TextFeatureCacheTests {
  let cache = TextFeatureCache(
    folder: NSTemporaryDirectory() + "features-\(UUID().uuidString)/text-features")

  deinit {
    try? FileManager.default.removeItem(
      atPath: (cache.folder as NSString).deletingLastPathComponent)
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: cache.folder).sorted()
      .map { cache.folder + "/" + $0 }
  }

  @Test func featuresAreReadBackBitByBitAndOnlyForTheirKey() throws {
    let features = Tensor([1, -0.0, .leastNonzeroMagnitude, 3e38, 0.1, -2], shape: [2, 3])
    let key = TextFeatureCache.key(cleanedText: "effusion", encoder: "e")
    #expect(try cache.features(key: key, tokens: 2, channels: 3) == nil)
    try cache.store(features, key: key)
    let back = try #require(try cache.features(key: key, tokens: 2, channels: 3))
    #expect(back.shape == [2, 3])
    #expect(back.values.map(\.bitPattern) == features.values.map(\.bitPattern))
    let other = TextFeatureCache.key(cleanedText: "effusion", encoder: "f")
    #expect(try cache.features(key: other, tokens: 2, channels: 3) == nil)
    // A file under another's name, and another shape.
    try FileManager.default.copyItem(
      atPath: cache.folder + "/\(key).features", toPath: cache.folder + "/\(other).features")
    #expect(throws: AuditFailure.self) {
      try self.cache.features(key: other, tokens: 2, channels: 3)
    }
    #expect(throws: AuditFailure.self) {
      try self.cache.features(key: key, tokens: 3, channels: 2)
    }
  }

  @Test func aDamagedFileIsNeverBelieved() throws {
    let key = TextFeatureCache.key(cleanedText: "a", encoder: "e")
    try cache.store(Tensor([1, 2, 3, 4], shape: [2, 2]), key: key)
    let path = try #require(try files().first)
    let whole = [UInt8](try Data(contentsOf: URL(filePath: path)))
    for position in whole.indices {
      var damaged = whole
      damaged[position] ^= 0x10
      try Data(damaged).write(to: URL(filePath: path))
      #expect(throws: AuditFailure.self, "byte \(position)") {
        try self.cache.features(key: key, tokens: 2, channels: 2)
      }
    }
    for count in [0, 1, whole.count - 1] {
      try Data(whole.prefix(count)).write(to: URL(filePath: path))
      #expect(throws: AuditFailure.self) {
        try self.cache.features(key: key, tokens: 2, channels: 2)
      }
    }
    try Data(whole + whole).write(to: URL(filePath: path))
    #expect(throws: AuditFailure.self) {
      try self.cache.features(key: key, tokens: 2, channels: 2)
    }
  }

  @Test func aFolderThatOthersMayWriteInIsNotBelieved() throws {
    #expect(cache.untrustedReason == nil)
    try cache.store(Tensor([1], shape: [1, 1]), key: "k")
    #expect(cache.untrustedReason == nil)
    #expect(chmod(cache.folder, 0o777) == 0)
    #expect(cache.untrustedReason?.contains("everybody may write") == true)
  }

  @Test func theLeastRecentlyUsedGoFirst() throws {
    var small = cache
    let keys = (0..<4).map { TextFeatureCache.key(cleanedText: "\($0)", encoder: "e") }
    for (index, key) in keys.enumerated() {
      try small.store(Tensor([Float(index)], shape: [1, 1]), key: key)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1000 + Double(index))],
        ofItemAtPath: small.folder + "/\(key).features")
    }
    small.capacity = small.usedBytes * 3 / 4
    // Using the oldest makes it the youngest.
    #expect(try small.features(key: keys[0], tokens: 1, channels: 1) != nil)
    small.trim()
    #expect(small.usedBytes <= small.capacity)
    #expect(try small.features(key: keys[0], tokens: 1, channels: 1) != nil)
    #expect(try small.features(key: keys[1], tokens: 1, channels: 1) == nil)
  }

  @Test(.needsTinyGenerator())
  func promptsAreEncodedOncePerEncoderAndDamageIsMended() throws {
    // The encoder's identity is read from its file when it is first asked for.
    let folder = try TinyGenerator.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try TinyGenerator.load(folder)
    let prompts = ["Effusion.", "No effusion.", "Effusion.", "A longer caption with an effusion."]
    let plain = try model.encode(prompts)
    func values(_ encoded: [EncodedPrompt]) -> [[Float]] { encoded.map(\.features.values) }
    #expect(try values(model.encode(prompts, cache: cache)) == values(plain))
    #expect(try files().count == 3)
    var notes: [String] = []
    #expect(try values(model.encode(prompts, cache: cache) { notes.append($0) }) == values(plain))
    #expect(notes.isEmpty)
    try Data("rubbish".utf8).write(to: URL(filePath: try #require(try files().first)))
    #expect(try values(model.encode(prompts, cache: cache) { notes.append($0) }) == values(plain))
    #expect(notes.count == 1 && notes[0].contains("computed again"))
    _ = try model.encode(prompts, cache: cache) { notes.append($0) }
    #expect(notes.count == 1)
  }

  @Test(.needsTinyGenerator())
  func aCacheThatCannotBeWrittenIsSaidAndDoesNotStop() throws {
    // The encoder's identity is read from its file when it is first asked for.
    let folder = try TinyGenerator.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try TinyGenerator.load(folder)
    var notes: [String] = []
    let blocked = TextFeatureCache(folder: "/dev/null/features")
    let encoded = try model.encode(["Effusion."], cache: blocked) { notes.append($0) }
    #expect(try encoded[0].features.values == model.encode(["Effusion."])[0].features.values)
    #expect(notes.count == 1 && notes[0].contains("not kept"))
  }

  @Test func thePlaceComesFromTheEnvironment() {
    func folder(_ environment: [String: String]) -> String? {
      TextFeatureCache.standard(environment: environment)?.folder
    }
    #expect(folder(["AUDIT_CACHE": "/c", "HOME": "/h"]) == "/c/text-features")
    #expect(folder(["AUDIT_CACHE": "none", "HOME": "/h"]) == nil)
    #expect(folder(["XDG_CACHE_HOME": "/x"]) == "/x/chest-radiograph-audit/text-features")
    #expect(folder(["HOME": "/h"]) == "/h/.cache/chest-radiograph-audit/text-features")
    #expect(folder([:]) == nil)
  }
}
