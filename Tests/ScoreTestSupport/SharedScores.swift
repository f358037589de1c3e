import Foundation
import Testing

/// Real scores that are not part of the repository: found in the folder named by
/// `AUDIT_SHARED_DATA`, or in a `shared/data` folder beside the package or above it.
package enum SharedScores {
  package static let folder: URL? = {
    let files = FileManager.default
    if let path = ProcessInfo.processInfo.environment["AUDIT_SHARED_DATA"] {
      return URL(fileURLWithPath: path)
    }
    var place = URL(fileURLWithPath: #filePath)
    while place.path.count > 1 {
      place.deleteLastPathComponent()
      let candidate = place.appendingPathComponent("shared/data")
      if files.fileExists(atPath: candidate.appendingPathComponent("scores").path) {
        return candidate
      }
    }
    return nil
  }()

  package static var isPresent: Bool {
    if folder == nil { print("skipped: no shared/data folder with the real scores was found") }
    return folder != nil
  }

  /// Columns of a CSV (gzipped or not) without quoted separators.
  package static func table(_ path: String) throws -> [String: [String]] {
    let url = try #require(folder).appendingPathComponent(path)
    let text: String
    if path.hasSuffix(".gz") {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["gzip", "-dc", url.path]
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
    } else {
      text = try String(contentsOf: url, encoding: .utf8)
    }
    var columns: [String: [String]] = [:]
    var names: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
      }
      if names.isEmpty {
        names = cells
      } else {
        for (name, cell) in zip(names, cells) { columns[name, default: []].append(cell) }
      }
    }
    return columns
  }

  package static func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: try #require(folder).appendingPathComponent(path))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}

/// Fails unless `actual` is within `max(absolute, relative · |expected|)` of `expected`.
package func expectClose(
  _ actual: Double?, _ expected: Double, absolute: Double = 0, relative: Double = 0,
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let actual else {
    Issue.record("undefined, expected \(expected)", sourceLocation: sourceLocation)
    return
  }
  #expect(
    abs(actual - expected) <= max(absolute, relative * abs(expected)),
    "\(actual) is not \(expected)", sourceLocation: sourceLocation)
}

extension Tag {
  /// Simulations with fixed seeds and bounds stated beforehand.
  @Tag package static var simulation: Self
}
