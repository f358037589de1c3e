import AuditModel
import Basics
import Foundation
import Tables

/// Where the image file of a table's row lies below the image folder.
struct ImagePattern {
  private enum Part {
    case text(String)
    case column(name: String, values: [String])
  }
  private let parts: [Part]
  private let table: Table
  private let folder: String?

  /// - Parameters:
  ///   - pattern: Such as `{study:2}/{study}/{image}.dcm`; nil is the image column alone.
  ///   - folder: The image folder, absolute; nil where no file is read and names are only names.
  /// - Throws: ``AuditFailure`` for a column that the table lacks.
  init(_ pattern: String?, imageColumn: String, table: Table, folder: String?) throws {
    self.table = table
    self.folder = folder.map(Self.plain)
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

  /// An absolute path without doubled slashes and single points.
  private static func plain(_ path: String) -> String {
    "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// The path below the image folder; an absolute path that lies below it counts as that.
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
    guard let folder else { return path }
    // Most names are plain: nothing in them can lead anywhere.
    if !path.utf8.contains(where: { $0 == 0x2f || $0 == 0x5c || $0 == 0 }), path != ".." {
      return path
    }
    let written = path
    if path.hasPrefix("/") {
      let below = folder == "/" ? folder : folder + "/"
      let whole = Self.plain(path)
      if whole.hasPrefix(below) { path = String(whole.dropFirst(below.count)) }
    }
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains(".."), !path.contains("\0")
    else {
      throw AuditFailure(
        "\(table.path), line \(table.lineNumber(ofRow: row)): the image '\(written)' lies outside the "
          + "image folder",
        hint: written.hasPrefix("/")
          ? "'real.images' is \(folder); name a folder that all images are in, for example \"/\""
          : "image names are relative to 'real.images' and contain no '..'")
    }
    // Tables made on Windows; a name may have such a sign here, so the disk decides.
    if path.utf8.contains(0x5c), !FileManager.default.fileExists(atPath: folder + "/" + path) {
      throw AuditFailure(
        "\(table.path), line \(table.lineNumber(ofRow: row)): the image '\(path)' is written with '\\' "
          + "between folders, and there is no file of this name",
        hint: "write '/' instead, below 'real.images' (\(folder))")
    }
    return path
  }
}
