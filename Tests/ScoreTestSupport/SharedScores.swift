import Foundation
import TestSupport
import Testing

/// Real scores of the hand-outs, for suites marked `.needs("data/scores")`.
package enum SharedScores {
  /// Columns of a CSV (gzipped or not) without quoted separators.
  package static func table(_ path: String) throws -> [String: [String]] {
    let url = URL(fileURLWithPath: try HandOuts.path("data/" + path))
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
    let data = try Data(contentsOf: URL(fileURLWithPath: try HandOuts.path("data/" + path)))
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
