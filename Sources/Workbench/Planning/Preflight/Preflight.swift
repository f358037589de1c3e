import AuditModel
import Basics
import Cohorts
import Foundation

/// One look at everything that a run will need, before the first image is drawn or read.
///
/// `audit plan` and `audit run` share it. Drawing takes hours: a path that was mistyped, a broken
/// image or a missing column should not be found after them, and not one at a time.
struct Preflight {
  let specification: AuditSpecification
  /// Folder that holds one folder per audit; it need not exist.
  let reports: String
  /// The last stage that will run.
  var last: AuditStage = .report
  /// Also decodes every image of the real cohort, instead of reading its header alone.
  var decodesImages = false
  /// Opens the generator of a synthetic cohort.
  let makeGenerator: (CohortSpecification) throws -> any RadiographGenerator
  /// Images of the real cohort that were scored in full before; they are not read again.
  var scoredImages: Set<String> = []
  /// Synthetic images that are there already.
  var drawnImages = 0

  /// Looks at everything.
  ///
  /// - Returns: The real cohort, where the spec has one.
  /// - Throws: ``AuditFailure`` with all faults, each with its remedy.
  @discardableResult
  func run() throws -> ReadCohort? {
    let (faults, cohort) = look()
    guard let first = faults.first else { return cohort }
    // Who asked to stop wants no list of faults.
    if let stopped = faults.first(where: { $0.kind == .interrupted }) { throw stopped }
    // Where data are elsewhere, how to get them says more than every fault that follows from it.
    let absent = absentFiles
    let isTold = absent.contains { path in faults.contains { $0.message.contains(path) } }
    if let howToGet = specification.real?.howToGet, isTold {
      throw AuditFailure(
        "this audit needs what is not here:\n"
          + absent.map { "  \($0)" }.joined(separator: "\n"), hint: howToGet)
    }
    guard faults.count > 1 else { throw first }
    throw AuditFailure(
      Self.list(faults), hint: "nothing was drawn or scored; mend these and repeat")
  }

  /// Every fault, in the order in which the stages would meet them.
  private func look() -> ([AuditFailure], ReadCohort?) {
    var faults: [AuditFailure] = []
    faults += ResourcePreflight(preflight: self).faults()
    let tables = TablePreflight(preflight: self)
    let (read, tableFaults) = tables.cohort()
    let cohort = read?.cohort
    faults += tableFaults
    faults += ThresholdPreflight(specification: specification).faults()
    faults += GeneratorPreflight(preflight: self).faults()
    if last >= .score {
      faults += ClassifierPreflight(specification: specification, cohort: cohort).faults()
      if let cohort { faults += ImagePreflight(preflight: self, cohort: cohort).faults() }
    }
    if last >= .rebalance {
      faults += tables.rebalancing(real: cohort?.cases.map(\.attributes) ?? [])
    }
    return (faults, read)
  }

  /// Tables, images and models that the spec names and that are not there.
  private var absentFiles: [String] {
    var named: [String] = []
    if let real = specification.real {
      named.append(real.table)
      named += real.joins.map(\.table)
      if let images = real.images { named.append(images) }
    }
    for model in specification.classifiers + specification.referencePanel
      + specification.attributePredictors
    {
      named += model.kind.files
    }
    return named.filter {
      !FileManager.default.fileExists(atPath: specification.resolve($0))
    }
  }

  /// Faults that one message lists; the others are counted.
  private static let shownCount = 40

  private static func list(_ faults: [AuditFailure]) -> String {
    var lines = faults.prefix(shownCount).map { fault in
      let remedy = fault.hint.map { "\n    \($0)" } ?? ""
      return "  \(fault.message)\(remedy)"
    }
    if faults.count > shownCount { lines.append("  and \(faults.count - shownCount) more") }
    return "\(faults.count) things are missing or wrong:\n" + lines.joined(separator: "\n")
  }
}

/// The faults that `body` throws.
func caught(_ body: () throws -> Void) -> [AuditFailure] {
  do { try body() } catch let failure as AuditFailure { return [failure] } catch {
    return [AuditFailure("\(error)")]
  }
  return []
}
