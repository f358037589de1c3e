/// What the stages need to know of a kind of classifier.
///
/// A new kind is a type that conforms (one file here, with its reading), its line in
/// ``ClassifierSpecification/Source`` and, where it is opened, a file of Classifiers.
package protocol ClassifierKind: Sendable, Equatable {
  /// The key of a classifier's object in a spec that names this kind; nil for a kind that is named
  /// elsewhere in the spec.
  static var key: String? { get }
  /// Further keys of that object that belong to this kind alone.
  static var ownKeys: [String] { get }
  /// The kind in `report.json`.
  static var reportName: String { get }

  /// Where its scores come from.
  var origin: ScoreOrigin { get }
  /// Findings that the spec names for it, which may be more than the audit has; ascending.
  var declaredFindings: [String] { get }
  /// Files whose bytes decide its scores, as written in the spec; the first is the model or table.
  var files: [String] { get }
  /// What the first of ``files`` is called in keys and records, wherever it lies; nil: as in the spec.
  static var fileName: String? { get }
  /// The same without where its files are and what else changes no score; nil where nothing can tell
  /// whether it is still the same.
  var answering: ClassifierSpecification.Source? { get }
  /// What else of the spec decides its scores.
  var canonicalText: String { get }
  /// What the report says about it, without its findings.
  var summary: String { get }
  /// Whether it runs a program that the spec names; such a kind writes a log of its own.
  var runsProgram: Bool { get }

  /// The same with its files elsewhere; `files` are in the order of ``files``.
  func source(withFiles files: [String]) -> ClassifierSpecification.Source
}

extension ClassifierKind {
  package static var ownKeys: [String] { [] }
  package var declaredFindings: [String] { [] }
  package var files: [String] { [] }
  package static var fileName: String? { nil }
  package var canonicalText: String { "" }
  package var runsProgram: Bool { false }
}

/// Where the scores of a classifier come from. Stages tell kinds apart by this alone.
package enum ScoreOrigin: Sendable {
  /// It looks at every image.
  case images
  /// A table of its own, which answers for real images only.
  case ownTable
  /// Columns of the real cohort's table.
  case realTable
}

/// A kind whose members a spec gives in the classifier's object.
protocol ReadableClassifierKind: ClassifierKind {
  /// - Returns: nil after noting what is wrong.
  static func source(from object: ObjectReader) -> ClassifierSpecification.Source?
}
