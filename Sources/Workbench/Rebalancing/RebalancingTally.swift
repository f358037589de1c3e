import AuditModel
import Rebalancing

/// Counts by cell what the quality gates made of the drawn images.
struct RebalancingTally {
  let judged: [RebalancingDrawing.Judged]
  /// Images that the plan asks for.
  let planned: Int
  let attempts: Int

  /// Writes the counts into the record's cells, its quality block and, where images are missing, its
  /// notes.
  func add(to record: inout RebalancingRecord, rules: [String]) {
    var accepted = [Int](repeating: 0, count: record.cells.count)
    var rejected = [[String: Int]](repeating: [:], count: record.cells.count)
    for entry in judged {
      if let rejection = entry.rejection {
        rejected[entry.drawn.cell][rejection.description, default: 0] += 1
      } else {
        accepted[entry.drawn.cell] += 1
      }
    }
    var rejections: [RebalancingRejection] = []
    for index in record.cells.indices where record.cells[index].add > 0 {
      record.cells[index].drawn = accepted[index]
      record.cells[index].rejected = rejected[index].values.reduce(0, +)
      rejections += rejected[index].sorted { $0.key < $1.key }.map {
        RebalancingRejection(record.cells[index], reason: $0.key, images: $0.value)
      }
    }
    let total = accepted.reduce(0, +)
    record.quality = RebalancingQuality(
      drawn: judged.count, accepted: total, unfilled: planned - total, attempts: attempts,
      rules: rules, rejections: rejections)
    if total < planned {
      record.notes.append(
        "\(planned - total) of \(planned) planned images are missing: none of \(attempts) attempts "
          + "passed the quality gates. The table counts them by cell.")
    }
  }
}
