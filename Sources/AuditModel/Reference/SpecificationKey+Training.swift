extension SpecificationKey {
  static let training: [SpecificationKey] = [
    SpecificationKey(
      "training", .object, default: "", example: "{ \"data\": { … } }",
      "How a generator is trained by `audit train`."),
    SpecificationKey(
      "training.stage", .choice(of: TrainingSpecification.Stage.self), default: "pretrain",
      example: "\"finetune\"",
      "What is trained."),
    SpecificationKey(
      "training.generator", .object, default: "the embedded one",
      example: "{ \"dit\": \"weights/dit.pth\" }",
      "Where it starts, with the keys of 'cohort.generator'."),
    SpecificationKey(
      "training.data", .object, default: "required",
      example: "{ \"images\": \"images/\", \"table\": \"train.csv\" }",
      "The images, with the keys of 'measure.real'; captions and patients must be named."),
    SpecificationKey(
      "training.masks", .text, default: "", example: "\"masks/\"",
      "Folder of masks, for \"control\"."),
    SpecificationKey(
      "training.maskColumn", .text, default: "", example: "\"mask\"",
      "Column of the mask, for \"control\"."),
    SpecificationKey(
      "training.plainColumn", .text, default: "", example: "\"impression\"",
      "Column of the caption without its prefix."),
    SpecificationKey(
      "training.exclude", .list, default: "[]", example: "[\"audits/site-a.json\"]",
      "Specs of audits whose patients must not be trained on."),
    SpecificationKey(
      "training.validation", .number, default: "0.05", example: "0.1",
      "Share of the patients that validate."),
    SpecificationKey(
      "training.size", .integer, default: "the generator's", example: "512",
      "Pixels a side."),
    SpecificationKey(
      "training.network", .object, default: "the generator's",
      example: "{ \"width\": 384, \"depth\": 12, \"heads\": 6 }",
      "Sizes of a new network."),
    SpecificationKey(
      "training.network.width", .integer, default: "required", example: "384",
      "Channels."),
    SpecificationKey(
      "training.network.depth", .integer, default: "required", example: "12",
      "Blocks."),
    SpecificationKey(
      "training.network.heads", .integer, default: "required", example: "6",
      "Heads of attention."),
    SpecificationKey(
      "training.network.patch", .integer, default: "2", example: "2",
      "Side of a patch, in latent pixels."),
    SpecificationKey(
      "training.network.positionScale", .number, default: "1", example: "2",
      "Divides the coordinates of the position embedding."),
    SpecificationKey(
      "training.lora", .object, default: "off", example: "{ \"rank\": 8, \"alpha\": 8 }",
      "Fine-tunes adapters of low rank; the weights stay."),
    SpecificationKey(
      "training.lora.rank", .integer, default: "required", example: "8",
      "Rank of every adapter."),
    SpecificationKey(
      "training.lora.alpha", .number, default: "required", example: "8",
      "What adapters add is multiplied by alpha / rank."),
    SpecificationKey(
      "training.steps", .integer, default: "10000", example: "50000",
      "Steps of the optimiser."),
    SpecificationKey(
      "training.batch", .integer, default: "32", example: "64",
      "Images a step."),
    SpecificationKey(
      "training.accumulation", .integer, default: "1", example: "4",
      "Parts into which a step is cut."),
    SpecificationKey(
      "training.processes", .integer, default: "1", example: "2",
      "Processes."),
    SpecificationKey(
      "training.learningRate", .number, default: "2e-5", example: "1e-4",
      "Learning rate."),
    SpecificationKey(
      "training.weightDecay", .number, default: "0.03", example: "0.01",
      "Weight decay."),
    SpecificationKey(
      "training.epsilon", .number, default: "1e-10", example: "1e-8",
      "Of the optimiser's denominator."),
    SpecificationKey(
      "training.clip", .number, default: "off", example: "1",
      "Largest length of the gradient."),
    SpecificationKey(
      "training.average", .number, default: "0.9999", example: "0.999",
      "Of the moving average of the weights."),
    SpecificationKey(
      "training.captionDropout", .number, default: "0.1", example: "0.1",
      "Share of captions that are left out."),
    SpecificationKey(
      "training.prefixDropout", .number, default: "0", example: "0.1",
      "Share of captions without their prefix."),
    SpecificationKey(
      "training.precision", .choice(of: GeneratorSpecification.Precision.self), default: "fp32",
      example: "\"bf16\"",
      "Arithmetic."),
    SpecificationKey(
      "training.recompute", .boolean, default: "false", example: "true",
      "Activations are computed again instead of kept."),
    SpecificationKey(
      "training.saveEvery", .integer, default: "1000", example: "500",
      "Steps between checkpoints."),
    SpecificationKey(
      "training.keep", .integer, default: "3", example: "5",
      "Checkpoints that are kept."),
    SpecificationKey(
      "training.validateEvery", .integer, default: "500", example: "250",
      "Steps between validations."),
    SpecificationKey(
      "training.seed", .integer, default: "1", example: "7",
      "Names the order and the noise."),
  ]
}
