import AuditModel
import Basics
import Fidelity

/// A user's model of pictures and texts: the encoder's name among the vectors of images, and captions.
struct AlignmentModel {
  var name: String
  var captions: CaptionFeatures

  /// What its image vectors are kept under, apart from an encoder of the same name.
  var space: String { "alignment/" + name }
}

/// Whether images lie near their own captions, as a user's model sees both.
struct MeasuredAlignment {
  let scene: MeasureScene
  let groups: MeasureGroups

  /// - Throws: ``AuditFailure`` for a synthetic image whose caption the table has not.
  static func check(_ model: AlignmentModel, _ synthetic: MeasuredSet) throws {
    guard let image = synthetic.images.first(where: { $0.prompt == nil }) else {
      let missing = synthetic.images.filter { model.captions.row(of: $0.prompt ?? "") == nil }
      guard let first = missing.first else { return }
      throw AuditFailure(
        "\(model.captions.path) has no row for the caption '\(visible((first.prompt ?? "").shortened(to: 120)))' "
          + "of \(first.name)"
          + (missing.count > 1
            ? " (\(missing.count) images have captions that are not there)" : ""),
        hint: "encode every caption of the synthetic images as it stands there, letter for letter")
    }
    throw AuditFailure(
      "'\(visible(image.name.shortened(to: 100)))' has no caption to compare it with",
      hint: "name the column of the captions: \"columns\": { \"prompt\": … }")
  }

  /// Overall and by group for the synthetic images; overall for real ones whose captions are known.
  func rows(models: [AlignmentModel], synthetic: MeasureScene.Part, real: MeasureScene.Part) throws
    -> [FidelityReport.AlignmentRow]
  {
    try models.flatMap { model -> [FidelityReport.AlignmentRow] in
      let captioned = real.set.images.indices.filter {
        real.set.images[$0].prompt.flatMap(model.captions.row) != nil
      }
      var rows = try self.rows(
        model, .synthetic, synthetic, Array(synthetic.set.images.indices), byGroup: true)
      if !captioned.isEmpty {
        rows += try self.rows(model, .real, real, captioned, byGroup: false)
      }
      return rows
    }
  }

  private func rows(
    _ model: AlignmentModel, _ role: FidelityReport.ImageSetRecord.Role, _ part: MeasureScene.Part,
    _ members: [Int], byGroup: Bool
  ) throws -> [FidelityReport.AlignmentRow] {
    let images = part.embeddings(model.space, rows: members)
    let width = model.captions.vectors.width
    guard images.width == width else {
      throw AuditFailure(
        "'\(model.name)' gives an image as \(images.width) numbers and \(model.captions.path) a caption "
          + "as \(width)",
        hint:
          "name the tensor of the space that both share as \"output\", and encode captions into it")
    }
    let used = Set(members.compactMap { row(model, part, $0) }).sorted()
    let places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    let alignment = PromptAlignment(
      images: images, captions: model.captions.vectors.selecting(used),
      own: members.compactMap { row(model, part, $0).flatMap { places[$0] } })
    func found(_ rows: [Int], _ group: MeasureGroups.Group?) throws -> FidelityReport.AlignmentRow {
      try scene.context.checkInterrupted()
      let name = "\(role.rawValue) \(group.map { "\($0.attribute) \($0.group)" } ?? "all")"
      let values = alignment.values(
        rows: rows, level: scene.level, replicates: scene.measure.replicates,
        seed: scene.measure.seed, name: name)
      var row = FidelityReport.AlignmentRow(
        model: model.name, of: role, images: rows.count,
        clusters: Set(rows.map { part.set.images[members[$0]].cluster }).count,
        captions: used.count)
      row.attribute = group?.attribute
      row.group = group?.group
      row.cosine = values.cosine
      row.retrieval = values.retrieval
      return row
    }
    return try [found(Array(members.indices), nil)]
      + (byGroup ? groups.groups.filter { $0.reason == nil } : [])
      .map { try found($0.allSynthetic, $0) }
  }

  private func row(_ model: AlignmentModel, _ part: MeasureScene.Part, _ image: Int) -> Int? {
    part.set.images[image].prompt.flatMap(model.captions.row)
  }
}
