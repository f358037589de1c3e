import Glibc

/// What a picture is recognised by when it comes back scaled, compressed or with other contrast.
package struct ImageFingerprint: Sendable, Equatable {
  /// ``differenceHash(_:)``
  package var hash: UInt64
  /// The picture as 16 × 16 box means of gray, less their mean, as a vector of length 1; all zero
  /// for a flat picture.
  package var embedding: [Float]

  package static let side = 16

  package init(_ image: RasterImage) {
    let gray = image.gray()
    hash = differenceHash(gray)
    let small = gray.resized(width: Self.side, height: Self.side, filter: .box).bytes.map(
      Float.init)
    let mean = small.reduce(0, +) / Float(small.count)
    let centred = small.map { $0 - mean }
    let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
    embedding = length > 0 ? centred.map { $0 / length } : centred
  }

  package init(hash: UInt64, embedding: [Float]) {
    self.hash = hash
    self.embedding = embedding
  }

  /// Correlation of the two embeddings, -1...1.
  package func correlation(with other: ImageFingerprint) -> Float {
    zip(embedding, other.embedding).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Most bits of the hash that a scaled or compressed copy changes, with a margin.
  package static let hashLimit = 10
  /// Least correlation of a copy.
  package static let correlationLimit: Float = 0.98

  /// Whether the two show one picture: the hash proposes, the embedding decides.
  ///
  /// Measured on 400 radiographs of different patients, whose correlation reached 0.955, and on 1,344
  /// pairs of drawn base cases with one prompt, 0.964; copies compressed to JPEG quality 60, halved in
  /// size or with other contrast kept at least 0.999 and changed at most 5 bits.
  package func isCopy(of other: ImageFingerprint) -> Bool {
    hashDistance(hash, other.hash) <= Self.hashLimit
      && correlation(with: other) >= Self.correlationLimit
  }
}
