extension SpecificationKey {
  static let top: [SpecificationKey] = [
    SpecificationKey(
      "$schema", .text, default: "", example: "\"https://…/spec.schema.json\"",
      "Address of a JSON Schema for your editor; this program does not read it."),
    SpecificationKey(
      "schema", .text, default: "required", example: "\"audit-spec/1\"",
      "Version of the format."),
    SpecificationKey(
      "name", .text, default: "required", example: "\"site-a-2026\"",
      "Names the report's folder."),
    SpecificationKey(
      "report", .object, default: "{}", example: "{ \"title\": \"…\" }",
      "What the report says of itself."),
    SpecificationKey(
      "report.title", .text, default: "", example: "\"Audit of densenet\"",
      "Title of the report."),
    SpecificationKey(
      "report.intendedUse", .text, default: "", example: "\"Triage of …\"",
      "What the classifier is meant for."),
    SpecificationKey(
      "report.operator", .text, default: "", example: "\"Validation team\"",
      "Who carries the audit out."),
  ]
}
