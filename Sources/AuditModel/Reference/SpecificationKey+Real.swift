import Basics

extension SpecificationKey {
  static let real: [SpecificationKey] = [
    SpecificationKey(
      "real", .object, default: "", example: "{ \"table\": \"metadata.csv\", … }",
      "The cohort of real images or scores."),
    SpecificationKey(
      "real.dataset", .text, default: "", example: "\"chexpert\"",
      "A preset for the tables of a published data set."),
    SpecificationKey(
      "real.table", .text, default: "required", example: "\"metadata.csv\"",
      "A row per image."),
    SpecificationKey(
      "real.format", .object, default: "recognised", example: "{ \"separator\": \";\" }",
      "Layout of the table."),
    SpecificationKey(
      "real.format.separator", .choice(of: TableFormat.Separator.self), default: "recognised",
      example: "\";\"",
      "Between cells."),
    SpecificationKey(
      "real.format.decimal", .choice(of: TableFormat.Decimal.self), default: "recognised",
      example: "\",\"",
      "Before the fraction."),
    SpecificationKey(
      "real.format.encoding", .choice(of: TableFormat.Encoding.self), default: "recognised",
      example: "\"windows-1252\"",
      "Of the text."),
    SpecificationKey(
      "real.images", .any, default: "", example: "\"images/\"",
      "Folder of images, or an object with the keys below; absent when scores are given."),
    SpecificationKey(
      "real.images.folder", .text, default: "required", example: "\"images/\"",
      "Where the image files lie."),
    SpecificationKey(
      "real.images.pattern", .text, default: "{image}", example: "\"{patient}/{image}.png\"",
      "File of an image, with columns in braces."),
    SpecificationKey(
      "real.images.unreadable", .choice(of: RealImagesSpecification.Unreadable.self),
      default: "refuse", example: "\"leave out\"",
      "What happens with a file that cannot be read."),
    SpecificationKey(
      "real.images.headers", .object, default: "{}", example: "{ \"sex\": \"PatientSex\" }",
      "Attribute to the DICOM header that has it where the table has no value."),
    SpecificationKey(
      "real.images.bits", .integer, default: "the file's", example: "12",
      "Bits that are used of a deeper file."),
    SpecificationKey(
      "real.images.window", .any, default: "file", example: "\"stretch\"",
      "How levels become grey: \"file\", \"stretch\", \"whole range\", a number, [center, "
        + "width] or { \"named\": … }."
    ),
    SpecificationKey(
      "real.images.window.named", .text, default: "required", example: "\"NORMAL\"",
      "A window of a DICOM file, by its explanation."),
    SpecificationKey(
      "real.join", .list, default: "[]",
      example: "[{ \"table\": \"patients.csv\", \"on\": \"id\", \"columns\": [\"sex\"] }]",
      "Columns of other tables."),
    SpecificationKey(
      "real.join[].table", .text, default: "required", example: "\"patients.csv.gz\"",
      "The other table."),
    SpecificationKey(
      "real.join[].format", .object, default: "recognised", example: "{ \"separator\": \";\" }",
      "Layout of the other table."),
    SpecificationKey(
      "real.join[].format.separator", .choice(of: TableFormat.Separator.self),
      default: "recognised", example: "\";\"",
      "Between cells."),
    SpecificationKey(
      "real.join[].format.decimal", .choice(of: TableFormat.Decimal.self), default: "recognised",
      example: "\",\"",
      "Before the fraction."),
    SpecificationKey(
      "real.join[].format.encoding", .choice(of: TableFormat.Encoding.self), default: "recognised",
      example: "\"windows-1252\"",
      "Of the text."),
    SpecificationKey(
      "real.join[].on", .any, default: "required", example: "\"subject_id\"",
      "Column, or columns, that both tables have."),
    SpecificationKey(
      "real.join[].columns", .any, default: "required", example: "[\"gender\"]",
      "Columns to add."),
    SpecificationKey(
      "real.columns", .object, default: "required", example: "{ \"labels\": { … } }",
      "What the columns mean."),
    SpecificationKey(
      "real.columns.image", .text, default: "image", example: "\"Image Index\"",
      "Name of the image."),
    SpecificationKey(
      "real.columns.patient", .any, default: "required", example: "\"patient_id\"",
      "Patient, or an object with the keys below; absent with \"cluster\": \"image\"."),
    SpecificationKey(
      "real.columns.patient.column", .text, default: "required", example: "\"Path\"",
      "Column of the patient."),
    SpecificationKey(
      "real.columns.patient.ids", .choice(of: PatientIdentifierRule.self), default: "certain",
      example: "\"number\"",
      "Whether 7 and 007 are one patient."),
    SpecificationKey(
      "real.columns.patient.component", .integer, default: "", example: "3",
      "Part of a path that names the patient."),
    SpecificationKey(
      "real.columns.sex", .text, default: "", example: "\"sex\"",
      "Column of the sex."),
    SpecificationKey(
      "real.columns.age", .any, default: "", example: "\"age\"",
      "Column of the age, or an object with the keys below."),
    SpecificationKey(
      "real.columns.age.column", .text, default: "", example: "\"age\"",
      "Column of the age."),
    SpecificationKey(
      "real.columns.age.birth", .text, default: "", example: "\"PatientBirth\"",
      "Column of the date of birth."),
    SpecificationKey(
      "real.columns.age.anchorYear", .text, default: "", example: "\"anchor_year\"",
      "Column of the year at which the age is given."),
    SpecificationKey(
      "real.columns.age.studyDate", .text, default: "", example: "\"StudyDate\"",
      "Column of the study's date."),
    SpecificationKey(
      "real.columns.age.limit", .number, default: "130", example: "110",
      "Years above which an age is impossible."),
    SpecificationKey(
      "real.columns.age.impossible", .choice(of: AgeRule.Impossible.self), default: "refuse",
      example: "\"leave out\"",
      "What happens with an impossible age."),
    SpecificationKey(
      "real.columns.race", .text, default: "", example: "\"race\"",
      "Column of the race."),
    SpecificationKey(
      "real.columns.attributes", .object, default: "{}",
      example: "{ \"insurance\": \"insurance\" }",
      "Any other attribute to its column."),
    SpecificationKey(
      "real.columns.labels", .object, default: "required",
      example: "{ \"Effusion\": \"y_Effusion\" }",
      "Finding to column, or the keys of a list."),
    SpecificationKey(
      "real.columns.labels.*.column", .text, default: "", example: "\"Effusion\"",
      "Column of the label."),
    SpecificationKey(
      "real.columns.labels.*.values", .object, default: "0 and 1",
      example: "{ \"-1\": \"leave out\" }",
      "What a cell means: positive, negative, leave out."),
    SpecificationKey(
      "real.columns.labels.*.absenceOf", .list, default: "", example: "[\"Effusion\", \"Edema\"]",
      "A label that follows from others."),
    SpecificationKey(
      "real.columns.labels.from", .text, default: "", example: "\"Finding Labels\"",
      "Column that lists findings."),
    SpecificationKey(
      "real.columns.labels.separator", .text, default: "\"|\"", example: "\"|\"",
      "Between findings of a list."),
    SpecificationKey(
      "real.columns.labels.findings", .list, default: "those of the classifiers",
      example: "[\"Effusion\"]",
      "Findings of the list to audit."),
    SpecificationKey(
      "real.columns.labels.synonyms", .object, default: "{}",
      example: "{ \"Effusion\": [\"pleural effusion\"] }",
      "Other spellings in the list."),
    SpecificationKey(
      "real.columns.labels.noFinding", .list, default: "[\"No Finding\"]", example: "[\"normal\"]",
      "Entries that mean none."),
    SpecificationKey(
      "real.columns.labels.blank", .choice(of: LabelMeaning.self), default: "leave out",
      example: "\"negative\"",
      "What an empty list means."),
    SpecificationKey(
      "real.columns.scores", .object, default: "{}",
      example: "{ \"published\": { \"Effusion\": \"prob_Effusion\" } }",
      "Classifier to finding to column of scores."),
    SpecificationKey(
      "real.findings", .list, default: "all", example: "[\"Edema\"]",
      "Findings to audit of those that have labels."),
    SpecificationKey(
      "real.where", .object, default: "{}", example: "{ \"view\": [\"PA\", \"AP\"] }",
      "Only rows with these values are read."),
    SpecificationKey(
      "real.fold", .any, default: "refused", example: "\"any\"",
      "How several rows of one image become one: any, all, majority, or the keys below."),
    SpecificationKey(
      "real.fold.rule", .choice(of: RowFolding.Rule.self), default: "required",
      example: "\"majority\"",
      "How labels are joined."),
    SpecificationKey(
      "real.fold.reader", .text, default: "", example: "\"rad_id\"",
      "Column of the reader."),
    SpecificationKey(
      "real.howToGet", .text, default: "", example: "\"Download … from …\"",
      "Said where the table, the images or a model is absent."),
  ]
}
