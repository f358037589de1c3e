import Arguments
import Basics

/// Runs one command line and returns the exit code; the executable does nothing else.
///
/// - Parameter arguments: Without the program's name.
package func runAudit(arguments: [String]) -> Int32 {
  let code = exitCode(of: arguments)
  // A failure that was told already keeps its own code.
  return Output.sayWhatWasNotPrinted() && code < 2 ? 2 : code
}

/// Whether the caller reads standard output as JSON; asked before the words are understood, because
/// words that are wrong are told in JSON as well.
private func wantsJSON(_ arguments: [String]) -> Bool {
  arguments.contains("--format=json")
    || zip(arguments, arguments.dropFirst()).contains { $0 == "--format" && $1 == "json" }
}

private func exitCode(of arguments: [String]) -> Int32 {
  func told(_ message: String, hint: String? = nil, code: Int32) -> Int32 {
    if wantsJSON(arguments) { Output.failureAsJSON(message, hint: hint, exitCode: code) }
    return code
  }
  do {
    try ProcessGuards.install()
    Interruption.install()
    var command = try AuditCommand.parseAsRoot(arguments)
    try command.run()
    return 0
  } catch is GateFailure {
    return 1
  } catch let failure as AuditFailure {
    Output.failure(failure)
    return told(failure.message, hint: failure.hint, code: failure.kind.exitCode)
  } catch let exit as CleanExit {
    Output.result(AuditCommand.fullMessage(for: exit))
    return 0
  } catch let error as UsageError {
    Output.diagnostic("error: \(error.description)")
    return told(error.description, code: 64)
  } catch let error as ValidationError {
    Output.diagnostic("error: \(error.message)")
    return told(error.message, code: 64)
  } catch {
    Output.diagnostic("error: \(error)")
    return told("\(error)", code: 2)
  }
}
