import AuditModel
import AuditStore
import Fidelity
import Images
import Randomness
import Statistics
import Workbench

extension GateWorld {
  private static let side = 32
  private static let contrast = 30.0
  /// Standard deviation of the mean grey, in grey levels.
  private static let brightness = 10.0

  /// Patterns of noise: an image repeats its base case's or is another patient's.
  func pixels(seed: UInt64) throws -> [GateResult] {
    var stream = RandomStream(seed: seed, path: ["gate", name])
    let (images, cases) = cases(placebos: ["seed", "prompt"])
    let bases = 2 * perCell * findings
    let patterns = (0..<bases).map { _ in pattern(&stream) }
    let lights = (0..<bases).map { _ in (stream.normal(), stream.normal()) }
    let (arms, wordings) = strangers
    let pictures = images.map { image -> RasterImage in
      let chance =
        switch image.placebo {
        case "seed": 1.0
        case "prompt": wordings
        default: image.value > 0 ? arms : 0
        }
      let isStranger = stream.uniform() < chance
      let own = isStranger ? pattern(&stream) : patterns[image.base]
      return picture(own, image, lights[image.base], &stream)
    }
    return try ArmGates(cases).pixels(seed: seed) { pictures[Int($0.id)] }
  }

  private var strangers: (arms: Double, wordings: Double) {
    switch subject {
    case .partners(let lost): (lost, 0)
    case .distance(let strange): (strange, 0)
    case .wording(let strange, let wording): (strange, wording)
    default: (0, 0)
    }
  }

  private func pattern(_ stream: inout RandomStream) -> [Double] {
    (0..<Self.side * Self.side).map { _ in stream.normal() }
  }

  private func picture(
    _ pattern: [Double], _ image: ArmImage, _ light: (Double, Double), _ stream: inout RandomStream
  ) -> RasterImage {
    var (mean, contrast) = (120.0, Self.contrast)
    if case .greys(let shift) = subject {
      func noise(_ shared: Double) -> Double {
        correlation.squareRoot() * shared + (1 - correlation).squareRoot() * stream.normal()
      }
      mean += Self.brightness * noise(light.0)
      contrast *= 1 + 0.1 * noise(light.1)
      if image.value == values - 1 { mean += shift * greyDeviation }
    }
    return RasterImage(
      width: Self.side, height: Self.side, channels: 1,
      bytes: pattern.map { UInt8(clamping: Int((mean + contrast * $0).rounded())) })
  }

  /// Of the mean grey of a base case's arms: what it has in common, each arm's own light, and the
  /// pattern's mean.
  private var greyDeviation: Double {
    let light = Self.brightness * Self.brightness
    let pattern = Self.contrast * Self.contrast / Double(Self.side * Self.side)
    return (light * (correlation + (1 - correlation) / Double(values)) + pattern).squareRoot()
  }

  // MARK: What `audit measure` measures

  /// Every group's synthetic images are as far from its real ones.
  func distances(groups: Int, seed: UInt64) -> GateResult {
    var stream = RandomStream(seed: seed, path: ["gate", name])
    var comparison = SetComparison()
    // Nulls decide nothing here.
    comparison.replicates = 0
    comparison.seed = seed
    func set(_ mean: Double) -> EmbeddingSet {
      EmbeddingSet(
        width: 8, values: (0..<perCell * 8).map { _ in mean + stream.normal() })
    }
    var rows = [FidelityReport.DistanceRow(encoder: "encoder", attribute: nil, group: nil)]
    for group in 0..<groups {
      var row = FidelityReport.DistanceRow(
        encoder: "encoder", attribute: "group", group: "g\(group)")
      row.values = comparison.compare(real: set(0), synthetic: set(0.3), name: "g\(group)")
      rows.append(row)
    }
    return MeasuredGates.distance("encoder", rows)
  }

  /// Synthetic and held-out images come from where the training images do.
  func copies(seed: UInt64) -> GateResult {
    var stream = RandomStream(seed: seed, path: ["gate", name])
    func set(_ count: Int) -> EmbeddingSet {
      EmbeddingSet(width: 12, values: (0..<count * 12).map { _ in stream.normal() })
    }
    let training = set(200)
    let (synthetic, heldOut) = (set(5 * perCell), set(perCell))
    func likeness(_ set: EmbeddingSet) -> [Double] {
      NearestSearch.embeddings(of: set, among: training).map(\.likeness)
    }
    let found = CopySearch(
      synthetic: likeness(synthetic), syntheticClusters: (0..<synthetic.count).map { "\($0)" },
      heldOut: likeness(heldOut), heldOutClusters: (0..<heldOut.count).map { "\($0)" },
      alpha: 0.05, level: 0.95)
    var row = FidelityReport.MemorisationRow(
      by: "encoder", trainingImages: training.count, heldOutImages: heldOut.count,
      copies: found.copies.count, beyondAllHeldOut: found.beyondAll, beyondAllP: found.beyondAllP)
    row.limit = found.limit
    row.closeness = found.closeness
    return MeasuredGates.memorisation(row)
  }
}
