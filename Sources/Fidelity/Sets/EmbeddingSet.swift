/// Embeddings of images, with the unit that makes some of them dependent.
package struct EmbeddingSet: Sendable, Equatable {
  /// Numbers per image.
  package let width: Int
  /// `[count, width]`, row by row.
  package private(set) var values: [Double]
  /// The patient or base case of each image, numbered from 0 without gaps.
  package private(set) var clusters: [Int]
  package private(set) var clusterCount: Int

  package var count: Int { clusters.count }

  /// - Parameter clusters: A name per image; images of one name are one patient or base case.
  /// - Precondition: `values` has `width` numbers per cluster name.
  package init(width: Int, values: [Double], clusters names: [String]) {
    precondition(values.count == width * names.count, "an embedding per image")
    self.width = width
    self.values = values
    var numbers: [String: Int] = [:]
    clusters = names.map { name in
      if let known = numbers[name] { return known }
      numbers[name] = numbers.count
      return numbers.count - 1
    }
    clusterCount = numbers.count
  }

  /// Every image its own cluster.
  package init(width: Int, values: [Double]) {
    self.init(
      width: width, values: values, clusters: (0..<values.count / max(width, 1)).map(String.init))
  }

  /// The images with these numbers, in this order; clusters are numbered anew.
  package func selecting(_ rows: [Int]) -> EmbeddingSet {
    var chosen: [Double] = []
    chosen.reserveCapacity(rows.count * width)
    for row in rows { chosen += values[row * width..<(row + 1) * width] }
    return EmbeddingSet(
      width: width, values: chosen, clusters: rows.map { String(clusters[$0]) })
  }

  /// Both sets in one, this one's rows first; clusters of the two stay apart.
  package func joined(with other: EmbeddingSet) -> EmbeddingSet {
    precondition(width == other.width, "embeddings of one encoder")
    return EmbeddingSet(
      width: width, values: values + other.values,
      clusters: clusters.map { "0/\($0)" } + other.clusters.map { "1/\($0)" })
  }
}
