import Statistics

/// The most alike reference of one query.
package struct Nearest: Sendable, Equatable {
  /// Number of the reference.
  package var reference: Int
  /// −1 to 1; 1 is the same picture.
  package var likeness: Double

  package init(reference: Int, likeness: Double) {
    self.reference = reference
    self.likeness = likeness
  }
}

/// Finds the reference that each query is most like.
package enum NearestSearch {
  /// References that a rough look leaves for a close one.
  static let candidates = 24

  /// By pixels: blurred, shifted, mirrored and re-windowed copies are found.
  ///
  /// A rough look at all references, as they are and mirrored, then a close one at the best of them.
  /// - Returns: One per query; empty without references.
  package static func pixels(of queries: [Portrait], among references: [Portrait]) -> [Nearest] {
    guard !references.isEmpty else { return [] }
    return parallelMap(count: queries.count) { number in
      let faces = [queries[number], queries[number].mirrored]
      var rough: [(likeness: Float, face: Int, reference: Int)] = []
      for (face, picture) in faces.enumerated() {
        for (index, reference) in references.enumerated() {
          rough.append((picture.roughLikeness(to: reference), face, index))
        }
      }
      rough.sort { ($0.likeness, $1.reference) > ($1.likeness, $0.reference) }
      var best = Nearest(reference: rough[0].reference, likeness: -1)
      for candidate in rough.prefix(candidates) {
        let likeness = faces[candidate.face].likeness(to: references[candidate.reference])
        if likeness > best.likeness {
          best = Nearest(reference: candidate.reference, likeness: likeness)
        }
      }
      return best
    }
  }

  /// By embeddings: the cosine after the references' mean is taken away.
  ///
  /// - Returns: One per query; empty without references.
  package static func embeddings(of queries: EmbeddingSet, among references: EmbeddingSet)
    -> [Nearest]
  {
    guard references.count > 0, queries.width == references.width else { return [] }
    let width = references.width
    var mean = [Double](repeating: 0, count: width)
    for (place, value) in references.values.enumerated() { mean[place % width] += value }
    for column in 0..<width { mean[column] /= Double(references.count) }
    let known = directions(of: references, without: mean)
    let asked = directions(of: queries, without: mean)
    return parallelMap(count: queries.count) { number in
      var best = Nearest(reference: 0, likeness: -1)
      known.withUnsafeBufferPointer { known in
        asked.withUnsafeBufferPointer { asked in
          guard let a = asked.baseAddress, let b = known.baseAddress else { return }
          for reference in 0..<references.count {
            let cosine = Products.dot(a + number * width, b + reference * width, width)
            if cosine > best.likeness { best = Nearest(reference: reference, likeness: cosine) }
          }
        }
      }
      best.likeness = min(best.likeness, 1)
      return best
    }
  }

  private static func directions(of set: EmbeddingSet, without mean: [Double]) -> [Double] {
    let width = set.width
    var out = set.values
    for row in 0..<set.count {
      var squares = 0.0
      for column in 0..<width {
        out[row * width + column] -= mean[column]
        squares += out[row * width + column] * out[row * width + column]
      }
      let length = squares.squareRoot()
      for column in 0..<width where length > 0 { out[row * width + column] /= length }
    }
    return out
  }
}
