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
    try workspace.stage("score", context: context) {
      try RealImages(workspace: workspace, context: context).refresh()
      var outcome = Outcome(findings: [:], records: [])
      let specification = workspace.specification
      for classifier in specification.classifiers + specification.referencePanel {
        let (findings, pipeline) = try score(classifier)
        outcome.findings[classifier.name] = findings
        outcome.records.append(
          try record(of: classifier, findings: findings, pipeline: pipeline))
      }
      for predictor in specification.attributePredictors {
        let (outputs, pipeline) = try scoreAttributes(predictor)
        outcome.findings[predictor.name] = outputs
        outcome.records.append(
          try record(of: predictor, findings: outputs, pipeline: pipeline))
      }
      return outcome
    }
  }

  /// - Returns: The audited findings that this classifier answers, and what it is run with.
  private func score(_ specification: ClassifierSpecification) throws -> (
    findings: [String], pipeline: [PipelinePart]?
  ) {
    let audited = try auditedFindings()
    if specification.kind.origin == .realTable {
      // The import stage has stored these scores; a key of the same name's former source is void.
      try workspace.store.set(nil, forKeyOf: .scores(specification.name))
      let columns = workspace.specification.real?.scores[specification.name] ?? [:]
      return (audited.filter { columns[$0] != nil }, nil)
    }
    let key = try forgetScoresOfAnotherModel(specification, findings: audited)
    let classifier = try open(specification, findings: audited)
    let findings = audited.filter(classifier.findings.contains)
    guard !findings.isEmpty else {
      throw AuditFailure(
        "the classifier '\(specification.name)' answers none of the audited findings "
          + "(\(audited.joined(separator: ", ")))",
        hint: "name its findings as in the cohort or the labels")
    }
    for (key, value) in classifier.provenance.sorted(by: { $0.key < $1.key }) {
      if let fact = AuditFact(rawValue: key) { try workspace.store.set(value, for: fact) }
    }
    for cohort in [StoredCase.Cohort.synthetic, .real] {
      try score(cohort, by: classifier, origin: specification.kind.origin, findings: findings)
    }
    try checkUnchanged(specification, findings: audited, key: key)
    return (findings, classifier.record.pipeline)
  }

  /// - Returns: The outputs, as ``AttributePrediction`` names them, that this predictor answers, and
  ///   what it is run with.
  private func scoreAttributes(_ specification: ClassifierSpecification) throws -> (
    outputs: [String], pipeline: [PipelinePart]?
  ) {
    let wanted = attributeOutputs()
    let key = try forgetScoresOfAnotherModel(specification, findings: wanted)
    let predictor = try open(specification, findings: wanted)
    let outputs = wanted.filter(predictor.findings.contains)
    guard !outputs.isEmpty else {
      throw AuditFailure(
        "the attribute predictor '\(specification.name)' answers nothing that the cohort varies "
          + "(\(wanted.joined(separator: ", ")))",
        hint: "name its outputs so, with the values of cohort.attributes")
    }
    try score(.synthetic, by: predictor, origin: specification.kind.origin, findings: outputs)
    try checkUnchanged(specification, findings: wanted, key: key)
    return (outputs, predictor.record.pipeline)
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
    // What could not be read may have been mended since.
    let unread = try store.imageReadings(of: cohort)[classifier.name, default: []]
      .filter { $0.problem != nil }.map(\.caseID)
    let settled = answered.subtracting(unread)
    cases.removeAll { settled.contains($0.id) }
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
      ImageCase(
        id: item.name, path: try workspace.imagePath(of: item) ?? "",
        reading: workspace.imageReading(of: cohort),
        leavesOutUnreadable: workspace.leavesOutUnreadable(of: cohort))
    }
    try classifier.score(images) { answers in
      try context.checkInterrupted()
      var rows: [(caseID: Int64, scores: [Double?])] = []
      var readings: [StoredImageReading] = []
      for answer in answers {
        guard let id = ids[answer.id] else { continue }
        if let reading = answer.reading {
          readings.append(
            StoredImageReading(
              caseID: id, facts: reading.facts.map(\.code), problem: reading.problem))
        }
        rows.append((id, findings.map { answer.scores[$0] ?? nil }))
      }
      // First, so that no scored image lacks its record after a kill.
      try store.insertImageReadings(classifier: classifier.name, readings)
      try store.insertScores(classifier: classifier.name, findings: findings, rows)
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
      result[classifier.name] = try answered(
        of: classifier, among: try auditedFindings(), about: [.synthetic, .real])
    }
    for predictor in specification.attributePredictors {
      result[predictor.name] = try answered(
        of: predictor, among: attributeOutputs(), about: [.synthetic])
    }
    return result
  }

  private func answered(
    of classifier: ClassifierSpecification, among findings: [String],
    about cohorts: [StoredCase.Cohort]
  ) throws -> [String] {
    let answered = try cohorts.reduce(into: Set<String>()) {
      try $0.formUnion(
        workspace.store.answeredFindings(
          classifier: classifier.name, among: findings, cohort: $1))
    }
    return findings.filter(answered.contains)
  }

  /// The cohort's findings, then those of the real labels.
  private func auditedFindings() throws -> [String] {
    var findings = workspace.specification.cohort?.findings.map(\.name) ?? []
    for finding in try workspace.store.texts(of: .realFindings) where !findings.contains(finding) {
      findings.append(finding)
    }
    return findings
  }

  /// Scores belong to one model, one preprocessing and one set of questions; others start anew.
  ///
  /// - Returns: The key of what scores now; nil where nothing tells.
  private func forgetScoresOfAnotherModel(
    _ specification: ClassifierSpecification, findings: [String]
  ) throws -> String? {
    let part = ReusablePart.scores(specification.name)
    let store = workspace.store
    let key = try ReuseKeys(workspace: workspace).scores(of: specification, findings: findings)
    let known = try store.key(of: part)
    guard key == nil || known != key else { return key }
    let had = try store.hasScores(ofClassifier: specification.name)
    if had {
      context.note(
        key == nil
          ? "the command '\(specification.name)' names neither 'files' nor a 'version', so nothing "
            + "tells whether it is the same as before; its images are scored again"
          : known == nil
            ? "nobody knows what made the kept scores of '\(specification.name)'; its images are "
              + "scored again"
            : "the classifier '\(specification.name)' changed; its images are scored again")
    }
    try store.removeScores(ofClassifier: specification.name)
    try RepeatabilityCheck(store: store, context: context).forget(specification.name)
    try store.set(key, forKeyOf: part)
    return key
  }

  /// A model that was replaced while it scored has given half of its scores.
  private func checkUnchanged(
    _ specification: ClassifierSpecification, findings: [String], key: String?
  ) throws {
    guard let key,
      try ReuseKeys(workspace: workspace).scores(of: specification, findings: findings) != key
    else { return }
    try workspace.store.removeScores(ofClassifier: specification.name)
    throw AuditFailure(
      "a file of the classifier '\(specification.name)' changed while it scored",
      hint: "run the same command again; its images are scored anew")
  }

  /// What names a classifier's files in reports; nil where it has none.
  func hash(of specification: ClassifierSpecification) throws -> String? {
    ReuseKeys.digest(of: try ReuseKeys(workspace: workspace).modelHashes(of: specification))
  }

  /// - Parameter pipeline: What it was run with; the hashes of its files are added.
  private func record(
    of specification: ClassifierSpecification, findings: [String], pipeline: [PipelinePart]?
  ) throws -> ClassifierRecord {
    let kind = specification.kind
    var record = ClassifierRecord(
      name: specification.name, kind: type(of: kind).reportName, hash: try hash(of: specification),
      description: "\(kind.summary); answers \(findings.joined(separator: ", "))")
    let files = try ReuseKeys(workspace: workspace).modelHashes(of: specification)
    record.pipeline = pipeline.map { parts in
      parts + files.map { PipelinePart(name: "SHA-256 of \($0.name)", value: $0.hash) }
    }
    return record
  }
}
