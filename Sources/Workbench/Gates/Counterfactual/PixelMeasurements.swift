import AuditModel
import AuditStore
import Images
import Randomness

/// What gates need of the pixels of a cohort, read once, one base case after the other.
struct PixelMeasurements {
  /// What is kept of an image when its pixels are gone.
  struct Portrait {
    /// 32 × 32 greys with mean 0 and length 1, so that a product of two is their correlation.
    var pattern: [Float]
    var mean: Double
    var deviation: Double
    /// Cumulative shares of 32 grey bins.
    var cumulative: [Double]
  }

  /// Comparisons are made at no more pixels a side; a radiograph's anatomy is larger than a pixel.
  static let side = 256
  /// Pairs of arms of one attribute that are compared in one base case.
  static let pairsPerBaseCase = 4
  /// Base cases of one finding and label; beyond them a random sample is compared.
  static let baseCasesPerCell = 100

  /// Those of the sample.
  private(set) var sets: ArmSets
  private(set) var portraits: [Int64: Portrait] = [:]
  /// Attribute to 1 − structural similarity of pairs of its arms.
  private(set) var distances: [String: [ArmMeasurement]] = [:]
  /// Kind of placebo to the same between a placebo and the arm that it repeats.
  private(set) var placeboDistances: [String: [ArmMeasurement]] = [:]
  /// Kind of placebo to the grey levels by which its histogram is moved.
  private(set) var placeboMoves: [String: [ArmMeasurement]] = [:]
  let isSample: Bool

  /// - Parameters:
  ///   - read: The grey image of a case; nil where it has none.
  ///   - progress: Called with base cases done and in all; may throw to cancel.
  init(
    _ all: ArmSets, seed: UInt64, read: (StoredCase) throws -> RasterImage?,
    progress: (Int, Int) throws -> Void
  ) throws {
    let chosen = Self.sample(all, seed: seed)
    isSample = chosen.count < all.baseCases.count
    var place = -1
    sets = all.keeping { _ in
      place += 1
      return chosen.contains(place)
    }
    let pairs = Dictionary(
      uniqueKeysWithValues: sets.attributes.map { name in
        (
          name,
          Dictionary(
            grouping: sets.pairs(of: name, limit: Self.pairsPerBaseCase), by: \.baseCase)
        )
      })
    for (place, base) in sets.baseCases.enumerated() {
      try progress(place, sets.baseCases.count)
      var images: [Int64: RasterImage] = [:]
      for item in base.arms + base.placebos {
        guard let image = try read(item) else { continue }
        let small = Self.shrunk(image.gray())
        images[item.id] = small
        portraits[item.id] = Portrait(small)
      }
      func distance(_ a: StoredCase, _ b: StoredCase) -> Double? {
        guard let a = images[a.id], let b = images[b.id], a.width == b.width, a.height == b.height
        else { return nil }
        return 1 - structuralSimilarity(a, b)
      }
      for name in sets.attributes {
        for pair in pairs[name]?[place] ?? [] {
          guard let value = distance(pair.first, pair.second) else { continue }
          distances[name, default: []].append(ArmMeasurement(base, value))
        }
      }
      for item in base.placebos {
        guard let kind = item.placebo, let original = base.original(of: item),
          let value = distance(original, item)
        else { continue }
        placeboDistances[kind, default: []].append(ArmMeasurement(base, value))
        if let a = portraits[original.id], let b = portraits[item.id] {
          placeboMoves[kind, default: []].append(ArmMeasurement(base, a.move(to: b)))
        }
      }
    }
  }

  /// Numbers of the base cases to look at: all, or a random sample of each finding and label.
  private static func sample(_ sets: ArmSets, seed: UInt64) -> Set<Int> {
    let cells = Dictionary(grouping: sets.baseCases.indices) {
      "\(sets.baseCases[$0].finding)\u{1F}\(sets.baseCases[$0].label)"
    }
    return Set(
      cells.flatMap { name, places -> [Int] in
        guard places.count > baseCasesPerCell else { return places }
        var stream = RandomStream(seed: seed, path: ["gates", "sample", name])
        return stream.permutation(places.count).prefix(baseCasesPerCell).map { places[$0] }
      })
  }

  private static func shrunk(_ image: RasterImage) -> RasterImage {
    let largest = max(image.width, image.height)
    guard largest > side else { return image }
    let scale = Double(side) / Double(largest)
    return image.resized(
      width: max(1, Int((Double(image.width) * scale).rounded())),
      height: max(1, Int((Double(image.height) * scale).rounded())), filter: .box)
  }
}

extension PixelMeasurements.Portrait {
  init(_ image: RasterImage) {
    let small = image.resized(width: 32, height: 32, filter: .box).bytes.map { Float($0) }
    let middle = small.reduce(0, +) / Float(small.count)
    let centred = small.map { $0 - middle }
    let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
    pattern = centred.map { length > 0 ? $0 / length : 0 }
    var bins = [Double](repeating: 0, count: 32)
    var (sum, squares) = (0.0, 0.0)
    for byte in image.bytes {
      bins[Int(byte) / 8] += 1
      sum += Double(byte)
      squares += Double(byte) * Double(byte)
    }
    let count = Double(image.bytes.count)
    mean = sum / count
    deviation = max(0, squares / count - mean * mean).squareRoot()
    var total = 0.0
    cumulative = bins.map {
      total += $0 / count
      return total
    }
  }

  /// Pixel correlation, −1 to 1.
  func likeness(to other: Self) -> Float {
    zip(pattern, other.pattern).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Earth mover's distance of the histograms, in grey levels of 255.
  func move(to other: Self) -> Double {
    zip(cumulative, other.cumulative).reduce(0) { $0 + abs($1.0 - $1.1) } * 8
  }
}
