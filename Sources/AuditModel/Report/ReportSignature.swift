/// What a report says about its own signature, which cannot be part of it.
///
/// The signature is made last: it covers `provenance.json`, which holds the hash of every other file.
package struct SignatureRecord: Sendable, Equatable, Codable {
  /// Relative to the report's folder.
  package var file: String
  /// OpenSSH's name of the key, such as `SHA256:…`.
  package var keyFingerprint: String
  /// `ED25519`, `RSA`, …
  package var keyType: String
  /// The namespace, without which a signature made for another purpose would count.
  package var namespace: String

  package init(file: String, keyFingerprint: String, keyType: String, namespace: String) {
    self.file = file
    self.keyFingerprint = keyFingerprint
    self.keyType = keyType
    self.namespace = namespace
  }
}
