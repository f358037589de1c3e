import Foundation

/// A classifier whose scores stand in a table of its own.
package struct ScoreFileKind: ClassifierKind, ReadableClassifierKind {
  package static let key: String? = "scores"
  package static let ownKeys = ["key", "format"]
  package static let reportName = "scores"

  package var path: String

  package var origin: ScoreOrigin { .ownTable }
  package var files: [String] { [path] }
  package static let fileName: String? = "table"
  package var answering: ClassifierSpecification.Source? { .scores(path: "") }
  package var summary: String { "score table \((path as NSString).lastPathComponent)" }

  package func source(withFiles files: [String]) -> ClassifierSpecification.Source {
    .scores(path: files.first ?? path)
  }

  static func source(from object: ObjectReader) -> ClassifierSpecification.Source? {
    object.string("scores").map { .scores(path: $0) }
  }
}

/// A classifier whose scores are columns of the real table.
package struct RealTableKind: ClassifierKind {
  package static let key: String? = nil
  package static let reportName = "scores"

  package var origin: ScoreOrigin { .realTable }
  package var answering: ClassifierSpecification.Source? { .realTable }
  package var summary: String { "score columns of the real table" }

  package func source(withFiles files: [String]) -> ClassifierSpecification.Source { .realTable }
}
