import AuditModel

/// The section about images and their captions.
struct FidelityAlignment {
  let report: FidelityReport

  var blocks: [Block] {
    guard let rows = report.alignment, !rows.isEmpty else {
      return [
        .empty(
          """
          Whether images are near their captions was not measured: no model of pictures and texts was named \
          ("alignment").
          """)
      ]
    }
    return [
      .paragraph(
        """
        How near an image and its own caption lie in a space that a model has for pictures and texts. "Null" is \
        the same after whole base cases got the captions of others \(report.replicates) times: what captions \
        that say nothing of their images would give. A model that saw few radiographs is a poor judge.
        """)
    ]
      + rows.grouped(by: \.model).map { model, rows in
        .table(
          Table(
            Anchor("table-alignment", model), "Captions, as \(model) sees them", of: rows,
            columns: Self.columns,
            note: """
              Nearest: share of images that no other of the captions is nearer to. All groups have the same \
              captions to choose from; real images have those of the real images.
              """))
      }
  }

  private static let columns: [ColumnOf<FidelityReport.AlignmentRow>] = [
    ColumnOf(.words("Images", "of", header: true)) { .name($0.of.words, raw: $0.of.rawValue) },
    ColumnOf(.words("Group", "group")) { FidelityDocument.name($0.attribute, $0.group) },
    ColumnOf(.number("Number", "images")) { .count($0.images) },
    ColumnOf(.number("Base cases or patients", "clusters")) { .count($0.clusters) },
    ColumnOf(.number("Captions", "captions")) { .count($0.captions) },
    ColumnOf(.interval("Cosine", "cosine")) {
      FidelityDocument.measured($0.cosine, "no images", .share)
    },
    ColumnOf(.interval("null (95 %)", "cosine_null")) {
      .interval($0.cosine?.nullMean, $0.cosine?.nullLower, $0.cosine?.nullUpper, .share)
    },
    ColumnOf(.number("p", "cosine_p")) { .number($0.cosine?.p, .probability) },
    ColumnOf(.interval("Own caption nearest", "retrieval")) {
      FidelityDocument.measured($0.retrieval, "one caption", .share)
    },
    ColumnOf(.number("null", "retrieval_null")) { .number($0.retrieval?.nullMean, .share) },
    ColumnOf(.number("p", "retrieval_p")) { .number($0.retrieval?.p, .probability) },
  ]
}
