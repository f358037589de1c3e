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

private func exitCode(of arguments: [String]) -> Int32 {
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
    return failure.kind.exitCode
  } catch let exit as CleanExit {
    Output.result(AuditCommand.fullMessage(for: exit))
    return 0
  } catch let error as UsageError {
    Output.diagnostic("error: \(error.description)")
    return 64
  } catch let error as ValidationError {
    Output.diagnostic("error: \(error.message)")
    return 64
  } catch {
    Output.diagnostic("error: \(error)")
    return 2
  }
}
