import AuditModel
import Basics
import ChildProcesses

/// What would keep a classifier from answering, found without reading an image of the audit.
///
/// - Parameters:
///   - findings: The findings that are audited, as far as they are known.
///   - images: Of the real cohort, as far as they are known; a table of scores must have some of them.
/// - Returns: Every fault with its remedy; none for a kind without files or programs.
package func classifierFaults(
  _ specification: ClassifierSpecification, directory: String, findings: [String],
  images: [ImageCase] = []
) -> [AuditFailure] {
  guard let kind = specification.kind as? any OpenableClassifierKind else { return [] }
  do {
    return try kind.faults(
      of: specification,
      in: ClassifierPlace(directory: directory, findings: findings, images: images))
  } catch let failure as AuditFailure {
    return [failure]
  } catch {
    return [AuditFailure("the classifier '\(specification.name)' cannot be opened: \(error)")]
  }
}

extension OpenableClassifierKind {
  /// Opens it and asks about a blank image; what comes back must have the right shape.
  func faults(of specification: ClassifierSpecification, in place: ClassifierPlace) throws
    -> [AuditFailure]
  {
    try open(specification, in: place).rehearse()
    return []
  }
}

extension ScoreFileKind {
  /// Reads the table and looks the real images up in it.
  func faults(of specification: ClassifierSpecification, in place: ClassifierPlace) throws
    -> [AuditFailure]
  {
    try open(specification, in: place).score(place.images) { _ in }
    return []
  }
}

extension CommandSpecification {
  /// Looks at the program and starts it, without an image and for a moment only.
  func faults(of specification: ClassifierSpecification, in place: ClassifierPlace) throws
    -> [AuditFailure]
  {
    guard let program = arguments.first else { return [] }
    do throws(ProgramFault) {
      try checkProgram(program, directory: place.directory)
    } catch {
      return [
        AuditFailure("classifier '\(specification.name)': \(error.sentence)", hint: error.remedy)
      ]
    }
    do {
      // Whoever can be executed can still fail to start: a file system without execution, a limit.
      let process = try ChildProcess(
        arguments: arguments, directory: place.directory, environment: ["AUDIT_BATCH": "\(batch)"],
        logFile: "/dev/null")
      process.kill()
    } catch {
      return [
        AuditFailure("classifier '\(specification.name)': \(error)", hint: "correct its 'command'")
      ]
    }
    return []
  }
}
