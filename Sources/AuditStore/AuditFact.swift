import Basics
import Foundation

/// What the store knows about the audit as a whole: the one list of such facts.
package enum AuditFact: String, Sendable, CaseIterable {
  /// The spec's file, byte for byte as UTF-8, and its absolute path.
  case specificationText, specificationPath
  /// Hash of the analysis plan, and the policy's rules, as they were before the first score.
  case planHash, policy
  /// Present once the plan or the policy changed after scores had been read.
  case exploratory, policyChanged
  /// What `--start-over` discarded, as JSON: ``DiscardedAudit``.
  case discarded
  /// Hashes and options of the generator that drew the images, and its name.
  case generator, generatorName
  /// Rules and hashes of masks and boxes.
  case conditions
  /// How many prompts the generator cut.
  case truncatedPrompts
  /// Gates and limits of the synthetic cohort, as JSON.
  case evidence
  /// SHA-256 of the real table, what was found in it and said about it, what its clusters are, and how
  /// many patients it has where the clusters are not they.
  case realTableHash, realFindings, realNotes, realCautions, realMappings, realClusterUnit
  case realPatientCount
  /// Version of the library that ran ONNX models.
  case onnxRuntime
}

/// Something that is kept for later runs, and so has a key: the hash of all that it was made from.
package enum ReusablePart: Sendable, Hashable {
  /// The real table as cases, labels and scores.
  case realCohort
  /// The scores of one classifier, by name.
  case scores(String)
  /// The drawn images: what the spec says of the generator, and its files.
  case images
  /// Gates and limits of the synthetic cohort.
  case evidence
  /// How far the answers of one classifier, by name, moved when it was asked twice.
  case repeatability(String)

  fileprivate var columns: (part: String, name: String) {
    switch self {
    case .realCohort: ("realCohort", "")
    case .scores(let classifier): ("scores", classifier)
    case .images: ("images", "")
    case .evidence: ("evidence", "")
    case .repeatability(let classifier): ("repeatability", classifier)
    }
  }
}

/// An audit of this folder that `--start-over` threw away.
package struct DiscardedAudit: Sendable, Equatable, Codable {
  /// ISO 8601, UTC.
  package var when: String
  /// nil where the former store could not be read.
  package var scoresHadBeenRead: Bool?
  /// nil where no plan had been fixed.
  package var planHash: String?

  package init(when: String, scoresHadBeenRead: Bool?, planHash: String?) {
    self.when = when
    self.scoresHadBeenRead = scoresHadBeenRead
    self.planHash = planHash
  }
}

extension AuditStore {
  /// The fact's text; nil where nothing was recorded.
  package func value(of fact: AuditFact) throws -> String? {
    let query = try database.prepare("SELECT value FROM meta WHERE key = ?")
    query.bind(fact.rawValue, at: 1)
    return try query.step() ? query.text(0) : nil
  }

  /// Records a fact; nil removes it.
  package func set(_ value: String?, for fact: AuditFact) throws {
    guard let value else {
      let statement = try database.prepare("DELETE FROM meta WHERE key = ?")
      statement.bind(fact.rawValue, at: 1)
      return try statement.run()
    }
    let statement = try database.prepare(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
    statement.bind(fact.rawValue, at: 1)
    statement.bind(value, at: 2)
    try statement.run()
  }

  /// A fact that is a value of its own, kept as JSON; nil where nothing, or something else, was
  /// recorded.
  package func decoded<Value: Decodable>(_: Value.Type, of fact: AuditFact) throws -> Value? {
    guard let text = try value(of: fact) else { return nil }
    try checkValueCount(ofJSON: text.utf8, path: "the audit store's '\(fact.rawValue)'")
    return try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  /// Records a fact as JSON.
  package func encode(_ value: some Encodable, for fact: AuditFact) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try set(String(decoding: try encoder.encode(value), as: UTF8.self), for: fact)
  }

  /// A list of texts; those of earlier versions were joined by U+001F.
  package func texts(of fact: AuditFact) throws -> [String] {
    if let list = try decoded([String].self, of: fact) { return list }
    return try (value(of: fact) ?? "").components(separatedBy: "\u{1F}").filter { !$0.isEmpty }
  }

  /// The key that a kept part was made under; nil where it was never made, or by an earlier version.
  package func key(of part: ReusablePart) throws -> String? {
    let query = try database.prepare("SELECT key FROM keys WHERE part = ? AND name = ?")
    query.bind(part.columns.part, at: 1)
    query.bind(part.columns.name, at: 2)
    return try query.step() ? query.text(0) : nil
  }

  /// Records what a part was made from; nil says that nothing of it may be used again.
  package func set(_ key: String?, forKeyOf part: ReusablePart) throws {
    guard let key else {
      let statement = try database.prepare("DELETE FROM keys WHERE part = ? AND name = ?")
      statement.bind(part.columns.part, at: 1)
      statement.bind(part.columns.name, at: 2)
      return try statement.run()
    }
    let statement = try database.prepare(
      "INSERT OR REPLACE INTO keys (part, name, key) VALUES (?, ?, ?)")
    statement.bind(part.columns.part, at: 1)
    statement.bind(part.columns.name, at: 2)
    statement.bind(key, at: 3)
    try statement.run()
  }

  /// The hash of a file that was read before and has the same stamp since; nil: read it.
  package func knownHash(ofFile path: String, stamp: String) throws -> String? {
    let query = try database.prepare("SELECT sha256 FROM files WHERE path = ? AND stamp = ?")
    query.bind(path, at: 1)
    query.bind(stamp, at: 2)
    return try query.step() ? query.text(0) : nil
  }

  /// Keeps hashes of files under their stamps.
  package func keep(_ files: [KeptFileHash]) throws {
    guard !files.isEmpty else { return }
    try database.transaction {
      let statement = try database.prepare(
        "INSERT OR REPLACE INTO files (path, stamp, sha256) VALUES (?, ?, ?)")
      for file in files {
        statement.bind(file.path, at: 1)
        statement.bind(file.stamp, at: 2)
        statement.bind(file.sha256, at: 3)
        try statement.run()
      }
    }
  }
}

/// A file that was read, by its place and its stamp.
package struct KeptFileHash: Sendable, Equatable {
  package var path: String
  package var stamp: String
  package var sha256: String

  package init(path: String, stamp: String, sha256: String) {
    self.path = path
    self.stamp = stamp
    self.sha256 = sha256
  }
}
