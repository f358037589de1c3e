extension SpecificationKey {
  static let synthesize: [SpecificationKey] = [
    SpecificationKey(
      "synthesize", .object, default: "", example: "{ \"images\": 2000 }",
      "A set for augmentation or pretraining, drawn by `audit synthesize`."),
    SpecificationKey(
      "synthesize.images", .integer, default: "1000", example: "2000",
      "Images in all."),
    SpecificationKey(
      "synthesize.plan", .choice(of: SynthesizeSpecification.Plan.self), default: "grid",
      example: "\"table\"",
      "How they are shared out among findings, labels and groups."),
    SpecificationKey(
      "synthesize.positives", .number, default: "0.5", example: "0.5",
      "Share of images with the finding, for \"grid\"."),
    SpecificationKey(
      "synthesize.table", .text, default: "", example: "\"train.csv\"",
      "The table of \"table\"."),
    SpecificationKey(
      "synthesize.format", .object, default: "recognised", example: "{ \"separator\": \";\" }",
      "As 'rebalance.format'."),
    SpecificationKey(
      "synthesize.columns", .object, default: "those of real.columns",
      example: "{ \"sex\": \"gender\" }",
      "As 'rebalance.columns'."),
    SpecificationKey(
      "synthesize.impressions", .any, default: "cohort", example: "\"builtin\"",
      "As 'rebalance.impressions'."),
    SpecificationKey(
      "synthesize.trainingImages", .text, default: "", example: "\"train/images\"",
      "As 'rebalance.trainingImages'."),
    SpecificationKey(
      "synthesize.attempts", .integer, default: "5", example: "3",
      "As 'rebalance.attempts'."),
    SpecificationKey(
      "synthesize.formats", .list, default: "[\"huggingface\"]", example: "[\"coco\", \"masks\"]",
      "As 'rebalance.formats', and those for detection and segmentation."),
  ]
}
