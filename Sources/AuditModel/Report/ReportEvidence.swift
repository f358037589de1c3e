/// The generator behind a synthetic cohort, as its model card describes it.
package struct GeneratorRecord: Sendable, Equatable, Codable {
  package var name: String
  /// SHA-256 of the denoiser's weights.
  package var hash: String?
  /// One or two sentences: what it was trained on and what it draws.
  package var description: String
  /// What the model card says it can express (findings, sexes, ages, races, views).
  package var support: [String] = []
  /// What the model card says it cannot express or was not checked for.
  package var limits: [String] = []

  package init(name: String, hash: String?, description: String) {
    self.name = name
    self.hash = hash
    self.description = description
  }
}
