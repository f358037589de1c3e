import Foundation
import Vocabulary

/// Images under different names that a classifier scores exactly alike, as copies of one image are.
///
/// Copies count as independent where they have different clusters, and make every interval too
/// narrow. Scores that are rounded or saturated are equal by chance and are not looked at, and equal
/// scores must be more than single-precision numbers give by chance.
enum DuplicateScores {
  /// One sentence per audited classifier of real images that has such scores.
  static func cautions(_ tables: [EvaluationTable]) -> [String] {
    var worst: [String: (table: EvaluationTable, rows: Int)] = [:]
    var order: [String] = []
    for table in tables where table.cohort == "real" && !table.isReference {
      let rows = sharedRows(table)
      guard Double(rows) > max(2, chanceRows(table.scores.count)) else { continue }
      if worst[table.classifier] == nil { order.append(table.classifier) }
      if rows > worst[table.classifier]?.rows ?? 0 { worst[table.classifier] = (table, rows) }
    }
    return order.compactMap { name in
      worst[name].map { table, rows in
        "\(rows) of \(table.scores.count) images have exactly the score of '\(name)' for "
          + "\(table.finding) that an image of other \(table.clusterUnit) has. If they are copies under other "
          + "names, every interval is too narrow: remove them, or name the patients that they belong to."
      }
    }
  }

  /// Rows whose score a row of another cluster has too.
  private static func sharedRows(_ table: EvaluationTable) -> Int {
    var rows: [UInt64: (count: Int, cluster: Int32, isShared: Bool)] = [:]
    for (score, cluster) in zip(table.scores, table.clusters) where tells(score) {
      if let known = rows[score.bitPattern] {
        rows[score.bitPattern] = (
          known.count + 1, known.cluster, known.isShared || known.cluster != cluster
        )
      } else {
        rows[score.bitPattern] = (1, cluster, false)
      }
    }
    return rows.values.reduce(0) { $0 + ($1.isShared ? $1.count : 0) }
  }

  /// Whether equal scores of this value mean anything: six decimals do not hold it, and no sigmoid has
  /// run into its end.
  private static func tells(_ score: Double) -> Bool {
    let millionths = score * 1e6
    return abs(millionths - millionths.rounded()) > 1e-3 && abs(score) > 1e-4
      && abs(score - 1) > 1e-4
  }

  /// Rows that share a score by chance among `count` numbers of single precision, eightfold: about
  /// 2²³ of them lie between a half and one.
  private static func chanceRows(_ count: Int) -> Double {
    Double(count) * Double(count) / Double(1 << 21)
  }
}
