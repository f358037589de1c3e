import AuditModel
import Basics
import Classifiers
import Cohorts

/// Models open and give the right shapes, programs exist and start, score tables can be read.
struct ClassifierPreflight {
  let specification: AuditSpecification
  /// The real cohort, where its table can be read.
  let cohort: RealCohort?

  func faults() -> [AuditFailure] {
    // Labels that are a list may name findings that only the table knows.
    var findings = specification.auditedFindings
    for finding in cohort?.findings ?? [] where !findings.contains(finding) {
      findings.append(finding)
    }
    var faults: [AuditFailure] = []
    for classifier in specification.classifiers + specification.referencePanel {
      let declared = classifier.kind.declaredFindings
      let asked = findings.isEmpty ? declared : findings
      faults += classifierFaults(
        classifier, directory: specification.directory, findings: asked,
        images: cohort?.cases.map { ImageCase(id: $0.image, path: $0.file) } ?? [])
    }
    let outputs = specification.cohort.map { AttributePrediction.all(of: $0.attributes) } ?? []
    for predictor in specification.attributePredictors {
      faults += classifierFaults(
        predictor, directory: specification.directory, findings: outputs.map(\.outputName))
    }
    return faults
  }
}
