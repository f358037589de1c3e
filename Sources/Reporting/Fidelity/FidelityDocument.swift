import AuditModel
import Basics

/// The page about a generator: how near its images are to real ones, and what they are copies of.
struct FidelityDocument {
  let report: FidelityReport

  var document: ReportDocument {
    var document = ReportDocument(
      title: "Synthetic images of \(report.name) against real ones",
      subtitle: ["Measured by \(report.tool), \(report.finished)"], tally: [],
      sections: [
        Section(1, "Bottom line", "bottom-line", bottomLine),
        Section(2, "What was measured", "sets", sets),
        Section(3, "Distance from real images", "distances", distances),
        Section(4, "Diversity", "diversity", diversity),
        Section(5, "Facts", "facts", facts),
        Section(6, "Captions", "captions", FidelityAlignment(report: report).blocks),
        Section(7, "Copies of training images", "copies", FidelityCopies(report: report).blocks),
        Section(8, "How to read this", "limits", limits),
      ])
    document.kicker = "Fidelity of synthetic radiographs"
    document.colophon = "Every number here also stands in fidelity.json with full precision."
    return document
  }

  private var level: String { NumberText.percent(report.level) }

  private func interval(_ value: MeasuredValue?, _ style: NumberStyle) -> String {
    NumberText.interval(value?.estimate, value?.lower, value?.upper, style) ?? Cell.absentWord
  }

  // MARK: Bottom line

  private var bottomLine: [Block] {
    var lead: [Prose] = []
    for row in report.distances where row.attribute == nil {
      guard let values = row.values else { continue }
      lead.append(separation(row.encoder, values))
    }
    lead += report.memorisation.map { row in
      guard let limit = row.limit else {
        return "By \(row.by), copies could not be told from chance: \(row.reason ?? "")."
      }
      return """
        By \(row.by), \(Words.counted(row.copies, "synthetic image is", "synthetic images are")) nearer \
        to a training image than chance allows (a likeness above \
        \(NumberText.fixed(limit, decimals: 3))).
        """
    }
    if report.memorisation.isEmpty {
      lead.append("Copies of training images were not looked for: no training images were given.")
    }
    for row in report.facts where row.attribute == nil && row.finding != nil {
      lead.append(
        """
        \(row.scorer) sees \(row.finding ?? "") where it was asked for with an AUC of \
        \(interval(row.auc, .share)).
        """)
    }
    for row in report.alignment ?? [] where row.attribute == nil && row.of == .synthetic {
      guard let null = row.cosine?.nullMean else { continue }
      lead.append(
        """
        By \(row.model), images lie at a cosine of \(interval(row.cosine, .share)) from their own captions; \
        captions of others would give \(NumberText.fixed(null, decimals: 3)).
        """)
    }
    return [.list(lead)]
  }

  private func separation(_ encoder: String, _ values: FidelityValues) -> Prose {
    guard let domain = values.domain, let lower = domain.lower else {
      return "By \(encoder), there are too few images to say whether synthetic ones differ."
    }
    let auc = interval(domain, .share)
    return lower > 0.5
      ? """
      By \(encoder), a linear rule tells synthetic images from real ones with an AUC of \(auc).
      """
      : """
      By \(encoder), a linear rule is not shown to tell synthetic images from real ones (AUC \(auc)).
      """
  }

  // MARK: Sets

  private var sets: [Block] {
    var blocks: [Block] = [
      .table(
        Table(
          Anchor("table-sets"), "Images", of: report.sets,
          columns: [
            ColumnOf(.words("Images", "role", header: true)) {
              .name($0.role.words, raw: $0.role.rawValue)
            },
            ColumnOf(.words("From", "source")) { .code($0.source) },
            ColumnOf(.number("Number", "images")) { .count($0.images) },
            ColumnOf(.number("Independent", "clusters")) { .count($0.clusters) },
            ColumnOf(.words("of", "cluster_unit")) { .text($0.clusterUnit) },
          ])),
      .table(
        Table(
          Anchor("table-encoders"), "Encoders", of: report.encoders,
          columns: [
            ColumnOf(.words("Encoder", "encoder", header: true)) { .text($0.name) },
            ColumnOf(.words("Tensor", "tensor")) { .code($0.tensor) },
            ColumnOf(.number("Numbers per image", "width")) { .count($0.width) },
            ColumnOf(.words("SHA-256 of the model", "hash")) { .code(String($0.hash.prefix(16))) },
          ])),
    ]
    if !report.notes.isEmpty { blocks.append(.list(report.notes.map { Prose($0) })) }
    return blocks
  }

  // MARK: Distances

  private var distances: [Block] {
    [
      .paragraph(
        """
        Groups of one attribute are cut to one number of images, because distances grow as images get \
        fewer. "Null" is the same statistic after whole patients and base cases were exchanged between \
        real and synthetic images \(report.replicates) times, at the same numbers of images: what it \
        would be if nothing differed.
        """)
    ]
      + report.distances.grouped(by: \.encoder).flatMap { encoder, rows -> [Block] in
        [
          .heading(Heading(level: 3, text: encoder, isSynthetic: true)),
          .table(
            Table(
              Anchor("table-distance", encoder), "Distances in the space of \(encoder)", of: rows,
              columns: Self.distanceColumns,
              note: Prose(
                "KID: unbiased kernel distance, not multiplied by 1000. \(Self.frechetNote(encoder)) "
                  + "Intervals: \(level), leaving out groups of patients and base cases."))),
          .table(
            Table(
              Anchor("table-manifolds", encoder), "Coverage in the space of \(encoder)", of: rows,
              columns: Self.manifoldColumns,
              note: """
                Balls reach to the \(report.neighbours)th neighbour. Precision: synthetic images like \
                some real one. Recall and coverage: real images like some synthetic one. Density: how \
                crowded synthetic images lie, 1 where as real ones.
                """)),
        ]
      }
  }

  private static func frechetNote(_ encoder: String) -> String {
    encoder == FidelityReport.radiomics
      ? """
      Radiomics are intensity, co-occurrence and run-length statistics of the picture and its wavelet bands, in \
      deviations among all images. Fréchet: a Fréchet radiomics distance (FRD) without zones and \
      Laplacian-of-Gaussian pictures; Konz et al. take deviations among the real images and print the natural \
      logarithm.
      """
      : """
      Fréchet: FID in this space, never to be compared with one of another encoder or another number of images.
      """
  }

  static func name(_ attribute: String?, _ group: String?) -> Cell {
    guard let attribute, let group else { return .name("All images", raw: "") }
    return .name(
      "\(Words.attribute(attribute)): \(Words.group(group))", raw: "\(attribute)=\(group)")
  }

  static func measured(_ value: MeasuredValue?, _ reason: String?, _ style: NumberStyle)
    -> Cell
  {
    guard let value else { return .status("not measured", reason: reason) }
    return .interval(value.estimate, value.lower, value.upper, style)
  }

  private static let distanceColumns: [ColumnOf<FidelityReport.DistanceRow>] = [
    ColumnOf(.words("Group", "group", header: true)) { name($0.attribute, $0.group) },
    ColumnOf(.number("Synthetic", "synthetic")) { .count($0.values?.syntheticCount ?? 0) },
    ColumnOf(.number("Real", "real")) { .count($0.values?.realCount ?? 0) },
    ColumnOf(.interval("KID (interval)", "kid")) {
      measured($0.values?.kernel, $0.reason, .general)
    },
    ColumnOf(.number("KID p", "kid_p")) { .number($0.values?.kernel?.p, .probability) },
    ColumnOf(.interval("Fréchet (interval)", "frechet")) {
      measured($0.values?.frechet, $0.reason, .general)
    },
    ColumnOf(.interval("Fréchet, null (95 %)", "frechet_null")) { row in
      let value = row.values?.frechet
      return .interval(value?.nullMean, value?.nullLower, value?.nullUpper, .general)
    },
    ColumnOf(.interval("Told apart, AUC", "domain")) {
      measured($0.values?.domain, $0.reason, .share)
    },
  ]

  private static let manifoldColumns: [ColumnOf<FidelityReport.DistanceRow>] =
    [ColumnOf(.words("Group", "group", header: true)) { name($0.attribute, $0.group) }]
    + ([
      ("Precision", "precision", \.precision), ("Recall", "recall", \.recall),
      ("Density", "density", \.density), ("Coverage", "coverage", \.coverage),
    ] as [(String, String, KeyPath<FidelityValues, MeasuredValue?> & Sendable)]).flatMap {
      title, field, path in
      [
        ColumnOf<FidelityReport.DistanceRow>(.interval(title, field)) {
          measured($0.values?[keyPath: path], $0.reason, .share)
        },
        ColumnOf<FidelityReport.DistanceRow>(.number("null", field + "_null")) {
          .number($0.values?[keyPath: path]?.nullMean, .share)
        },
      ]
    }

  // MARK: Diversity and facts

  private var diversity: [Block] {
    guard !report.diversity.isEmpty else {
      return [.empty("There are no two images to compare.")]
    }
    return [
      .paragraph(
        """
        Mean multi-scale structural similarity of pairs, 1 for equal images. Pairs of one prompt differ in \
        their noise alone; a generator that repeats itself has values near 1 there.
        """),
      .table(
        Table(
          Anchor("table-diversity"), "Similarity of pairs", of: report.diversity,
          columns: [
            ColumnOf(.words("Pairs", "pairs", header: true)) {
              .name($0.pairs.words, raw: $0.pairs.rawValue)
            },
            ColumnOf(.words("Group", "group")) { Self.name($0.attribute, $0.group) },
            ColumnOf(.number("Pairs", "pair_count")) { .count($0.pairCount) },
            ColumnOf(.number("Prompts or patients", "clusters")) { .count($0.clusters) },
            ColumnOf(.number("Scales", "scales")) { .count($0.scales) },
            ColumnOf(.interval("MS-SSIM", "similarity")) {
              Self.measured($0.similarity, "one prompt or patient", .share)
            },
          ],
          note: """
            Values of different numbers of scales do not compare; five is the usual number, which needs \
            images of 176 pixels or more.
            """)),
    ]
  }

  private var facts: [Block] {
    guard !report.facts.isEmpty else {
      return [
        .empty(
          """
          Whether images show what was asked for was not measured: no labels or no classifier \
          ("scorers" or "referencePanel") were given.
          """)
      ]
    }
    return [
      .paragraph(
        """
        How well classifiers that are not under audit find in the images what the prompts asked for: AUC, \
        and Pearson's correlation of score and label as the ChexGen paper counts it. Beside it the same on \
        real images, which no generator can be expected to surpass.
        """),
      .table(
        Table(
          Anchor("table-facts"), "Prompted findings, as classifiers see them", of: report.facts,
          columns: [
            ColumnOf(.words("Classifier", "scorer", header: true)) { .text($0.scorer) },
            ColumnOf(.words("Finding", "finding")) {
              .name($0.finding ?? "All together", raw: $0.finding ?? "")
            },
            ColumnOf(.words("Group", "group")) { Self.name($0.attribute, $0.group) },
            ColumnOf(.number("With", "positives")) { .count($0.positives) },
            ColumnOf(.number("Without", "negatives")) { .count($0.negatives) },
            ColumnOf(.interval("r", "r")) { Self.measured($0.correlation, "one class", .share) },
            ColumnOf(.interval("AUC", "auc")) { Self.measured($0.auc, "one class", .share) },
            ColumnOf(.interval("r, real", "r_real")) {
              Self.measured($0.realCorrelation, "no labels", .share)
            },
            ColumnOf(.interval("AUC, real", "auc_real")) {
              Self.measured($0.realAUC, "no labels", .share)
            },
          ])),
    ]
  }

  private var limits: [Block] {
    [
      .list([
        """
        A distance is one in the eyes of an encoder: what it was not trained to see does not count. An \
        encoder of natural images sees little of a radiograph.
        """,
        """
        Synthetic and real images may differ in what they show, such as how often a finding is there, and \
        not only in how well it is drawn. Compare sets with the same mix of findings.
        """,
        """
        Intervals and p values hold for one number each and are not corrected for how many there are.
        """,
        """
        That no copy was found does not mean that nothing was memorised: parts of an image, or a patient \
        from another angle, are not looked for.
        """,
      ])
    ]
  }
}

extension FidelityReport.ImageSetRecord.Role {
  /// As a person says it.
  var words: String {
    switch self {
    case .synthetic: "synthetic"
    case .real: "real"
    case .training: "training"
    case .heldOut: "held out"
    }
  }
}

extension FidelityReport.DiversityRow.Pairs {
  /// As a person says it.
  var words: String {
    switch self {
    case .samePrompt: "synthetic, one prompt"
    case .otherPrompt: "synthetic, different prompts"
    case .realPatients: "real, different patients"
    }
  }
}

/// Writes what was measured as a page, as Markdown and as JSON.
///
/// - Returns: The paths written below `folder`, the page first.
/// - Throws: ``AuditFailure`` when a file cannot be written.
package func writeFidelity(_ report: FidelityReport, json: String, to folder: String) throws
  -> [String]
{
  try FidelityDocument(report: report).document.write(as: "fidelity", json: json, to: folder)
}
