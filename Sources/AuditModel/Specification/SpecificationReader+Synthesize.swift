import Basics
import Vocabulary

extension SpecificationReader {
  /// `synthesize`: how many images of what, in which layouts.
  func readSynthesize(_ object: ObjectReader, specification: AuditSpecification)
    -> SynthesizeSpecification?
  {
    object.allowOnly([
      "images", "plan", "positives", "table", "format", "columns", "impressions",
      "trainingImages", "attempts", "formats",
    ])
    if specification.cohort == nil {
      faults.add(
        "the spec has 'synthesize' and no \"cohort\", whose generator, findings and attributes it draws",
        at: object.position)
    }
    if specification.cohort?.design == .replica {
      object.fault("plan", "cannot be drawn for a \"replica\" cohort; remove 'design'")
    }
    if specification.rebalance != nil {
      faults.add(
        "'synthesize' and 'rebalance' would draw into one folder; give the set a spec and a name of its"
          + " own", at: object.position)
    }
    guard var set = readSet(object, specification: specification) else { return nil }
    set.strategy = .balancedGrid
    var synthesize = SynthesizeSpecification(set: set)
    synthesize.images = object.integer("images", in: 1...10_000_000) ?? synthesize.images
    synthesize.plan = object.choice("plan", SynthesizeSpecification.Plan.self) ?? synthesize.plan
    synthesize.positives =
      object.number("positives", "from 0 to 1") { $0 >= 0 && $0 <= 1 } ?? synthesize.positives
    if synthesize.plan == .table, !object.has("table") {
      object.require("table", example: "\"train.csv\"")
    }
    if synthesize.plan == .grid {
      for key in ["table", "format", "columns"] where object.has(key) {
        object.fault(key, "belongs to \"plan\": \"table\"; add that or remove it")
      }
    } else if object.has("positives") {
      object.fault(
        "positives", "belongs to \"plan\": \"grid\"; the table says how many are positive")
    }
    if set.formats.contains(.weights) {
      object.fault("formats", "\"weights\" weighs a training table and holds no images; remove it")
    }
    return synthesize
  }

  /// Layouts of places need images whose places are known.
  func checkPlaces(
    _ formats: [RebalanceSpecification.Format], in object: ObjectReader,
    specification: AuditSpecification
  ) {
    let findings = specification.cohort?.findings ?? []
    let hasMasks = findings.contains { $0.masks != nil }
    let hasPlaces = hasMasks || findings.contains { $0.boxes != nil }
    for format in formats where format.needsPlaces && !(format.needsMasks ? hasMasks : hasPlaces) {
      object.fault(
        "formats",
        "\"\(format.rawValue)\" says where findings are, and no finding of the cohort has "
          + (format.needsMasks ? "'masks'" : "'masks' or 'boxes'") + "; add them or remove it")
    }
  }
}
