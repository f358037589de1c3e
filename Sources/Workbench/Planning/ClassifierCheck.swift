import AuditModel
import Basics
import Classifiers
import Foundation

/// Opens every model of a spec before anything is drawn for it.
///
/// Drawing a cohort takes hours; a path that was mistyped should not be found after them.
struct ClassifierCheck {
  let specification: AuditSpecification

  /// - Throws: ``AuditFailure`` naming the first model that cannot be used.
  func run() throws {
    let findings = specification.auditedFindings
    for classifier in specification.classifiers + specification.referencePanel {
      try check(classifier, findings: findings)
    }
    let outputs = specification.cohort.map { AttributePrediction.all(of: $0.attributes) } ?? []
    for predictor in specification.attributePredictors {
      try check(predictor, findings: outputs.map(\.outputName))
    }
  }

  private func check(_ classifier: ClassifierSpecification, findings: [String]) throws {
    switch classifier.source {
    case .onnx(let onnx):
      // Labels that are a list may name findings that only the table knows.
      let answered = findings.filter { onnx.outputs[$0] != nil }
      _ = try makeClassifier(
        classifier, directory: specification.directory,
        findings: answered.isEmpty && specification.real != nil
          ? onnx.outputs.keys.sorted() : findings)
    case .command(let command):
      guard let program = command.arguments.first, !isProgram(program) else { return }
      throw AuditFailure(
        "classifier '\(classifier.name)': there is no program '\(program)'",
        hint: program.contains("/")
          ? "a command is started in the spec's folder; correct its 'command'"
          : "install it, or give its path in 'command'")
    case .scores(let path):
      let absolute = specification.resolve(path)
      guard !FileManager.default.isReadableFile(atPath: absolute) else { return }
      throw AuditFailure(
        "the file '\(absolute)' of the classifier '\(classifier.name)' does not exist",
        hint: "paths in the spec are relative to the spec file")
    case .realTable: return
    }
  }

  private func isProgram(_ name: String) -> Bool {
    let manager = FileManager.default
    if name.contains("/") { return manager.isExecutableFile(atPath: specification.resolve(name)) }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").contains {
      manager.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }
}
