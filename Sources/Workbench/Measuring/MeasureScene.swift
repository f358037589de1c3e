import AuditModel
import Basics
import Classifiers
import Fidelity
import Foundation
import OnnxGraphs
import Vocabulary

/// The sets of images of one measuring, encoded.
struct MeasureScene {
  let specification: AuditSpecification
  let measure: MeasureSpecification
  let place: MeasurePlace
  let context: RunContext
  let level = 0.95
  private(set) var notes: [String] = []

  /// One role's images with what was read of them; what could not be read is gone.
  struct Part {
    var set: MeasuredSet
    var features: [ImageFeatures]

    var clusters: [String] { self.set.images.map(\.cluster) }

    /// Vectors of an encoder for these rows.
    func embeddings(_ encoder: Int, rows: [Int]) -> EmbeddingSet {
      EmbeddingSet(
        width: features.first?.vectors[encoder].count ?? 0,
        values: rows.flatMap { features[$0].vectors[encoder].map(Double.init) },
        clusters: rows.map { set.images[$0].cluster })
    }

    func embeddings(_ encoder: Int) -> EmbeddingSet {
      embeddings(encoder, rows: Array(set.images.indices))
    }
  }

  init(
    specification: AuditSpecification, measure: MeasureSpecification, place: MeasurePlace,
    context: RunContext
  ) throws {
    self.specification = specification
    self.measure = measure
    self.place = place
    self.context = context
  }

  mutating func report() throws -> FidelityReport {
    let encoders = try openEncoders()
    let keys = encoders.map { encoder in
      encoder.hash + " " + encoder.tensor + specificationOf(encoder).canonicalText
    }
    let reader = FeatureReader(
      encoders: encoders, encoderKeys: keys, folder: place.folder + "/features", context: context)
    let synthetic = try encode(try syntheticSet(), .synthetic, reader)
    let real = try encode(try realSet(), .real, reader)
    let training = try measure.training.map {
      try encode(
        try MeasuredSet.read($0, key: "measure.training", resolve: specification.resolve),
        .training, reader)
    }
    let heldOut = try training.map {
      try encode(try heldOutSet(training: $0.set), .heldOut, reader)
    }

    var report = FidelityReport(
      name: specification.name, tool: "audit \(toolVersion)", finished: context.timestamp,
      cohortKey: Self.cohortKey(
        zip(synthetic.set.images, synthetic.features).map { ($0.name, $1.hash) }),
      neighbours: measure.neighbours, replicates: measure.replicates,
      minimumGroup: measure.minimumGroup, seed: measure.seed)
    report.level = level
    let parts: [(FidelityReport.ImageSetRecord.Role, Part?)] = [
      (.synthetic, synthetic), (.real, real), (.training, training), (.heldOut, heldOut),
    ]
    report.sets = parts.compactMap { role, part in part.map { Self.record(role, $0.set) } }
    report.encoders = encoders.enumerated().map { number, encoder in
      FidelityReport.EncoderRecord(
        name: encoder.name, tensor: encoder.tensor,
        width: synthetic.features.first?.vectors[number].count ?? 0, hash: encoder.hash)
    }
    let groups = try MeasureGroups(
      synthetic: synthetic.set, real: real.set, analysis: specification.analysis,
      minimum: measure.minimumGroup, limit: measure.limit, seed: measure.seed)
    report.distances = try MeasuredDistances(scene: self, groups: groups)
      .rows(encoders: encoders.map(\.name), synthetic: synthetic, real: real)
    report.diversity = try MeasuredDiversity(scene: self).rows(
      synthetic: synthetic.set, real: real.set, groups: groups)
    report.facts = try MeasuredFacts(scene: self).rows(
      synthetic: synthetic.set, real: real.set, groups: groups)
    if let training, let heldOut {
      report.memorisation = try MeasuredCopies(scene: self, groups: groups).rows(
        encoders: encoders.map(\.name), synthetic: synthetic, training: training, heldOut: heldOut)
    }
    report.notes = notes + groups.notes
    return report
  }

  /// Images by name and content, in any order.
  static func cohortKey(_ images: [(name: String, hash: String)]) -> String {
    SHA256.hex(of: images.map { "\($0.hash) \($0.name)" }.sorted().joined(separator: "\n"))
  }

  // MARK: Sets

  private func syntheticSet() throws -> MeasuredSet {
    if let named = measure.synthetic {
      return try MeasuredSet.read(
        named, key: "measure.synthetic", resolve: specification.resolve)
    }
    guard let workspace = place.workspace else {
      throw AuditFailure("no synthetic images are named")
    }
    return try MeasuredSet.drawn(workspace)
  }

  private func realSet() throws -> MeasuredSet {
    try measure.real.map {
      try MeasuredSet.read($0, key: "measure.real", resolve: specification.resolve)
    } ?? MeasuredSet.real(specification, key: "real")
  }

  /// Images of patients that are not in the training set.
  private mutating func heldOutSet(training: MeasuredSet) throws -> MeasuredSet {
    var set =
      try measure.heldOut.map {
        try MeasuredSet.read($0, key: "measure.heldOut", resolve: specification.resolve)
      } ?? realSet()
    let trained = Set(training.images.map(\.cluster))
    let before = set.images.count
    set.images.removeAll { trained.contains($0.cluster) }
    if set.images.count < before {
      notes.append(
        "\(before - set.images.count) of \(before) held-out images are of patients of the training set "
          + "and were left out of the null.")
    }
    guard !set.images.isEmpty else {
      throw AuditFailure(
        "every held-out image is of a patient of 'measure.training', so there is no null for copies",
        hint: "name images of other patients under 'measure.heldOut'")
    }
    if set.clusterUnit == "images" || training.clusterUnit == "images" {
      notes.append(
        "No patients are named for the training or the held-out images: that none is in both was not "
          + "checked beyond the images' names.")
    }
    return set
  }

  private mutating func encode(
    _ set: MeasuredSet, _ role: FidelityReport.ImageSetRecord.Role, _ reader: FeatureReader
  ) throws -> Part {
    var set = set
    // Copies are looked for everywhere; distances of more images cost much and say little more.
    if role == .synthetic || role == .real, set.images.count > 4 * measure.limit {
      var stream = SampleStream(seed: measure.seed, name: role.rawValue)
      let before = set.images.count
      set = set.sampled(4 * measure.limit, stream: &stream)
      notes.append(
        "Of \(before) \(role.words) images a random sample of \(set.images.count) was measured.")
    }
    let outcome = try reader.read(set, role: role.words)
    if let first = outcome.unreadable.first {
      notes.append(
        "\(outcome.unreadable.count) of \(set.images.count) \(role.words) images could not be read and "
          + "were left out, e.g. '\(first)'.")
    }
    let kept = set.images.indices.filter { outcome.features[$0] != nil }
    guard !kept.isEmpty else { throw AuditFailure("none of the \(role.words) images can be read") }
    set.images = kept.map { set.images[$0] }
    return Part(set: set, features: kept.compactMap { outcome.features[$0] })
  }

  private static func record(_ role: FidelityReport.ImageSetRecord.Role, _ set: MeasuredSet)
    -> FidelityReport.ImageSetRecord
  {
    FidelityReport.ImageSetRecord(
      role: role, source: set.source, images: set.images.count, clusters: set.clusterCount,
      clusterUnit: set.clusterUnit)
  }

  // MARK: Encoders

  private func specificationOf(_ encoder: ImageEncoder) -> EncoderSpecification {
    encoderSpecifications.first { $0.name == encoder.name }
      ?? EncoderSpecification(
        name: encoder.name, onnx: OnnxSpecification(path: "", height: 1, width: 1, outputs: [:]))
  }

  /// The spec's, or the features of the reference panel's first ONNX classifier.
  private var encoderSpecifications: [EncoderSpecification] {
    guard measure.encoders.isEmpty else { return measure.encoders }
    for member in specification.referencePanel {
      if case .onnx(let onnx) = member.source {
        return [EncoderSpecification(name: member.name, onnx: onnx)]
      }
    }
    return []
  }

  private func openEncoders() throws -> [ImageEncoder] {
    guard !encoderSpecifications.isEmpty else {
      throw AuditFailure(
        "no encoder gives the images as vectors: the spec has neither 'measure.encoders' nor an ONNX "
          + "classifier in 'referencePanel'",
        hint:
          "add \"encoders\": [{ \"name\": \"densenet\", \"onnx\": \"densenet.onnx\", \"input\": { … } }]"
      )
    }
    let runtime = try OnnxRuntime()
    return try encoderSpecifications.map { named in
      var named = named
      named.onnx.path = specification.resolve(named.onnx.path)
      return try ImageEncoder(named, runtime: runtime)
    }
  }
}

extension FidelityReport.ImageSetRecord.Role {
  /// For sentences: `held-out`.
  var words: String {
    switch self {
    case .synthetic: "synthetic"
    case .real: "real"
    case .training: "training"
    case .heldOut: "held-out"
    }
  }
}
