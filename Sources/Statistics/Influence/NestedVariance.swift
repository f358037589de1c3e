/// Variance components of rows by columns, rows nested in blocks, by the method of moments.
///
/// Here a row is one drawing of a base case in every arm, a block the base case, a column an arm:
/// y = μ + block + row(block) + column + rest. Each component is at least 0.
/// - SeeAlso: Searle, Casella and McCulloch, Variance Components, 1992, chapter 4.
package struct NestedVariance: Sendable, Equatable {
  /// Between blocks; contains ``row`` where every block has a single row. `nil` for one block.
  package let block: Double?
  /// Between rows of a block; `nil` where every block has a single row.
  package let row: Double?
  /// Between columns; `nil` for a single column.
  package let column: Double?
  /// Rows by columns: what is left.
  package let interaction: Double?

  /// - Parameters:
  ///   - values: `[row, column]`, all rows of one length; at least two rows.
  ///   - blocks: Block of each row; rows of one block stand together.
  package init(_ values: [[Double]], blocks: [Int32]) {
    precondition(values.count == blocks.count, "one block per row")
    let rows = Double(values.count)
    let columnCount = values.first?.count ?? 0
    let columns = Double(columnCount)
    let rowMeans = values.map { $0.reduce(0, +) / columns }
    let columnMeans = (0..<columnCount).map { column in
      values.reduce(0) { $0 + $1[column] } / rows
    }
    let mean = rowMeans.reduce(0, +) / rows
    var rest = 0.0
    for (index, row) in values.enumerated() {
      for (column, value) in row.enumerated() {
        let deviation = value - rowMeans[index] - columnMeans[column] + mean
        rest += deviation * deviation
      }
    }
    let residual =
      columnCount > 1 && rows > 1 ? rest / ((rows - 1) * (columns - 1)) : 0
    interaction = columnCount > 1 ? residual : nil
    column =
      columnCount > 1
      ? max(
        0,
        (columnMeans.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (columns - 1)) - residual / rows
      ) : nil
    var blockSizes: [Double] = []
    var blockMeans: [Double] = []
    var within = 0.0
    var start = 0
    while start < values.count {
      var end = start
      while end < values.count, blocks[end] == blocks[start] { end += 1 }
      let members = rowMeans[start..<end]
      let blockMean = members.reduce(0, +) / Double(members.count)
      within += members.reduce(0) { $0 + ($1 - blockMean) * ($1 - blockMean) }
      blockSizes.append(Double(members.count))
      blockMeans.append(blockMean)
      start = end
    }
    let blockCount = Double(blockSizes.count)
    let between = zip(blockSizes, blockMeans).reduce(0) {
      $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean)
    }
    // Of row means: the interaction of a row is averaged over its columns.
    let noise = residual / max(1, columns)
    let rowsAreNested = rows > blockCount
    let rowSquare = rowsAreNested ? within / (rows - blockCount) : noise
    row = rowsAreNested ? max(0, rowSquare - noise) : nil
    guard blockCount > 1 else {
      block = nil
      return
    }
    let size =
      (rows - blockSizes.reduce(0) { $0 + $1 * $1 } / rows) / (blockCount - 1)
    block = max(0, (between / (blockCount - 1) - rowSquare) / size)
  }
}
