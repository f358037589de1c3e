import AuditModel
import Basics
import Fidelity
import Foundation
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
    func embeddings(_ space: String, rows: [Int]) -> EmbeddingSet {
      EmbeddingSet(
        width: width(of: space),
        values: rows.flatMap { (features[$0].vectors[space] ?? []).map(Double.init) },
        clusters: rows.map { set.images[$0].cluster })
    }

    func embeddings(_ space: String) -> EmbeddingSet {
      embeddings(space, rows: Array(set.images.indices))
    }

    func width(of space: String) -> Int { features.first?.vectors[space]?.count ?? 0 }
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
    let models = try openAlignment()
    let own = FeatureReader(
      encoders: encoders, folder: place.folder + "/features", context: context)
    // Copies are not looked for among what captions are compared with.
    let both = FeatureReader(
      encoders: encoders + models.map(\.encoder), folder: own.folder, context: context)
    let drawn = try syntheticSet()
    for model in models { try MeasuredAlignment.check(model.model, drawn) }
    let synthetic = try encode(drawn, .synthetic, both)
    let real = try encode(try realSet(), .real, both)
    let training = try measure.training.map {
      try encode(
        try MeasuredSet.read($0, key: "measure.training", resolve: specification.resolve),
        .training, own)
    }
    let heldOut = try training.map {
      try encode(try heldOutSet(training: $0.set), .heldOut, own)
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
    report.encoders = encoders.map { named in
      FidelityReport.EncoderRecord(
        name: named.space, tensor: named.encoder.tensor, width: synthetic.width(of: named.space),
        hash: named.encoder.hash)
    }
    let groups = try MeasureGroups(
      synthetic: synthetic.set, real: real.set, analysis: specification.analysis,
      minimum: measure.minimumGroup, limit: measure.limit, seed: measure.seed)
    report.distances = try MeasuredDistances(scene: self, groups: groups)
      .rows(
        encoders: encoders.map(\.space) + [FidelityReport.radiomics], synthetic: synthetic,
        real: real)
    report.diversity = try MeasuredDiversity(scene: self).rows(
      synthetic: synthetic.set, real: real.set, groups: groups)
    report.facts = try MeasuredFacts(scene: self).rows(
      synthetic: synthetic.set, real: real.set, groups: groups)
    if !models.isEmpty {
      report.alignment = try MeasuredAlignment(scene: self, groups: groups).rows(
        models: models.map(\.model), synthetic: synthetic, real: real)
    }
    if let training, let heldOut {
      report.memorisation = try MeasuredCopies(scene: self, groups: groups).rows(
        encoders: encoders.map(\.space), synthetic: synthetic, training: training, heldOut: heldOut)
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
