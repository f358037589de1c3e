import AuditModel
import Basics
import AuditStore
import Cohorts
import Foundation

/// Reads the real cohort's table into the store.
struct ImportStage {
  let workspace: AuditWorkspace
  let context: RunContext
  /// What the preflight read.
  var read: ReadCohort?

  /// Does nothing while table, columns and rules are those that were read before; otherwise the
  /// cohort is read again, whole.
  func run() throws {
    let store = workspace.store
    let specification = workspace.specification
    guard let real = specification.real else {
      // Cases of a former spec are nobody's any more.
      return try store.inOneStep {
        try store.removeCases(of: .real)
        for fact in [
          AuditFact.realTableHash, .realFindings, .realNotes, .realCautions, .realMappings,
          .realClusterUnit, .realPatientCount,
        ] {
          try store.set(nil, for: fact)
        }
        try store.set(nil, forKeyOf: .realCohort)
      }
    }
    let path = specification.resolve(real.table)
    try workspace.stage("import", context: context) {
      let keys = ReuseKeys(workspace: workspace)
      let findings = Self.defaultFindings(of: specification)
      let known = try store.key(of: .realCohort)
      // What headers say is known only after they were read.
      let asksHeaders = !real.imageOptions.headers.isEmpty
      if known != nil, !asksHeaders, FileManager.default.fileExists(atPath: path),
        try keys.realCohort(real, defaultFindings: findings) == known
      {
        return
      }
      let kept = current(for: real, defaultFindings: findings)
      let cohort =
        try kept
        ?? RealCohort(real, resolve: specification.resolve, defaultFindings: findings)
      try refuseHiddenClusters(cohort, path: path)
      // After the reading: a table that changes meanwhile does not get the key of the former one.
      let key = try keys.realCohort(
        real, defaultFindings: findings,
        headers: asksHeaders ? Self.attributeText(of: cohort) : "")
      if asksHeaders, key == known { return }
      if try !store.cases(of: .real).isEmpty {
        context.note(
          "the real table, its columns or how they are read changed; the real cohort is read again")
      }
      for note in cohort.notes + cohort.cautions { context.note(note) }
      let hash = try SHA256.hex(ofFile: path)
      if kept != nil, current(for: real, defaultFindings: findings) == nil {
        throw AuditFailure(
          "\(path): the real cohort's tables changed while they were read",
          hint: "run the same command again")
      }
      try store.inOneStep {
        try store.replaceRealCohort(
          by: Self.cases(of: cohort, real: real, specification: specification),
          scores: cohort.scores,
          imageReaders: specification.models.filter(\.readsImages).map(\.name), key: key)
        try keep(cohort, tableHash: hash)
      }
    }
  }

  /// What the preflight read, while reading now would read the same.
  private func current(
    for real: RealCohortSpecification, defaultFindings: [String]
  ) -> RealCohort? {
    guard let read,
      read.isCurrent(
        for: real, resolve: workspace.specification.resolve, defaultFindings: defaultFindings)
    else { return nil }
    return read.cohort
  }

  /// What is told of the cohort besides its cases.
  private func keep(_ cohort: RealCohort, tableHash: String) throws {
    let store = workspace.store
    try store.encode(cohort.findings, for: .realFindings)
    try store.encode(cohort.notes, for: .realNotes)
    try store.encode(cohort.cautions, for: .realCautions)
    try store.encode(cohort.valueMappings, for: .realMappings)
    let byImage = workspace.specification.analysis.cluster == .image
    try store.set(cohort.hasPatients && !byImage ? "patients" : "images", for: .realClusterUnit)
    let patients = Set(cohort.cases.map(\.patient)).count
    try store.set(cohort.hasPatients && byImage ? "\(patients)" : nil, for: .realPatientCount)
    try store.set(tableHash, for: .realTableHash)
  }

  /// One text for the attributes of all cases, in which headers take part.
  private static func attributeText(of cohort: RealCohort) -> String {
    SHA256.hex(
      of: cohort.cases.map { canonicalText(of: $0.attributes) }.joined(separator: "\n"))
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

  /// The table's rows as the store keeps them.
  static func cases(
    of cohort: RealCohort, real: RealCohortSpecification, specification: AuditSpecification
  ) -> some Sequence<StoredCase> {
    let byImage = specification.analysis.cluster == .image
    return cohort.cases.lazy.map { item -> StoredCase in
      var stored = StoredCase(
        cohort: .real, name: item.image, cluster: byImage ? item.image : item.patient)
      stored.attributes = item.attributes
      // Relative to the image folder, so that audit and images may move together.
      stored.image = real.images == nil ? nil : item.file
      stored.labels = CaseLabels(findings: cohort.findings, item.labels)
      return stored
    }
  }

  /// Findings of the classifiers, where the labels name none of their own.
  static func defaultFindings(of specification: AuditSpecification) -> [String] {
    var names: Set<String> = []
    for classifier in specification.classifiers {
      names.formUnion(classifier.kind.declaredFindings)
    }
    for finding in specification.cohort?.findings ?? [] { names.insert(finding.name) }
    return names.sorted()
  }
}
