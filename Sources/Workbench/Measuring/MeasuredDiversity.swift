import AuditModel
import Basics
import Fidelity
import Images
import Randomness
import Statistics

/// How alike images of one prompt are, beside images of other prompts and of different patients.
struct MeasuredDiversity {
  let scene: MeasureScene

  /// Larger pictures are compared at this many pixels a side: five scales fit, and anatomy shows.
  private static let side = 256
  /// Pairs of one prompt, and prompts; the paper takes four seeds of a prompt.
  private static let pairsPerPrompt = 6
  private static let promptLimit = 100

  private struct Pair {
    var first: Int
    var second: Int
    var cluster: String
  }

  func rows(synthetic: MeasuredSet, real: MeasuredSet, groups: MeasureGroups) throws
    -> [FidelityReport.DiversityRow]
  {
    var rows: [FidelityReport.DiversityRow] = []
    let all = Array(synthetic.images.indices)
    rows += try row(.samePrompt, samePrompt(synthetic, all, "all"), synthetic)
    rows += try row(.otherPrompt, strangers(synthetic, all, "synthetic"), synthetic)
    rows += try row(.realPatients, strangers(real, Array(real.images.indices), "real"), real)
    for group in groups.groups where group.reason == nil {
      let name = "\(group.attribute) \(group.group)"
      rows += try row(
        .samePrompt, samePrompt(synthetic, group.allSynthetic, name), synthetic, group)
      rows += try row(
        .realPatients, strangers(real, group.allReal, "real " + name), real, group)
    }
    return rows
  }

  /// Pairs of images of one prompt whose base cases, and so whose noise, differ.
  private func samePrompt(_ set: MeasuredSet, _ rows: [Int], _ name: String) -> [Pair] {
    var members: [String: [Int]] = [:]
    for row in rows {
      if let prompt = set.images[row].prompt { members[prompt, default: []].append(row) }
    }
    var stream = RandomStream(seed: scene.measure.seed, path: ["measure", "prompts", name])
    let prompts = members.keys.sorted()
    var pairs: [Pair] = []
    for index in stream.permutation(prompts.count).prefix(Self.promptLimit) {
      let prompt = prompts[index]
      let images = (members[prompt] ?? []).shuffled(using: &stream)
      var found = 0
      for (place, first) in images.enumerated() where found < Self.pairsPerPrompt {
        for second in images[(place + 1)...] where found < Self.pairsPerPrompt {
          guard set.images[first].cluster != set.images[second].cluster else { continue }
          pairs.append(Pair(first: first, second: second, cluster: prompt))
          found += 1
        }
      }
    }
    return pairs
  }

  /// Pairs of different clusters, and of different prompts where there are prompts.
  private func strangers(_ set: MeasuredSet, _ rows: [Int], _ name: String) -> [Pair] {
    var stream = RandomStream(seed: scene.measure.seed, path: ["measure", "strangers", name])
    let order = rows.shuffled(using: &stream)
    return stride(from: 0, to: order.count - 1, by: 2).compactMap { place in
      let (first, second) = (order[place], order[place + 1])
      let (a, b) = (set.images[first], set.images[second])
      guard a.cluster != b.cluster, a.prompt == nil || a.prompt != b.prompt else { return nil }
      return Pair(first: first, second: second, cluster: a.cluster)
    }.prefix(Self.promptLimit).map { $0 }
  }

  private func row(
    _ kind: FidelityReport.DiversityRow.Pairs, _ pairs: [Pair], _ set: MeasuredSet,
    _ group: MeasureGroups.Group? = nil
  ) throws -> [FidelityReport.DiversityRow] {
    guard !pairs.isEmpty else { return [] }
    var values: [Double] = []
    var clusters: [Int32] = []
    var numbers: [String: Int32] = [:]
    for (done, pair) in pairs.enumerated() {
      try scene.context.checkInterrupted()
      guard let value = try similarity(set, pair) else { continue }
      let number = numbers[pair.cluster] ?? Int32(numbers.count)
      numbers[pair.cluster] = number
      values.append(value)
      clusters.append(number)
      scene.context.report(
        StageProgress(
          stage: "diversity", done: Double(done + 1), total: Double(pairs.count), unit: "pairs"))
    }
    var row = FidelityReport.DiversityRow(
      pairs: kind, pairCount: values.count, clusters: numbers.count,
      scales: try pairs.first.map { try scales(set, $0) } ?? 0)
    row.attribute = group?.attribute
    row.group = group?.group
    if let mean = ClusteredMean(values: values, clusters: clusters, clusterCount: numbers.count) {
      let interval = mean.interval(level: scene.level)
      row.similarity = MeasuredValue(
        mean.mean, lower: interval.map { max(0, $0.lower) },
        upper: interval.map { min(1, $0.upper) })
    }
    return [row]
  }

  private func planes(_ set: MeasuredSet, _ pair: Pair) throws -> (GrayPlane, GrayPlane) {
    let pictures = try [pair.first, pair.second].map { row in
      try readImage(at: set.images[row].path, options: set.reading).picture.raster
    }
    let side = min(Self.side, pictures.map { min($0.width, $0.height) }.min() ?? Self.side)
    return (Self.plane(pictures[0], side), Self.plane(pictures[1], side))
  }

  private func similarity(_ set: MeasuredSet, _ pair: Pair) throws -> Double? {
    let (first, second) = try planes(set, pair)
    return MultiscaleSimilarity.value(first, second)
  }

  private func scales(_ set: MeasuredSet, _ pair: Pair) throws -> Int {
    let (first, _) = try planes(set, pair)
    return MultiscaleSimilarity.scaleCount(width: first.width, height: first.height)
  }

  private static func plane(_ image: RasterImage, _ side: Int) -> GrayPlane {
    let small = image.gray().resized(width: side, height: side, filter: .box)
    return GrayPlane(width: side, height: side, values: small.bytes.map { Double($0) / 255 })
  }
}
