import Basics

extension SpecificationKey {
  static let rebalance: [SpecificationKey] = [
    SpecificationKey(
      "rebalance", .object, default: "", example: "{ \"trainingTable\": \"train.csv\" }",
      "Images to add to a training set."),
    SpecificationKey(
      "rebalance.trainingTable", .text, default: "required", example: "\"train.csv\"",
      "A row per image, or per cell with a column `count`."),
    SpecificationKey(
      "rebalance.format", .object, default: "recognised", example: "{ \"separator\": \";\" }",
      "Layout of the table."),
    SpecificationKey(
      "rebalance.format.separator", .choice(of: TableFormat.Separator.self), default: "recognised",
      example: "\";\"",
      "Between cells."),
    SpecificationKey(
      "rebalance.format.decimal", .choice(of: TableFormat.Decimal.self), default: "recognised",
      example: "\",\"",
      "Before the fraction."),
    SpecificationKey(
      "rebalance.format.encoding", .choice(of: TableFormat.Encoding.self), default: "recognised",
      example: "\"windows-1252\"",
      "Of the text."),
    SpecificationKey(
      "rebalance.strategy", .choice(of: RebalanceSpecification.Strategy.self), default: "parity",
      example: "\"gapWeighted\"",
      "Which cells get images."),
    SpecificationKey(
      "rebalance.metrics", .list, default: "all three", example: "[\"auc\"]",
      "Gaps that gapWeighted acts on: auc, sensitivity, falsePositiveRate."),
    SpecificationKey(
      "rebalance.companions", .choice(of: RebalanceSpecification.Companions.self),
      default: "tableRatio", example: "\"equal\"",
      "Images of the other label that come along."),
    SpecificationKey(
      "rebalance.budget", .integer, default: "1000", example: "5000",
      "Images in all."),
    SpecificationKey(
      "rebalance.maximumSyntheticShare", .number, default: "0.5", example: "0.3",
      "Of synthetic images in any cell afterwards."),
    SpecificationKey(
      "rebalance.formats", .list, default: "[\"huggingface\"]", example: "[\"webdataset\"]",
      RebalanceSpecification.Format.allCases.map(\.rawValue).joined(separator: ", ") + "."),
    SpecificationKey(
      "rebalance.columns", .object, default: "those of real.columns",
      example: "{ \"sex\": \"gender\" }",
      "Columns of the training table."),
    SpecificationKey(
      "rebalance.columns.sex", .text, default: "sex", example: "\"gender\"",
      "Column of the sex."),
    SpecificationKey(
      "rebalance.columns.age", .text, default: "age", example: "\"years\"",
      "Column of the age."),
    SpecificationKey(
      "rebalance.columns.race", .text, default: "race", example: "\"origin\"",
      "Column of the race."),
    SpecificationKey(
      "rebalance.columns.attributes", .object, default: "{}", example: "{ \"site\": \"hospital\" }",
      "Columns of other attributes."),
    SpecificationKey(
      "rebalance.columns.labels", .object, default: "those of real.columns",
      example: "{ \"Effusion\": \"Effusion\" }",
      "Finding to column."),
    SpecificationKey(
      "rebalance.impressions", .any, default: "cohort", example: "\"builtin\"",
      "Sentences of the prompts: of the cohort, of the program, or a table."),
    SpecificationKey(
      "rebalance.impressions.table", .text, default: "required", example: "\"impressions.csv\"",
      "A row per sentence."),
    SpecificationKey(
      "rebalance.impressions.format", .object, default: "recognised",
      example: "{ \"separator\": \";\" }",
      "Layout of the table."),
    SpecificationKey(
      "rebalance.impressions.format.separator", .choice(of: TableFormat.Separator.self),
      default: "recognised", example: "\";\"",
      "Between cells."),
    SpecificationKey(
      "rebalance.impressions.format.decimal", .choice(of: TableFormat.Decimal.self),
      default: "recognised", example: "\",\"",
      "Before the fraction."),
    SpecificationKey(
      "rebalance.impressions.format.encoding", .choice(of: TableFormat.Encoding.self),
      default: "recognised", example: "\"windows-1252\"",
      "Of the text."),
    SpecificationKey(
      "rebalance.impressions.columns", .object, default: "",
      example: "{ \"impression\": \"text\" }",
      "Columns of that table."),
    SpecificationKey(
      "rebalance.impressions.columns.impression", .text, default: "impression", example: "\"text\"",
      "Column of the sentence."),
    SpecificationKey(
      "rebalance.impressions.columns.finding", .text, default: "finding", example: "\"finding\"",
      "Column of the finding."),
    SpecificationKey(
      "rebalance.impressions.columns.label", .text, default: "", example: "\"label\"",
      "Column of the label."),
    SpecificationKey(
      "rebalance.impressions.columns.severity", .text, default: "", example: "\"grade\"",
      "Column of the severity."),
    SpecificationKey(
      "rebalance.trainingImages", .text, default: "", example: "\"train/images\"",
      "Folder of training images; a drawn image that resembles one is rejected."),
    SpecificationKey(
      "rebalance.attempts", .integer, default: "5", example: "3",
      "Drawings per planned image, the first included."),
  ]
}
