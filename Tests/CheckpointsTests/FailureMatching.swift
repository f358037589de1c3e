import Basics
import Testing

/// Expects an `AuditFailure` whose text holds all the given words.
func expectFailure<Result>(
  _ words: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Result
) {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let failure as AuditFailure {
    for word in words where !failure.description.contains(word) {
      Issue.record("'\(failure)' does not mention '\(word)'", sourceLocation: sourceLocation)
    }
  } catch {
    Issue.record("'\(error)' is no AuditFailure", sourceLocation: sourceLocation)
  }
}
