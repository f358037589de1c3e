extension SpecificationKey {
  static let cohort: [SpecificationKey] = [
    SpecificationKey(
      "cohort", .object, default: "", example: "{ \"findings\": { … }, … }",
      "The synthetic cohort."),
    SpecificationKey(
      "cohort.design", .choice(of: CohortSpecification.Design.self), default: "counterfactual",
      example: "\"replica\"",
      "Arms of base cases, or one twin per row of 'real'."),
    SpecificationKey(
      "cohort.generator", .object, default: "the embedded one",
      example: "{ \"model\": \"builtin:chexgen-mini\" }",
      "What draws the images."),
    SpecificationKey(
      "cohort.generator.model", .text, default: "builtin:chexgen-mini",
      example: "\"builtin:chexgen-mini\"",
      "An embedded model, or a folder laid out as one."),
    SpecificationKey(
      "cohort.generator.dit", .text, default: "", example: "\"weights/dit.pth\"",
      "Checkpoint of the denoiser."),
    SpecificationKey(
      "cohort.generator.t5", .text, default: "", example: "\"weights/t5-v1_1-xxl/\"",
      "Folder of the text encoder with its tokenizer."),
    SpecificationKey(
      "cohort.generator.vae", .text, default: "", example: "\"weights/sd-vae-ft-ema/\"",
      "Folder or file of the autoencoder."),
    SpecificationKey(
      "cohort.generator.control", .text, default: "", example: "\"weights/control.pth\"",
      "Checkpoint with a control branch, for masks and boxes."),
    SpecificationKey(
      "cohort.generator.checkpointKey", .text, default: "state_dict_ema", example: "\"state_dict\"",
      "Key of the weights in a PyTorch checkpoint."),
    SpecificationKey(
      "cohort.generator.sampler", .choice(of: GeneratorSpecification.Sampler.self),
      default: "the model's own", example: "\"ddim\"",
      "Rule that takes noise away."),
    SpecificationKey(
      "cohort.generator.spacing", .choice(of: GeneratorSpecification.TimestepSpacing.self),
      default: "the sampler's own", example: "\"trailing\"",
      "Which of the 1,000 trained timesteps are visited."),
    SpecificationKey(
      "cohort.generator.steps", .integer, default: "the model's own", example: "100",
      "Denoising steps."),
    SpecificationKey(
      "cohort.generator.guidance", .number, default: "the model's own", example: "4.0",
      "Strength of the caption."),
    SpecificationKey(
      "cohort.generator.guidanceInterval", .list, default: "everywhere", example: "[0.2, 0.8]",
      "Fractions of the timesteps between which guidance acts."),
    SpecificationKey(
      "cohort.generator.guidanceChannels",
      .choice(of: GeneratorSpecification.GuidanceChannels.self), default: "firstThree",
      example: "\"all\"",
      "Channels that guidance acts on."),
    SpecificationKey(
      "cohort.generator.nullCaption", .choice(of: GeneratorSpecification.NullCaptionLength.self),
      default: "promptLength", example: "\"full\"",
      "Length of the empty caption."),
    SpecificationKey(
      "cohort.generator.controlGuidance", .choice(of: GeneratorSpecification.ControlGuidance.self),
      default: "ignored", example: "\"applied\"",
      "Guidance with a mask or boxes."),
    SpecificationKey(
      "cohort.generator.sharedSteps", .integer, default: "0", example: "8",
      "Leading steps that all arms of a base case share."),
    SpecificationKey(
      "cohort.generator.strength", .any, default: "none", example: "\"auto\"",
      "How near arms stay to their anchor: \"auto\", or the parts below."),
    SpecificationKey(
      "cohort.generator.strength.trunk", .object, default: "{}", example: "{ \"sex\": 8 }",
      "Leading steps under the anchor's caption, by attribute."),
    SpecificationKey(
      "cohort.generator.strength.guidance", .object, default: "",
      example: "{ \"finding\": 4, \"attribute\": 2 }",
      "Weights of finding and attribute."),
    SpecificationKey(
      "cohort.generator.strength.guidance.finding", .number, default: "that of guidance",
      example: "4",
      "Weight of the finding."),
    SpecificationKey(
      "cohort.generator.strength.guidance.attribute", .number, default: "required", example: "2",
      "Weight of the attribute."),
    SpecificationKey(
      "cohort.generator.strength.guidance.direction",
      .choice(of: CounterfactualStrength.Guidance.Direction.self), default: "anchor",
      example: "\"own\"",
      "Whether the finding's direction is taken in every arm, or once at the anchor."),
    SpecificationKey(
      "cohort.generator.strength.frozenFindingTokens", .boolean, default: "false", example: "true",
      "The finding's words are encoded once, for all arms."),
    SpecificationKey(
      "cohort.generator.precision", .choice(of: GeneratorSpecification.Precision.self),
      default: "fp32", example: "\"bf16\"",
      "Arithmetic of the denoiser's matrices."),
    SpecificationKey(
      "cohort.generator.matrixEngine", .choice(of: GeneratorSpecification.MatrixEngine.self),
      default: "built-in", example: "\"onednn\"",
      "What multiplies matrices."),
    SpecificationKey(
      "cohort.generator.size", .list, default: "the model's square", example: "[512, 640]",
      "Width and height where a mask or boxes guide."),
    SpecificationKey(
      "cohort.findings", .object, default: "required", example: "{ \"Effusion\": { … } }",
      "Findings that are drawn."),
    SpecificationKey(
      "cohort.findings.*.positive", .list, default: "required", example: "[\"Large effusion.\"]",
      "Sentences of cases with the finding."),
    SpecificationKey(
      "cohort.findings.*.negative", .list, default: "required",
      example: "[\"No pleural effusion.\"]",
      "Sentences of cases without it."),
    SpecificationKey(
      "cohort.findings.*.masks", .text, default: "", example: "\"masks/\"",
      "Folder of PNG files, white where the finding is."),
    SpecificationKey(
      "cohort.findings.*.boxes", .text, default: "", example: "\"boxes.json\"",
      "File of boxes, instead of masks or after them."),
    SpecificationKey(
      "cohort.attributes", .object, default: "required",
      example: "{ \"sex\": [\"Male\", \"Female\"], \"age\": [35, 70] }",
      "Attribute to the values that arms differ in."),
    SpecificationKey(
      "cohort.baseCases", .integer, default: "20", example: "40",
      "Base cases per finding and label."),
    SpecificationKey(
      "cohort.seedsPerBaseCase", .integer, default: "1", example: "3",
      "Noise seeds of every base case, each in every arm."),
    SpecificationKey(
      "cohort.seed", .integer, default: "1", example: "7",
      "Names the noise."),
    SpecificationKey(
      "cohort.placebos", .list, default: "[]", example: "[\"seed\", \"prompt\"]",
      "Pseudo-groups that differ by noise or wording alone."),
    SpecificationKey(
      "cohort.generator.engine", .choice(of: GeneratorSpecification.Engine.self),
      default: "built-in", example: "\"onnxruntime-cpu\"",
      "What computes the networks."),
    SpecificationKey(
      "cohort.generator.device", .integer, default: "", example: "0",
      "Number of the GPU, for \"onnxruntime-cuda\"."),
    SpecificationKey(
      "cohort.generator.engineOptions", .object, default: "{}",
      example: "{ \"device_type\": \"CPU\" }",
      "Options of another provider, as ONNX Runtime names them."),
  ]
}
