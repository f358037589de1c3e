/// What went wrong with a command, as the rest of the sentence "classifier 'x' …".
package struct CommandProblem: Error {
  package var words: String
  /// Whether to name the first case without an answer.
  package var showsMissing: Bool

  package init(_ words: String, showsMissing: Bool = true) {
    self.words = words
    self.showsMissing = showsMissing
  }
}
