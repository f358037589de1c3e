/// What an image of the user's is recognised by, kept so that the file is read once.
package struct StoredFingerprint: Sendable, Equatable {
  /// Absolute path of the image.
  package var path: String
  /// Changes when the file changes.
  package var stamp: String
  /// The fingerprint in its owner's own notation.
  package var text: String

  package init(path: String, stamp: String, text: String) {
    self.path = path
    self.stamp = stamp
    self.text = text
  }
}

extension AuditStore {
  /// All fingerprints by path.
  package func fingerprints() throws -> [String: StoredFingerprint] {
    let query = try database.prepare("SELECT path, stamp, text FROM fingerprints")
    var result: [String: StoredFingerprint] = [:]
    while try query.step() {
      let path = query.text(0) ?? ""
      result[path] = StoredFingerprint(
        path: path, stamp: query.text(1) ?? "", text: query.text(2) ?? "")
    }
    return result
  }

  package func keep(_ fingerprints: [StoredFingerprint]) throws {
    try database.transaction {
      let statement = try database.prepare(
        "INSERT OR REPLACE INTO fingerprints (path, stamp, text) VALUES (?, ?, ?)")
      for item in fingerprints {
        statement.bind(item.path, at: 1)
        statement.bind(item.stamp, at: 2)
        statement.bind(item.text, at: 3)
        try statement.run()
      }
    }
  }
}
