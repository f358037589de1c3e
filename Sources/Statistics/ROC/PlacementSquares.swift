/// Σ (placement − AUC)²/m² over the images of each class of each group, `[group, class]`.
///
/// The placements of single images, where ``CellPlacements`` sums them by cluster: the two together
/// tell how much images of one cluster resemble each other.
func placementSquares(
  _ cells: ClusterCells, positives: [Double], negatives: [Double], auc: [Double]
) -> [Double] {
  let groupCount = cells.groupCount
  var squares = [Double](repeating: 0, count: 2 * groupCount)
  var passed = squares
  var tied = squares
  // 1/(cases of the other class) and the value to compare with, by [group, class].
  var scale = squares
  var center = squares
  for group in 0..<groupCount where !auc[group].isNaN {
    scale[2 * group + 1] = 1 / negatives[group]
    scale[2 * group] = 1 / positives[group]
    center[2 * group + 1] = auc[group]
    // A negative's placement is the share of positives above it.
    center[2 * group] = 1 - auc[group]
  }
  cells.rows.withUnsafeBufferPointer { rows in
    cells.cellGroup.withUnsafeBufferPointer { cellGroup in
      var start = 0
      while start < rows.count {
        var end = start
        while rows[end] & ClusterCells.tiedWithNext != 0 { end += 1 }
        end += 1
        for row in rows[start..<end] {
          tied[2 * Int(cellGroup[ClusterCells.cell(row)]) + ClusterCells.label(row)] += 1
        }
        for row in rows[start..<end] {
          let label = ClusterCells.label(row)
          let group = 2 * Int(cellGroup[ClusterCells.cell(row)])
          let other = group + 1 - label
          let rest =
            (passed[other] + tied[other] / 2) * scale[group + label] - center[group + label]
          squares[group + label] += rest * rest
        }
        for row in rows[start..<end] {
          let index = 2 * Int(cellGroup[ClusterCells.cell(row)])
          passed[index] += tied[index]
          passed[index + 1] += tied[index + 1]
          tied[index] = 0
          tied[index + 1] = 0
        }
        start = end
      }
    }
  }
  for group in 0..<groupCount where !auc[group].isNaN {
    squares[2 * group + 1] /= positives[group] * positives[group]
    squares[2 * group] /= negatives[group] * negatives[group]
  }
  return squares
}
