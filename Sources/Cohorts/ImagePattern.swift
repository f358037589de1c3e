import AuditModel
import Basics
import Tables

/// Where the image file of a table's row lies below the image folder.
struct ImagePattern {
  private enum Part {
    case text(String)
    case column(name: String, values: [String])
  }
  private let parts: [Part]
  private let table: Table

  /// - Parameter pattern: Such as `{study:2}/{study}/{image}.dcm`; nil is the image column alone.
  /// - Throws: ``AuditFailure`` for a column that the table lacks.
  init(_ pattern: String?, imageColumn: String, table: Table) throws {
    self.table = table
    guard let pattern else {
      parts = [.column(name: imageColumn, values: try table.column(imageColumn))]
      return
    }
    var parts: [Part] = []
    var text = ""
    for sign in pattern {
      switch sign {
      case "{":
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
      case "}":
        let (wanted, length) = RealCohortSpecification.placeholder(text)
        // `image` always means the column that names the images, whatever its header is.
        let hasColumn = table.header.contains(wanted)
        let name = wanted == "image" && !hasColumn ? imageColumn : wanted
        let cells = try table.column(name)
        parts.append(
          .column(
            name: name,
            values: length.map { count in cells.map { String($0.prefix(count)) } } ?? cells))
        text = ""
      default: text.append(sign)
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    self.parts = parts
  }

  /// The path below the image folder.
  /// - Throws: ``AuditFailure`` with the line for an empty cell and for a path that leaves the folder,
  ///   which could make the tool read any file.
  func path(ofRow row: Int) throws -> String {
    var path = ""
    for part in parts {
      switch part {
      case .text(let text): path += text
      case .column(let name, let values):
        guard !values[row].isEmpty else {
          throw AuditFailure(
            "\(table.path), line \(table.lineNumber(ofRow: row)): the column '\(name)' is empty, and "
              + "'real.images.pattern' needs it")
        }
        path += values[row]
      }
    }
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains(".."), !path.contains("\0")
    else {
      throw AuditFailure(
        "\(table.path), line \(table.lineNumber(ofRow: row)): the image '\(path)' lies outside the "
          + "image folder",
        hint: "image names are relative to 'real.images' and contain no '..'")
    }
    return path
  }
}
