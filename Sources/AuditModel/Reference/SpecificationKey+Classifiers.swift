import Basics

extension SpecificationKey {
  static let classifiers: [SpecificationKey] = [
    SpecificationKey(
      "classifiers", .list, default: "required",
      example: "[{ \"name\": \"mine\", \"onnx\": \"mine.onnx\", … }]",
      "What is audited."),
    SpecificationKey(
      "classifiers[].name", .text, default: "required", example: "\"densenet\"",
      "Name in the report."),
    SpecificationKey(
      "classifiers[].onnx", .text, default: "", example: "\"models/densenet.onnx\"",
      "An ONNX file; a directory of external data beside it is read as well."),
    SpecificationKey(
      "classifiers[].input", .object, default: "required with onnx",
      example: "{ \"size\": [224, 224] }",
      "How an image becomes the model's input."),
    SpecificationKey(
      "classifiers[].input.size", .list, default: "required", example: "[224, 224]",
      "Height and width in pixels."),
    SpecificationKey(
      "classifiers[].input.channels", .choice(of: OnnxSpecification.Channels.self), default: "gray",
      example: "\"rgb\"",
      "Channels of the input."),
    SpecificationKey(
      "classifiers[].input.range", .list, default: "[0, 1]", example: "[-1024, 1024]",
      "What black and white become, before mean and std."),
    SpecificationKey(
      "classifiers[].input.mean", .list, default: "[0]", example: "[0.485, 0.456, 0.406]",
      "Taken off, one number or one per channel."),
    SpecificationKey(
      "classifiers[].input.std", .list, default: "[1]", example: "[0.229, 0.224, 0.225]",
      "Divided by, one number or one per channel."),
    SpecificationKey(
      "classifiers[].input.resize", .choice(of: OnnxSpecification.Resize.self), default: "bilinear",
      example: "\"bilinear\"",
      "How pixels between pixels are found."),
    SpecificationKey(
      "classifiers[].input.layout", .choice(of: OnnxSpecification.Layout.self), default: "nchw",
      example: "\"nhwc\"",
      "Order of the input's axes."),
    SpecificationKey(
      "classifiers[].input.fit", .choice(of: PreprocessingSpecification.Fit.self),
      default: "stretch", example: "\"resizeThenCrop\"",
      "What happens to an image of another shape."),
    SpecificationKey(
      "classifiers[].input.shortestSide", .integer, default: "the input's", example: "256",
      "Side to which the shorter one is resized before the centre is cut out."),
    SpecificationKey(
      "classifiers[].input.cropToContent", .number, default: "off", example: "0.02",
      "Edges darker than this share of white are cut off."),
    SpecificationKey(
      "classifiers[].input.invert", .boolean, default: "false", example: "true",
      "Black becomes white."),
    SpecificationKey(
      "classifiers[].input.equalize", .boolean, default: "false", example: "true",
      "Levels are spread so that all are equally frequent."),
    SpecificationKey(
      "classifiers[].input.standardize", .text, default: "off", example: "\"image\"",
      "Each image less its mean, by its standard deviation."),
    SpecificationKey(
      "classifiers[].outputs", .object, default: "required with onnx",
      example: "{ \"Effusion\": 3 }",
      "Finding to index of the output."),
    SpecificationKey(
      "classifiers[].output", .text, default: "the only one", example: "\"logits\"",
      "Which output of the file, by name, for all findings."),
    SpecificationKey(
      "classifiers[].softmaxAxis", .integer, default: "last", example: "1",
      "Dimension over which softmax sums."),
    SpecificationKey(
      "classifiers[].constants", .object, default: "{}", example: "{ \"training\": 0 }",
      "Values of further inputs."),
    SpecificationKey(
      "classifiers[].optimisation", .choice(of: OnnxSpecification.Optimisation.self),
      default: "none", example: "\"none\"",
      "How far ONNX Runtime rewrites the graph."),
    SpecificationKey(
      "classifiers[].provider", .choice(of: OnnxSpecification.Provider.self), default: "cpu",
      example: "\"cuda\"",
      "What ONNX Runtime computes on; its library must have been built for it."),
    SpecificationKey(
      "classifiers[].providerOptions", .object, default: "{}",
      example: "{ \"device_id\": \"0\" }",
      "Options of another provider, as ONNX Runtime names them."),
    SpecificationKey(
      "classifiers[].scoreScale", .choice(of: ScoreScale.self), default: "asked where it matters",
      example: "\"percent\"",
      "What the scores are."),
    SpecificationKey(
      "classifiers[].accept", .list, default: "[]", example: "[\"scoresAlike\"]",
      "Answers to what a run asks about: a doubt that is meant so."),
    SpecificationKey(
      "classifiers[].input.name", .text, default: "the only one", example: "\"image\"",
      "Which input of the file takes the image."),
    SpecificationKey(
      "classifiers[].outputs.*.output", .text, default: "that of the classifier",
      example: "\"effusion\"",
      "Output of one finding."),
    SpecificationKey(
      "classifiers[].outputs.*.index", .any, default: "0", example: "[0, 1]",
      "Place in that output, one number per dimension after the image."),
    SpecificationKey(
      "classifiers[].activation", .choice(of: OnnxSpecification.Activation.self), default: "none",
      example: "\"sigmoid\"",
      "What makes scores of the outputs."),
    SpecificationKey(
      "classifiers[].command", .list, default: "", example: "[\"python3\", \"predict.py\"]",
      "A program that answers JSON lines."),
    SpecificationKey(
      "classifiers[].files", .list, default: "[]", example: "[\"predict.py\", \"weights.pt\"]",
      "What the command is made of; scores are kept while these are the same."),
    SpecificationKey(
      "classifiers[].version", .text, default: "", example: "\"2.3.1\"",
      "Your own name for what the command computes."),
    SpecificationKey(
      "classifiers[].batch", .integer, default: "32", example: "64",
      "Images per start of the command."),
    SpecificationKey(
      "classifiers[].timeoutSeconds", .number, default: "300", example: "600",
      "Of a command, seconds without a line before it counts as hung; of an ONNX model, seconds that one "
        + "run may take."),
    SpecificationKey(
      "classifiers[].scores", .text, default: "", example: "\"scores.csv.gz\"",
      "A table of scores."),
    SpecificationKey(
      "classifiers[].key", .text, default: "image", example: "\"image\"",
      "Column of the score table that names the image."),
    SpecificationKey(
      "classifiers[].format", .object, default: "recognised", example: "{ \"separator\": \";\" }",
      "Layout of the score table."),
    SpecificationKey(
      "classifiers[].format.separator", .choice(of: TableFormat.Separator.self),
      default: "recognised", example: "\";\"",
      "Between cells."),
    SpecificationKey(
      "classifiers[].format.decimal", .choice(of: TableFormat.Decimal.self), default: "recognised",
      example: "\",\"",
      "Before the fraction."),
    SpecificationKey(
      "classifiers[].format.encoding", .choice(of: TableFormat.Encoding.self),
      default: "recognised", example: "\"windows-1252\"",
      "Of the text."),
    SpecificationKey(
      "referencePanel", .list, default: "[]", example: "[{ \"name\": \"other\", … }]",
      "Classifiers not under audit, with the keys of 'classifiers'."),
    SpecificationKey(
      "attributePredictors", .list, default: "[]", example: "[{ \"name\": \"sexnet\", … }]",
      "Networks that read attributes from images, with the keys of 'classifiers'."),
  ]
}
