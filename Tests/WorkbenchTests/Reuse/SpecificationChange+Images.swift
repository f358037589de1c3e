/// Every key of the scene of images, changed.
extension SpecificationChange {
  static let images: [SpecificationChange] = [
    Self(.images, "classifiers[].command", "[\"/bin/sh\", \"bare.sh\"]"),
    Self(.images, "classifiers[].files", "[\"mean.sh\", \"weights\", \"more\"]"),
    Self(.images, "classifiers[].files", nil),
    Self(.images, "classifiers[].version", "\"2\""),
    Self(.images, "classifiers[].batch", "3"),
    Self(.images, "classifiers[].timeoutSeconds", "31"),
    Self(.images, "real.images", "\"copies\""),
    Self(.images, "real.images.folder", "\"copies\""),
    Self(
      .images, "real.images.pattern", "\"{name}\"", also: [("real.images.folder", "\"copies\"")]),
    Self(
      .images, "real.images.unreadable", "\"leave out\"",
      also: [("real.images.folder", "\"images\"")]),
    Self(
      .images, "real.images.headers", "{ \"scanner\": \"Manufacturer\" }",
      also: [("real.images.folder", "\"headed\"")]),
    Self(.images, "real.images.bits", "12", also: [("real.images.folder", "\"images\"")]),
    Self(
      .images, "real.images.window", "\"stretch\"",
      also: [("real.images.folder", "\"images\"")]),
    Self(.images, "real.dataset", "\"siim\""),
    Self(.images, "real.findings", "[\"Mass\"]"),
    Self(.images, "real.table", "\"other.csv\""),
    Self(.images, "real.columns.image", "\"name\""),
    Self(.images, "real.columns.patient", "\"person\""),
    Self(.images, "real.columns.labels.from", "\"others\""),
    Self(
      .images, "real.columns.labels.separator", "\";\"",
      also: [("real.columns.labels.from", "\"others\"")]),
    Self(.images, "real.columns.labels.synonyms", "{ \"Effusion\": [\"Mass\"] }"),
    Self(.images, "real.columns.labels.noFinding", "[\"Mass\"]"),
    Self(.images, "real.columns.labels.blank", "\"leave out\""),
    Self(.images, "real.columns.labels.findings", "[\"Effusion\"]"),
  ]
}
