import AuditModel
import Basics
import AuditStore
import Cohorts
import Foundation

/// Reads the real cohort's table into the store.
struct ImportStage {
  let workspace: AuditWorkspace
  let context: RunContext

  /// Does nothing when the same table was imported before.
  func run() throws {
    guard let real = workspace.specification.real else { return }
    let specification = workspace.specification
    let path = specification.resolve(real.table)
    try workspace.stage("import", context: context) {
      if FileManager.default.fileExists(atPath: path),
        let known = try workspace.store.value(of: "realTableHash")
      {
        guard try SHA256.hex(ofFile: path) == known else {
          throw AuditFailure(
            "the real table '\(path)' has changed since this audit read it",
            hint: "restore it, or add --start-over to audit the new table")
        }
        return
      }
      let cohort = try RealCohort(
        real, resolve: specification.resolve, defaultFindings: defaultFindings())
      try refuseHiddenClusters(cohort, path: path)
      try insert(cohort, real: real)
      for note in cohort.notes { context.note(note) }
      try workspace.store.set(cohort.findings.joined(separator: "\u{1F}"), for: "realFindings")
      try workspace.store.set(cohort.notes.joined(separator: "\u{1F}"), for: "realNotes")
      for caution in cohort.cautions { context.note(caution) }
      try workspace.store.set(cohort.cautions.joined(separator: "\u{1F}"), for: "realCautions")
      try workspace.store.set(
        String(decoding: JSONEncoder().encode(cohort.valueMappings), as: UTF8.self),
        for: "realMappings")
      try workspace.store.set(cohort.hasPatients ? "patients" : "images", for: "realClusterUnit")
      try workspace.store.set(try SHA256.hex(ofFile: path), for: "realTableHash")
    }
  }

  /// Without patients every image would count as independent; that must be asked for by name.
  private func refuseHiddenClusters(_ cohort: RealCohort, path: String) throws {
    if !cohort.hasPatients, workspace.specification.analysis.cluster == .patient {
      throw AuditFailure(
        "\(path): the analysis is by patient, but 'real.columns.patient' names no column",
        hint:
          "name the patient column, or ask for \"cluster\": \"image\" if every image is another patient"
      )
    }
  }

  private func insert(_ cohort: RealCohort, real: RealCohortSpecification) throws {
    let byImage = workspace.specification.analysis.cluster == .image
    let cases = cohort.cases.map { item -> StoredCase in
      var stored = StoredCase(
        cohort: .real, name: item.image, cluster: byImage ? item.image : item.patient)
      stored.attributes = item.attributes
      // Relative to the image folder, so that audit and images may move together.
      stored.image = real.images == nil ? nil : item.image
      for (finding, label) in zip(cohort.findings, item.labels) { stored.labels[finding] = label }
      return stored
    }
    try workspace.store.insert(cases)
    let ids = try workspace.store.cases(of: .real).map(\.id)
    for (classifier, byFinding) in cohort.scores.sorted(by: { $0.key < $1.key }) {
      for (finding, values) in byFinding.sorted(by: { $0.key < $1.key }) {
        try workspace.store.insertScores(
          classifier: classifier,
          zip(ids, values).map { (caseID: $0, finding: finding, value: $1) })
      }
    }
  }

  /// Findings of the classifiers, where the labels name none of their own.
  private func defaultFindings() -> [String] {
    var names: Set<String> = []
    for classifier in workspace.specification.classifiers {
      names.formUnion(classifier.kind.declaredFindings)
    }
    for finding in workspace.specification.cohort?.findings ?? [] { names.insert(finding.name) }
    return names.sorted()
  }
}
