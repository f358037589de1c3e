import AuditModel
import Randomness
import Statistics

/// Whether images lie near their own captions in a space that pictures and texts share.
///
/// The null gives whole base cases the captions of other base cases: how near images would lie to captions that
/// say nothing of them, with the same captions as often.
/// - SeeAlso: CLIPScore, Hessel et al. 2021, whose 2.5 · max(cos, 0) is left to the reader.
package struct PromptAlignment: Sendable {
  private let images: EmbeddingSet
  private let captions: EmbeddingSet
  /// By image, in rows of the captions.
  private let own: [Int]
  /// By image: the captions that no other one is nearer than; several where they tie.
  private let nearest: [[Int]]

  /// What was found for some images.
  package struct Values: Sendable, Equatable {
    /// Mean cosine of an image and its own caption.
    package var cosine: MeasuredValue?
    /// Share of images that no other caption is nearer to than their own; nil with a single caption.
    package var retrieval: MeasuredValue?
  }

  /// - Parameters:
  ///   - own: By image, the row of its caption.
  ///   - captions: Different captions, among which an image's own is looked for.
  /// - Precondition: Both have one width, and no vector is 0.
  package init(images: EmbeddingSet, captions: EmbeddingSet, own: [Int]) {
    precondition(images.width == captions.width && own.count == images.count, "one space")
    self.images = Self.normalised(images)
    self.captions = Self.normalised(captions)
    self.own = own
    let (faces, words) = (self.images, self.captions)
    nearest = parallelMap(count: faces.count) { image in
      var best = -Double.infinity
      var found: [Int] = []
      for caption in 0..<words.count {
        let cosine = Self.product(faces, image, words, caption)
        if cosine > best {
          (best, found) = (cosine, [caption])
        } else if cosine == best {
          found.append(caption)
        }
      }
      return found
    }
  }

  /// - Parameters:
  ///   - rows: Numbers of the images asked about.
  ///   - replicates: Exchanges of captions that make the null.
  ///   - name: Names the random stream.
  package func values(rows: [Int], level: Double, replicates: Int, seed: UInt64, name: String)
    -> Values
  {
    let members = clusters(of: rows)
    guard !rows.isEmpty else { return Values() }
    let null = parallelMap(count: replicates) { replicate -> (cosine: Double, retrieval: Double) in
      var stream = RandomStream(seed: seed, path: ["measure", "captions", name, "\(replicate)"])
      let order = stream.permutation(members.count)
      var sums = (cosine: 0.0, retrieval: 0.0)
      for (place, mine) in members.enumerated() {
        let others = members[order[place]]
        for (index, row) in mine.enumerated() {
          let caption = own[others[index % others.count]]
          sums.cosine += cosine(row, caption)
          sums.retrieval += hit(row, caption)
        }
      }
      return (sums.cosine / Double(rows.count), sums.retrieval / Double(rows.count))
    }
    var values = Values(
      cosine: meanCosine(members, level: level), retrieval: share(members, level: level))
    values.cosine?.adopt(null: null.map(\.cosine))
    values.retrieval?.adopt(null: null.map(\.retrieval))
    return values
  }

  private func meanCosine(_ members: [[Int]], level: Double) -> MeasuredValue? {
    let mean = ClusteredMean(
      values: members.joined().map { cosine($0, own[$0]) },
      clusters: members.enumerated().flatMap { number, rows in rows.map { _ in Int32(number) } },
      clusterCount: members.count)
    return mean.map { mean in
      let interval = mean.interval(level: level)
      return MeasuredValue(
        mean.mean, lower: interval.map { max(-1, $0.lower) },
        upper: interval.map { min(1, $0.upper) })
    }
  }

  private func share(_ members: [[Int]], level: Double) -> MeasuredValue? {
    guard captions.count > 1 else { return nil }
    let found = Proportion.clusteredWilson(
      successes: members.map { rows in rows.reduce(0) { $0 + hit($1, own[$1]) } },
      trials: members.map { Double($0.count) }, level: level)
    return found.map {
      MeasuredValue($0.share, lower: $0.interval.lower, upper: $0.interval.upper)
    }
  }

  /// Images by base case, in order of first appearance.
  private func clusters(of rows: [Int]) -> [[Int]] {
    var order: [Int: Int] = [:]
    var members: [[Int]] = []
    for row in rows {
      let cluster = images.clusters[row]
      if let place = order[cluster] {
        members[place].append(row)
      } else {
        order[cluster] = members.count
        members.append([row])
      }
    }
    return members
  }

  private func cosine(_ image: Int, _ caption: Int) -> Double {
    Self.product(images, image, captions, caption)
  }

  /// A tie counts in parts.
  private func hit(_ image: Int, _ caption: Int) -> Double {
    nearest[image].contains(caption) ? 1 / Double(nearest[image].count) : 0
  }

  private static func product(_ a: EmbeddingSet, _ row: Int, _ b: EmbeddingSet, _ other: Int)
    -> Double
  {
    a.values.withUnsafeBufferPointer { left in
      b.values.withUnsafeBufferPointer { right in
        guard let first = left.baseAddress, let second = right.baseAddress else { return 0 }
        return Products.dot(first + row * a.width, second + other * b.width, a.width)
      }
    }
  }

  private static func normalised(_ set: EmbeddingSet) -> EmbeddingSet {
    var values = set.values
    for row in 0..<set.count {
      let range = row * set.width..<(row + 1) * set.width
      let length = values[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for place in range { values[place] /= length }
    }
    return EmbeddingSet(
      width: set.width, values: values, clusters: set.clusters.map { String($0) })
  }
}
