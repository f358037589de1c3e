import Basics

extension SpecificationKey {
  static let measure: [SpecificationKey] = [
    SpecificationKey(
      "measure", .object, default: "", example: "{ \"encoders\": [ … ] }",
      "How synthetic images are measured against real ones by `audit measure`."),
    SpecificationKey(
      "measure.synthetic", .object, default: "the cohort", example: "{ \"images\": \"drawn/\" }",
      "Other synthetic images, with the keys of 'measure.real'."),
    SpecificationKey(
      "measure.real", .object, default: "those of real", example: "{ \"images\": \"images/\" }",
      "Real images."),
    SpecificationKey(
      "measure.training", .object, default: "", example: "{ \"images\": \"train/\" }",
      "What the generator was trained on, with the keys of 'measure.real'; copies are looked for."),
    SpecificationKey(
      "measure.heldOut", .object, default: "other patients of real",
      example: "{ \"images\": \"held-out/\" }",
      "Images that it was not trained on, with the keys of 'measure.real'."),
    SpecificationKey(
      "measure.real.images", .text, default: "required", example: "\"images/\"",
      "Folder of the images."),
    SpecificationKey(
      "measure.real.table", .text, default: "", example: "\"metadata.csv\"",
      "A row per image; without it every image is a patient of its own."),
    SpecificationKey(
      "measure.real.format", .object, default: "recognised", example: "{ \"separator\": \";\" }",
      "Layout of the table."),
    SpecificationKey(
      "measure.real.format.separator", .choice(of: TableFormat.Separator.self),
      default: "recognised", example: "\";\"",
      "Between cells."),
    SpecificationKey(
      "measure.real.format.decimal", .choice(of: TableFormat.Decimal.self), default: "recognised",
      example: "\",\"",
      "Before the fraction."),
    SpecificationKey(
      "measure.real.format.encoding", .choice(of: TableFormat.Encoding.self), default: "recognised",
      example: "\"windows-1252\"",
      "Of the text."),
    SpecificationKey(
      "measure.real.columns", .object, default: "{}", example: "{ \"patient\": \"patient_id\" }",
      "What the columns mean."),
    SpecificationKey(
      "measure.real.columns.image", .text, default: "image", example: "\"image\"",
      "Name of the image."),
    SpecificationKey(
      "measure.real.columns.patient", .text, default: "", example: "\"patient_id\"",
      "Patient."),
    SpecificationKey(
      "measure.real.columns.prompt", .text, default: "", example: "\"caption\"",
      "Caption."),
    SpecificationKey(
      "measure.real.columns.labels", .object, default: "{}",
      example: "{ \"Effusion\": \"y_Effusion\" }",
      "Finding to column of 0 and 1."),
    SpecificationKey(
      "measure.real.columns.attributes", .object, default: "{}",
      example: "{ \"insurance\": \"insurance\" }",
      "Any other attribute to its column."),
    SpecificationKey(
      "measure.real.columns.sex", .text, default: "", example: "\"sex\"",
      "Column of the sex."),
    SpecificationKey(
      "measure.real.columns.age", .text, default: "", example: "\"age\"",
      "Column of the age."),
    SpecificationKey(
      "measure.real.columns.race", .text, default: "", example: "\"race\"",
      "Column of the race."),
    SpecificationKey(
      "measure.real.where", .object, default: "{}", example: "{ \"split\": \"test\" }",
      "Only rows with these values are read."),
    SpecificationKey(
      "measure.encoders", .list, default: "features of the panel",
      example: "[{ \"name\": \"densenet\", \"onnx\": \"densenet.onnx\", … }]",
      "Networks that give an image as a vector."),
    SpecificationKey(
      "measure.encoders[].name", .text, default: "required", example: "\"densenet\"",
      "Name in the report."),
    SpecificationKey(
      "measure.encoders[].onnx", .text, default: "required", example: "\"densenet.onnx\"",
      "ONNX file."),
    SpecificationKey(
      "measure.encoders[].input", .object, default: "required", example: "{ \"size\": [224, 224] }",
      "As 'classifiers[].input'."),
    SpecificationKey(
      "measure.encoders[].output", .text, default: "before the last layer", example: "\"features\"",
      "Tensor that is the vector."),
    SpecificationKey(
      "measure.alignment", .list, default: "[]",
      example:
        "[{ \"name\": \"clip\", \"onnx\": \"image.onnx\", \"captions\": \"captions.csv\", … }]",
      "Models of pictures and texts that say whether images are near their captions."),
    SpecificationKey(
      "measure.alignment[].name", .text, default: "required", example: "\"clip\"",
      "Name in the report."),
    SpecificationKey(
      "measure.alignment[].onnx", .text, default: "required", example: "\"image.onnx\"",
      "ONNX file of the half for images."),
    SpecificationKey(
      "measure.alignment[].input", .object, default: "required",
      example: "{ \"size\": [224, 224] }",
      "As 'classifiers[].input'."),
    SpecificationKey(
      "measure.alignment[].output", .text, default: "before the last layer",
      example: "\"image_embeds\"",
      "Tensor of the space that pictures and texts share."),
    SpecificationKey(
      "measure.alignment[].captions", .text, default: "required", example: "\"captions.csv\"",
      "Table of captions ('prompt') and, in all other columns, the numbers of their vectors."),
    SpecificationKey(
      "measure.scorers", .list, default: "the reference panel",
      example: "[{ \"name\": \"other\", … }]",
      "Classifiers whose scores are compared with labels, with the keys of 'classifiers'."),
    SpecificationKey(
      "measure.minimumGroup", .integer, default: "20", example: "50",
      "Fewest images at which a group is measured."),
    SpecificationKey(
      "measure.limit", .integer, default: "1000", example: "2000",
      "Most images of a set that distances are taken of."),
    SpecificationKey(
      "measure.neighbours", .integer, default: "5", example: "5",
      "Neighbours of precision, recall, density and coverage."),
    SpecificationKey(
      "measure.replicates", .integer, default: "100", example: "500",
      "Exchanges of patients that make the nulls."),
    SpecificationKey(
      "measure.seed", .integer, default: "1", example: "7",
      "Names these exchanges."),
  ]
}
