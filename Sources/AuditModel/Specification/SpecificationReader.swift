import Basics

/// Turns the value tree of a spec into an ``AuditSpecification`` and collects what is wrong.
///
/// - SeeAlso: Contract `audit-spec/1`; the files `SpecificationReader+….swift` read one block each.
struct SpecificationReader {
  static let topKeys = [
    "$schema", "schema", "name", "classifiers", "referencePanel", "attributePredictors", "cohort",
    "real", "analysis", "rebalance", "measure", "synthesize",
    "training", "policy", "report",
  ]

  let faults: FaultList
  /// Decides which blocks must be there.
  var purpose = AuditSpecification.Purpose.audit

  /// - Throws: ``AuditFailure`` with the first faults, when there are any.
  func specification(from file: JSONValue, directory: String, hash: String) throws
    -> AuditSpecification
  {
    let root = try DatasetPreset.expanded(file)
    guard let top = ObjectReader(root, keyPath: "", faults: faults) else {
      try faults.throwIfAny()
      throw AuditFailure("\(faults.path): the file must be an object {…}")
    }
    try checkSchema(top)
    top.allowOnly(Self.topKeys)
    _ = top.string("$schema")
    let name = top.requiredString("name", example: "\"my-audit\"")
    if let name { top.checkName(name, "name", at: top.position(of: "name")) }

    let real = top.object("real").flatMap(readReal)
    let classifiers = readClassifiers(top, key: "classifiers", real: real)
    let panel =
      top.has("referencePanel") ? readClassifiers(top, key: "referencePanel", real: real) : []
    requireBlocks(top)
    var specification = AuditSpecification(
      name: name ?? "", classifiers: classifiers, directory: directory, hash: hash)
    specification.referencePanel = panel
    if top.has("attributePredictors") {
      specification.attributePredictors = readClassifiers(
        top, key: "attributePredictors", real: nil)
    }
    specification.cohort = top.object("cohort").flatMap(readCohort)
    specification.real = real.map { complete($0, classifiers: classifiers + panel, in: top) }
    specification.report = top.object("report").map(readReport) ?? ReportSpecification()
    specification.analysis =
      top.object("analysis").map {
        readAnalysis(
          $0, findings: specification.auditedFindings,
          classifiers: (classifiers + panel).map(\.name), among: specification, in: top)
      } ?? AnalysisSpecification()
    specification.settleKinds()
    readUses(of: &specification, top)
    check(specification, top)
    try faults.throwIfAny()
    return specification
  }

  /// What is made of an audit or beside it; read last, because it names what the others declare.
  private func readUses(of specification: inout AuditSpecification, _ top: ObjectReader) {
    specification.rebalance = top.object("rebalance").flatMap { [specification] in
      readRebalance($0, specification: specification)
    }
    specification.synthesize = top.object("synthesize").flatMap { [specification] in
      readSynthesize($0, specification: specification)
    }
    specification.training = top.object("training").flatMap(readTraining)
    specification.measure = top.object("measure").map(readMeasure)
    specification.policy =
      top.object("policy").map { [specification] in readPolicy($0, of: specification) }
      ?? PolicySpecification()
  }

  /// Notes blocks without which there is nothing to do.
  private func requireBlocks(_ top: ObjectReader) {
    switch purpose {
    case .audit:
      if !top.has("classifiers") {
        top.require(
          "classifiers", example: "[{ \"name\": \"mine\", \"onnx\": \"mine.onnx\", … }]")
      }
      if !top.has("cohort"), !top.has("real") {
        faults.add(
          "the spec names no cases: add \"cohort\" for synthetic ones, \"real\" for real ones,"
            + " or both", at: top.position)
      }
    case .synthesize:
      if !top.has("synthesize") {
        top.require("synthesize", example: "{ \"images\": 1000, \"formats\": [\"huggingface\"] }")
      }
    case .training:
      if !top.has("training") {
        top.require("training", example: "{ \"stage\": \"finetune\", \"data\": { … } }")
      }
    case .measure: break
    }
  }

  /// Another version of the format would make every later message misleading: it ends the reading.
  private func checkSchema(_ top: ObjectReader) throws {
    guard let schema = top.requiredString("schema", example: "\"\(AuditSpecification.schema)\"")
    else { return }
    guard schema == AuditSpecification.schema else {
      faults.add(
        "schema is \"\(schema.shortened(to: 40))\"; this program reads"
          + " \"\(AuditSpecification.schema)\"", at: top.position(of: "schema"))
      return try faults.throwIfAny()
    }
  }

  private func readReport(_ object: ObjectReader) -> ReportSpecification {
    object.allowOnly(["title", "intendedUse", "operator"])
    var report = ReportSpecification()
    report.title = object.string("title")
    report.intendedUse = object.string("intendedUse")
    report.operatorName = object.string("operator")
    return report
  }
}
