import AuditModel
import Basics
import AuditStore
import Classifiers
import Cohorts
import Foundation

/// Asks every classifier about every image it has not answered yet.
struct ScoreStage {
  struct Outcome {
    /// Classifier to the audited findings it answers.
    var findings: [String: [String]]
    var records: [ClassifierRecord]
  }
  let workspace: AuditWorkspace
  let context: RunContext

  func run() throws -> Outcome {
    try fixPlan()
    try fixPolicy()
    return try workspace.stage("score", context: context) {
      var outcome = Outcome(findings: [:], records: [])
      let specification = workspace.specification
      for classifier in specification.classifiers + specification.referencePanel {
        let findings = try score(classifier)
        outcome.findings[classifier.name] = findings
        outcome.records.append(try record(of: classifier, findings: findings))
      }
      for predictor in specification.attributePredictors {
        let outputs = try scoreAttributes(predictor)
        outcome.findings[predictor.name] = outputs
        outcome.records.append(try record(of: predictor, findings: outputs))
      }
      return outcome
    }
  }

  /// The plan counts as fixed only if it was recorded before the first score was read.
  private func fixPlan() throws {
    let hash = planHash(workspace.specification)
    let store = workspace.store
    guard let known = try store.value(of: "planHash") else {
      return try store.set(hash, for: "planHash")
    }
    guard known != hash else { return }
    if try store.hasScores() {
      context.note("the analysis plan changed after scores were read; the report will say so")
      try store.set("true", for: "exploratory")
    }
    try store.set(hash, for: "planHash")
  }

  /// A gate that was loosened once its outcome was known must not look like one set beforehand.
  private func fixPolicy() throws {
    let rules = workspace.specification.policy.canonicalText
    let store = workspace.store
    if let known = try store.value(of: "policy"), known != rules, try store.hasScores() {
      context.note("the policy changed after scores were read; the report will say so")
      try store.set("true", for: "policyChanged")
    }
    try store.set(rules, for: "policy")
  }

  /// - Returns: The audited findings that this classifier answers.
  private func score(_ specification: ClassifierSpecification) throws -> [String] {
    let audited = try auditedFindings()
    if specification.kind.origin == .realTable {
      // The import stage has stored these scores.
      let columns = workspace.specification.real?.scores[specification.name] ?? [:]
      return audited.filter { columns[$0] != nil }
    }
    try forgetScoresOfAnotherModel(specification)
    let classifier = try open(specification, findings: audited)
    let findings = audited.filter(classifier.findings.contains)
    guard !findings.isEmpty else {
      throw AuditFailure(
        "the classifier '\(specification.name)' answers none of the audited findings "
          + "(\(audited.joined(separator: ", ")))",
        hint: "name its findings as in the cohort or the labels")
    }
    for (key, value) in classifier.provenance.sorted(by: { $0.key < $1.key }) {
      try workspace.store.set(value, for: key)
    }
    for cohort in [StoredCase.Cohort.synthetic, .real] {
      try score(cohort, by: classifier, origin: specification.kind.origin, findings: findings)
    }
    return findings
  }

  /// - Returns: The outputs, as ``AttributePrediction`` names them, that this predictor answers.
  private func scoreAttributes(_ specification: ClassifierSpecification) throws -> [String] {
    let wanted = attributeOutputs()
    try forgetScoresOfAnotherModel(specification)
    let predictor = try open(specification, findings: wanted)
    let outputs = wanted.filter(predictor.findings.contains)
    guard !outputs.isEmpty else {
      throw AuditFailure(
        "the attribute predictor '\(specification.name)' answers nothing that the cohort varies "
          + "(\(wanted.joined(separator: ", ")))",
        hint: "name its outputs so, with the values of cohort.attributes")
    }
    try score(.synthetic, by: predictor, origin: specification.kind.origin, findings: outputs)
    return outputs
  }

  private func attributeOutputs() -> [String] {
    workspace.specification.cohort.map {
      AttributePrediction.all(of: $0.attributes).map(\.outputName)
    } ?? []
  }

  /// The classifier, with a log of its own if it is a command.
  func open(_ specification: ClassifierSpecification, findings: [String]) throws -> any Classifier {
    var logFile: String?
    if specification.kind.runsProgram {
      try createFolder(at: workspace.path("logs"))
      logFile = try workspace.path("logs/\(fileNameComponent(specification.name)).log")
    }
    return try makeClassifier(
      specification, directory: workspace.specification.directory, findings: findings,
      logFile: logFile, checkInterrupted: context.checkInterrupted)
  }

  /// Asks one opened classifier about the images of a cohort that it has not answered.
  func score(
    _ cohort: StoredCase.Cohort, by classifier: any Classifier,
    origin: ScoreOrigin, findings: [String]
  ) throws {
    let store = workspace.store
    let answered = try store.answeredCases(
      classifier: classifier.name, findings: findings, cohort: cohort)
    var cases = try store.cases(of: cohort)
    let total = cases.count
    cases.removeAll { answered.contains($0.id) }
    switch origin {
    case .ownTable:
      // A published table answers for real images; synthetic ones are ours alone.
      if cohort == .synthetic { return }
    case .images:
      // A classifier that reads images has nothing to read where the spec gives scores only.
      cases.removeAll { $0.image == nil }
    case .realTable: return
    }
    guard !cases.isEmpty else { return }
    let ids = Dictionary(cases.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
    let before = Double(total - cases.count)
    var done = before
    let images = try cases.map { item in
      ImageCase(id: item.name, path: try workspace.imagePath(of: item) ?? "")
    }
    try classifier.score(images) { answers in
      try context.checkInterrupted()
      var rows: [(caseID: Int64, finding: String, value: Double?)] = []
      for answer in answers {
        guard let id = ids[answer.id] else { continue }
        for finding in findings { rows.append((id, finding, answer.scores[finding] ?? nil)) }
      }
      try store.insertScores(classifier: classifier.name, rows)
      done += Double(answers.count)
      context.report(
        StageProgress(
          stage: "scoring", done: done, total: Double(total), doneBefore: before, unit: "images",
          detail: "\(classifier.name), \(cohort.rawValue)"))
    }
    if origin == .images {
      try RepeatabilityCheck(store: store, context: context).run(
        classifier, images: images, cohort: cohort, findings: findings)
    }
  }

  /// Images of the real cohort about which every classifier that reads images has answered.
  func imagesScoredInFull() throws -> Set<String> {
    let specification = workspace.specification
    var cases = try workspace.store.cases(of: .real)
    let readers = (specification.classifiers + specification.referencePanel).filter(\.readsImages)
    guard !cases.isEmpty, !readers.isEmpty else { return [] }
    let findings = try answeredFindings()
    for classifier in readers {
      let answered = try workspace.store.answeredCases(
        classifier: classifier.name, findings: findings[classifier.name] ?? [], cohort: .real)
      if findings[classifier.name]?.isEmpty != false { return [] }
      cases.removeAll { !answered.contains($0.id) }
    }
    return Set(cases.map(\.name))
  }

  /// Classifier to findings, from the stored scores alone.
  func answeredFindings() throws -> [String: [String]] {
    var result: [String: [String]] = [:]
    let specification = workspace.specification
    for classifier in specification.classifiers + specification.referencePanel {
      result[classifier.name] = try auditedFindings().filter { finding in
        try [StoredCase.Cohort.synthetic, .real].contains {
          try !workspace.store.scores(classifier: classifier.name, finding: finding, cohort: $0)
            .isEmpty
        }
      }
    }
    for predictor in specification.attributePredictors {
      result[predictor.name] = try attributeOutputs().filter {
        try !workspace.store.scores(classifier: predictor.name, finding: $0, cohort: .synthetic)
          .isEmpty
      }
    }
    return result
  }

  /// The cohort's findings, then those of the real labels.
  private func auditedFindings() throws -> [String] {
    var findings = workspace.specification.cohort?.findings.map(\.name) ?? []
    let real = try workspace.store.value(of: "realFindings") ?? ""
    for finding in real.components(separatedBy: "\u{1F}")
    where !finding.isEmpty && !findings.contains(finding) {
      findings.append(finding)
    }
    return findings
  }

  /// Scores belong to one model file and one preprocessing; another pair starts anew.
  private func forgetScoresOfAnotherModel(_ specification: ClassifierSpecification) throws {
    let key = "classifier \(specification.name)"
    let fingerprint = try self.fingerprint(of: specification)
    if let known = try workspace.store.value(of: key), known != fingerprint {
      context.note("the classifier '\(specification.name)' changed; its images are scored again")
      try workspace.store.removeScores(ofClassifier: specification.name)
      try RepeatabilityCheck(store: workspace.store, context: context).forget(specification.name)
    }
    try workspace.store.set(fingerprint, for: key)
  }

  private func fingerprint(of specification: ClassifierSpecification) throws -> String {
    try (hash(of: specification) ?? "") + specification.kind.canonicalText
  }

  /// The SHA-256 of the model or table; nil for a kind without one.
  func hash(of specification: ClassifierSpecification) throws -> String? {
    try specification.kind.files.first.map { try fileHash($0, classifier: specification.name) }
  }

  private func fileHash(_ path: String, classifier: String) throws -> String {
    let absolute = workspace.specification.resolve(path)
    guard FileManager.default.fileExists(atPath: absolute) else {
      throw AuditFailure(
        "the file '\(absolute)' of the classifier '\(classifier)' does not exist",
        hint: "paths in the spec are relative to the spec file")
    }
    return try SHA256.hex(ofFile: absolute)
  }

  private func record(of specification: ClassifierSpecification, findings: [String]) throws
    -> ClassifierRecord
  {
    let kind = specification.kind
    return ClassifierRecord(
      name: specification.name, kind: type(of: kind).reportName, hash: try hash(of: specification),
      description: "\(kind.summary); answers \(findings.joined(separator: ", "))")
  }
}
