import AuditModel
import Basics
import Fidelity
import Tables

/// Captions as vectors, from a table that the user's own text model filled.
struct CaptionFeatures {
  let path: String
  /// A row per caption, every caption once.
  let vectors: EmbeddingSet
  /// Caption to row.
  private let rows: [String: Int]

  /// The column that holds the caption; all others are numbers of its vector, in the order of the file.
  static let column = "prompt"

  /// - Throws: ``AuditFailure`` naming line and column of what is no vector.
  init(contentsOf path: String) throws {
    let table = try Table(contentsOf: path)
    let prompts = try table.column(Self.column)
    let names = table.header.filter { $0 != Self.column }
    guard !names.isEmpty, !prompts.isEmpty else {
      throw AuditFailure(
        "\(path) holds no vectors",
        hint: "one row per caption: a column '\(Self.column)', and a column for each number")
    }
    let columns = try names.map { try table.doubles($0) }
    var rows: [String: Int] = [:]
    var vectors: [[Double]] = []
    for (row, prompt) in prompts.enumerated() {
      let line = table.lineNumber(ofRow: row)
      let vector = try zip(names, columns).map { name, column in
        guard let value = column[row] else {
          throw AuditFailure("\(path), line \(line), column '\(name)': the number is missing")
        }
        return value
      }
      guard vector.contains(where: { $0 != 0 }) else {
        throw AuditFailure("\(path), line \(line): a vector of zeros has no direction")
      }
      if let known = rows[prompt] {
        guard vectors[known] == vector else {
          throw AuditFailure(
            "\(path), line \(line): the caption '\(visible(prompt.shortened(to: 80)))' has two vectors"
          )
        }
        continue
      }
      rows[prompt] = vectors.count
      vectors.append(vector)
    }
    self.path = path
    self.rows = rows
    self.vectors = EmbeddingSet(width: names.count, values: vectors.flatMap { $0 })
  }

  /// The row of a caption; nil where the table has none.
  func row(of prompt: String) -> Int? { rows[prompt] }
}
