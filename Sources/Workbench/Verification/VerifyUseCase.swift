import AuditModel
import Basics
import AuditStore
import Foundation
import Reporting

/// One thing that was checked, and what was found.
package struct VerificationCheck: Sendable, Equatable, Codable {
  package enum Status: String, Sendable, Codable { case same, different, notChecked }
  package var subject: String
  package var status: Status
  /// A sentence; for differences the first ones, with their places.
  package var detail: String
  package var differences: [String] = []
}

/// Recomputes a finished audit from its store and says exactly what differs.
package struct VerifyUseCase {
  /// How many images are drawn again and how many are scored again.
  package var sampleSize: Int

  /// Repeats the sample of another verification; nil: the machine's randomness draws it.
  package var sampleSeed: UInt64?

  /// OpenSSH's file of the identities and keys that may sign; nil: whose signature is not checked.
  package var allowedSigners: String?

  /// An RFC 3161 time stamp of `provenance.json`; nil: none was given.
  package var timestamp: TimestampFiles?

  /// What the verifier named; everything else of the report stays words.
  package var sources: VerificationSources
  package var makeGenerator: GeneratorMaker

  package init(
    sampleSize: Int = 4, sampleSeed: UInt64? = nil, allowedSigners: String? = nil,
    timestamp: TimestampFiles? = nil, sources: VerificationSources = VerificationSources(),
    makeGenerator: @escaping GeneratorMaker = ChexGenGenerator.make
  ) {
    self.makeGenerator = makeGenerator
    self.sampleSize = sampleSize
    self.sampleSeed = sampleSeed
    self.allowedSigners = allowedSigners
    self.timestamp = timestamp
    self.sources = sources
  }

  /// - Parameter folder: `reports/NAME`, or a file in it.
  /// - Throws: ``AuditFailure`` when there is nothing to verify.
  package func run(folder: String, context: RunContext) throws -> [VerificationCheck] {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
    // Absolute first: a bare name has no folder in front.
    let place = absolutePath(folder)
    let workspace = try AuditWorkspace(
      reading: isFolder.boolValue ? place : parentFolder(of: place))
    let text = String(
      decoding: try readBytes(of: workspace.path("report.json"), limit: reportFileLimit),
      as: UTF8.self)
    let report = try decodeReportJSON(text)
    var checks: [VerificationCheck] = []
    checks.append(try store(workspace))
    checks.append(specification(workspace, report: report))
    checks.append(plan(workspace, report: report))
    checks += classifiers(workspace, report: report)
    checks.append(try images(workspace, context: context))
    checks.append(try manifest(workspace))
    checks += try scoreTables(workspace, report: report)
    checks.append(try statistics(workspace, text: text, report: report, context: context))
    checks.append(try documents(workspace, report: report))
    checks.append(
      try ProvenanceVerification(files: workspace.files, report: report, context: context).check())
    checks.append(try fileList(workspace, context: context))
    checks.append(
      try SignatureVerification(
        files: workspace.files, record: report.signature, allowedSigners: allowedSigners,
        context: context
      ).check())
    if let timestamp {
      checks.append(
        try TimestampVerification(files: workspace.files, request: timestamp, context: context)
          .check())
    }
    checks += try SourceVerification(
      workspace: workspace, report: report, sources: sources, context: context
    ).run()
    checks += try SampleVerification(
      workspace: workspace, report: report, context: context, size: sampleSize,
      seed: sampleSeed ?? SystemRandomNumberGenerator.seed(), sources: sources,
      makeGenerator: makeGenerator
    ).run()
    checks.append(Self.beyondChecking)
    return checks
  }

  /// What a consistent forgery without the key would not be found by.
  private static let beyondChecking = VerificationCheck(
    subject: "beyond checking", status: .notChecked,
    detail: "times, versions, machine and operator, the command that was run, whether the plan was "
      + "changed after scores were read, why images were rejected, and everything above that is "
      + "'not checked' are words of whoever made the report; a signature (--allowed-signers) would say "
      + "who vouches for them")

  private func store(_ workspace: AuditWorkspace) throws -> VerificationCheck {
    check(
      "store", try workspace.store.damages(),
      same: "audit.sqlite has this program's tables and nothing else, and is whole")
  }

  private func fileList(_ workspace: AuditWorkspace, context: RunContext) throws
    -> VerificationCheck
  {
    do {
      guard
        let found = try FileList(files: workspace.files).differences(tick: context.checkInterrupted)
      else {
        return check(
          "files",
          ["\(FileList.name) is missing; reports of versions without it have to be made again"],
          same: "")
      }
      return check(
        "files", found.differences,
        same:
          "all \(found.count) files have the hash in \(FileList.name), and no other lies beside "
          + "them (logs and the store apart)")
    } catch let failure as AuditFailure where failure.kind != .interrupted {
      return check("files", [failure.message], same: "")
    }
  }

  private func check(_ subject: String, _ differences: [String], same: String)
    -> VerificationCheck
  {
    differences.isEmpty
      ? VerificationCheck(subject: subject, status: .same, detail: same)
      : VerificationCheck(
        subject: subject, status: .different,
        detail:
          "\(differences.count) differences: \(differences.prefix(3).joined(separator: "; "))",
        differences: differences)
  }

  private func specification(_ workspace: AuditWorkspace, report: AuditReport)
    -> VerificationCheck
  {
    var differences: [String] = []
    if workspace.specification.hash != report.provenance.specificationHash {
      differences.append(
        "the spec kept in the store has hash \(workspace.specification.hash.prefix(12)), the "
          + "report names \(report.provenance.specificationHash.prefix(12))")
    }
    guard let mine = sources.specification else {
      return check(
        "spec", differences,
        same: "the report and its store hold one spec; whether it is yours was not checked: name "
          + "yours with --spec")
    }
    if mine.hash != report.provenance.specificationHash {
      differences.append("your spec is not the one that the report was made from")
      differences += specificationChanges(from: workspace.specification, to: mine)
    }
    return check("spec", differences, same: "your spec is the one that the report was made from")
  }

  /// The plan's values that changed, named.
  private func specificationChanges(from old: AuditSpecification, to new: AuditSpecification)
    -> [String]
  {
    JSONDifference.between(
      planDescription(old).canonicalText, planDescription(new).canonicalText, limit: 10)
  }

  private func plan(_ workspace: AuditWorkspace, report: AuditReport) -> VerificationCheck {
    var differences: [String] = []
    let hash = planHash(workspace.specification)
    if report.plan.hash != hash {
      differences.append(
        "plan hash: report \(report.plan.hash.prefix(12)), spec \(hash.prefix(12))")
    }
    var expected = PlanRecord(
      specification: workspace.specification.analysis, familySize: report.plan.familySize,
      hash: hash, exploratory: report.plan.exploratory)
    expected.thresholds = report.plan.thresholds
    differences += JSONDifference.between(expected, report.plan).map { "plan.\($0)" }
    return check(
      "analysis plan", differences, same: "the plan is the one in the spec, by value and hash")
  }

  private func classifiers(_ workspace: AuditWorkspace, report: AuditReport)
    -> [VerificationCheck]
  {
    workspace.specification.models.map { classifier in
      let subject = "classifier \(classifier.name)"
      guard let recorded = report.classifiers.first(where: { $0.name == classifier.name }) else {
        return check(subject, ["the report does not list it"], same: "")
      }
      guard let hash = recorded.hash else {
        return VerificationCheck(
          subject: subject, status: .notChecked,
          detail: "it has no file whose hash could be compared")
      }
      do {
        let now = try sources.digest(of: classifier, in: workspace)
        return check(
          subject,
          now == hash ? [] : ["file hash \(now?.prefix(12) ?? "none"), report \(hash.prefix(12))"],
          same: "the file has the hash in the report")
      } catch let missing as VerificationSources.NotNamed {
        return VerificationCheck(subject: subject, status: .notChecked, detail: missing.sentence)
      } catch {
        return check(subject, ["\((error as? AuditFailure)?.message ?? "\(error)")"], same: "")
      }
    }
  }

  private func images(_ workspace: AuditWorkspace, context: RunContext) throws -> VerificationCheck
  {
    var differences: [String] = []
    var count = 0
    var conditions: Set<String> = []
    for cohort in [StoredCase.Cohort.synthetic, .rebalancing] {
      for item in try workspace.store.cases(of: cohort) {
        try context.checkInterrupted()
        guard let relative = item.image else { continue }
        count += 1
        guard let path = try workspace.files.file(relative) else {
          differences.append("\(relative) is missing")
          continue
        }
        if try SHA256.hex(
          ofFile: path, limit: 1 << 30, tick: context.checkInterrupted) != item.sha256
        {
          differences.append("\(relative) was changed")
        }
        guard let condition = item.condition, conditions.insert(condition).inserted else {
          continue
        }
        guard let conditionPath = try workspace.files.file(condition) else {
          differences.append("\(condition) is missing")
          continue
        }
        if try SHA256.hex(
          ofFile: conditionPath, limit: 1 << 30, tick: context.checkInterrupted)
          != item.conditionHash
        {
          differences.append("\(condition) was changed")
        }
      }
    }
    return check(
      "images", differences, same: "all \(count) generated images have their recorded hashes")
  }

  private func manifest(_ workspace: AuditWorkspace) throws -> VerificationCheck {
    guard workspace.specification.cohort != nil else {
      return VerificationCheck(
        subject: "manifest", status: .notChecked, detail: "the audit has no synthetic cohort")
    }
    let expected = try GenerateStage.manifest(of: workspace.store)
    return check(
      "manifest",
      try TableDifference.between(
        file: try workspace.path("cohort/manifest.csv"), header: expected.header,
        rows: expected.rows),
      same: "cohort/manifest.csv lists the images of the store")
  }

  private func scoreTables(_ workspace: AuditWorkspace, report: AuditReport) throws
    -> [VerificationCheck]
  {
    let findings = try ScoreStage(workspace: workspace, context: RunContext()).answeredFindings()
    let tables = ScoreTables(
      store: workspace.store, classifiers: report.classifiers.map(\.name), findings: findings)
    return try [StoredCase.Cohort.synthetic, .real].compactMap { cohort in
      guard let expected = try tables.table(of: cohort) else { return nil }
      let name = ScoreTables.fileName(cohort)
      var differences = try TableDifference.between(
        file: try workspace.path("tables/" + name), header: expected.header, rows: expected.rows)
      let digest = try tables.digest(of: cohort)
      if let recorded = report.provenance.hashes["scores \(cohort.rawValue)"], recorded != digest {
        differences.append("the store's scores are not those the report was computed from")
      }
      return check(
        "scores, \(cohort.rawValue)", differences,
        same: "the store, tables/\(name) and the report agree on every score and label")
    }
  }

  private func statistics(
    _ workspace: AuditWorkspace, text: String, report: AuditReport, context: RunContext
  ) throws -> VerificationCheck {
    let evidence = try CohortEvidence.stored(in: workspace.store)
    let scoring = ScoreStage(workspace: workspace, context: context)
    let outcome = try AnalyseStage(workspace: workspace, context: context)
      .outcome(evidence: evidence, findings: try scoring.answeredFindings())
    var again = try ReportAssembly(workspace: workspace, context: context).report(
      outcome: outcome, evidence: evidence, classifiers: report.classifiers,
      rebalancing: report.rebalancing, signature: report.signature)
    // Times and the machine are what may differ between two computations.
    again.provenance.toolVersion = report.provenance.toolVersion
    again.provenance.environment = report.provenance.environment
    again.provenance.stages = report.provenance.stages
    again.provenance.files = report.provenance.files
    return check(
      "statistics", JSONDifference.between(again, report, expectedName: "recomputed"),
      same: "every number in report.json was recomputed from the store and is the same")
  }

  /// HTML, Markdown and CSV hold what the report's numbers give when rendered again.
  private func documents(_ workspace: AuditWorkspace, report: AuditReport) throws
    -> VerificationCheck
  {
    let pages = try workspace.files.resolve(ReportFiles.detailPages)
    let differences = try ReportWriter(
      report: report, folder: workspace.folder,
      singleFile: !FileManager.default.fileExists(atPath: pages)
    ).contents()
      .compactMap { name, content -> String? in
        guard let path = try workspace.files.file(name) else { return "\(name) is missing" }
        let bytes = try readBytes(of: path, limit: 256 << 20)
        let expected = Array(content.utf8)
        guard bytes != expected else { return nil }
        // Counted without making texts of the lines: a stranger's file may hold nothing but line ends.
        var line = 1
        for (one, other) in zip(bytes, expected) {
          guard one == other else { break }
          if one == 0x0A { line += 1 }
        }
        return "\(name) differs from report.json at line \(line)"
      }
    return check(
      "documents", differences,
      same: "report.html and its pages, report.md and the tables show the numbers of report.json")
  }
}

extension SystemRandomNumberGenerator {
  /// One number of the machine's randomness.
  fileprivate static func seed() -> UInt64 {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }
}
