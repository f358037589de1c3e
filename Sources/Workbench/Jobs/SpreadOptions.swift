import Basics
import Foundation

/// Where the shares of a drawing are drawn.
package enum SpreadPlace: String, Sendable, CaseIterable, Codable {
  /// As processes of this machine.
  case local
  /// As jobs of the Slurm that this machine submits to.
  case slurm
}

/// What is drawn in shares: the audit's cohort, then the rebalancing set that rests on its scores.
package enum SpreadPhase: String, Sendable, CaseIterable, Codable {
  case cohort, set

  /// As a sentence says it.
  var words: String { self == .cohort ? "the cohort" : "the rebalancing set" }
}

/// How a drawing is spread over processes or jobs.
package struct SpreadOptions: Sendable, Equatable {
  package var place: SpreadPlace
  /// Shares of each drawing; 1 or more.
  package var shards: Int
  /// How often a share that failed is drawn again.
  package var retries: Int
  /// Further options of `sbatch`, one word each.
  package var sbatch: [String]
  /// Images drawn together.
  package var batch: Int
  package var isOnOneCore: Bool
  /// Options of the last step, as words: `--pdf`, `--sign` with its key.
  package var publishing: [String]

  package init(
    place: SpreadPlace, shards: Int, retries: Int = 2, sbatch: [String] = [], batch: Int = 8,
    isOnOneCore: Bool = false, publishing: [String] = []
  ) {
    self.place = place
    self.shards = shards
    self.retries = retries
    self.sbatch = sbatch
    self.batch = batch
    self.isOnOneCore = isOnOneCore
    self.publishing = publishing
  }

  /// Options of `sbatch` that the scripts rest on.
  private static let reserved = [
    "--array", "--chdir", "--dependency", "--error", "--input", "--job-name", "--open-mode",
    "--output", "--parsable", "--test-only", "--wait", "--wrap",
  ]
  private static let reservedLetters = ["a", "D", "d", "e", "i", "J", "o", "W"]

  /// The first of `words` that would take an option of the scripts away from them, nil where none does.
  ///
  /// `sbatch` takes long options in any unambiguous beginning, so a beginning counts.
  package static func reservedWord(in words: [String]) -> String? {
    words.first { word in
      if word.hasPrefix("--") {
        let name = word.prefix { $0 != "=" }
        return name.count > 3 && reserved.contains { $0.hasPrefix(name) }
      }
      return word.hasPrefix("-") && reservedLetters.contains(String(word.dropFirst().prefix(1)))
    }
  }
}

/// A word as a POSIX shell reads it back unchanged, whatever it holds.
func shellWord(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-+:,@%=".utf8.contains(byte)
    }
  }
  if isPlain, !text.isEmpty { return text }
  return "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
}

/// A command line as a person could type it.
func shellLine(_ words: [String]) -> String { words.map(shellWord).joined(separator: " ") }
