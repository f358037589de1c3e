/// Every key of the scene of tables, changed.
extension SpecificationChange {
  static let tables: [SpecificationChange] = [
    Self(
      .tables, "classifiers",
      "[{ \"name\": \"file\", \"scores\": \"scores.csv\" }, { \"name\": \"column\" }, { \"name\": \"more\" }]",
      also: [
        (
          "real.columns.scores.more",
          "{ \"Effusion\": \"p2\", \"Mass\": \"p2\", \"Edema\": \"p2\" }"
        )
      ]),
    Self(
      .tables, "classifiers[].name", "\"renamed\"",
      also: [
        ("real.columns.scores.file", nil),
        (
          "real.columns.scores.renamed",
          "{ \"Effusion\": \"a\", \"Mass\": \"a\", \"Edema\": \"a\" }"
        ),
        ("policy.limits", nil), ("analysis.thresholds.Edema", nil),
      ]),
    Self(
      .tables, "classifiers[].scores", "\"panel.csv\"",
      also: [("real.columns.scores.file", nil)]),
    Self(.tables, "classifiers[].key", "\"c\""),
    Self(.tables, "classifiers[].format", "{ \"separator\": \",\" }"),
    Self(.tables, "classifiers[].format.separator", "\";\""),
    Self(.tables, "classifiers[].format.decimal", "\",\""),
    Self(.tables, "classifiers[].format.encoding", "\"utf-16\""),
    Self(.tables, "real.format", "{ \"separator\": \",\" }"),
    Self(.tables, "real.format.separator", "\";\""),
    Self(.tables, "real.format.decimal", "\".\""),
    Self(.tables, "real.format.encoding", "\"utf-8\""),
    Self(.tables, "real.fold", "\"any\""),
    Self(.tables, "real.fold.rule", "\"majority\""),
    Self(.tables, "real.fold.reader", "\"person\"", also: [("real.fold.rule", "\"majority\"")]),
    Self(.tables, "real.columns.patient.column", "\"person\""),
    Self(
      .tables, "real.columns.patient.ids", "\"text\"",
      also: [("real.columns.patient.column", "\"patient\"")]),
    Self(
      .tables, "real.columns.patient.component", "1",
      also: [("real.columns.patient.column", "\"patient\"")]),
    Self(.tables, "real.columns.labels.Effusion.column", "\"z1\""),
    Self(
      .tables, "real.columns.labels.Effusion.values",
      "{ \"0\": \"positive\", \"1\": \"negative\" }",
      also: [("real.columns.labels.Effusion.column", "\"y1\"")]),
    Self(.tables, "real.columns.labels.Effusion.absenceOf", "[\"Mass\"]"),
    Self(.tables, "referencePanel", nil),
    Self(.tables, "real", nil, also: []),
    Self(.tables, "real.table", "\"other.csv\""),
    Self(.tables, "real.howToGet", "\"ask again\""),
    Self(.tables, "real.where", "{ \"split\": \"train\" }"),
    Self(.tables, "real.where", nil),
    Self(.tables, "real.columns", nil),
    Self(.tables, "real.columns.image", "\"name\""),
    Self(.tables, "real.columns.patient", "\"person\""),
    Self(.tables, "real.columns.patient", nil, also: [("analysis.cluster", "\"image\"")]),
    Self(.tables, "real.columns.sex", "\"gender\""),
    Self(
      .tables, "real.columns.sex", nil,
      also: [("analysis.groups.sex", nil), ("analysis.intersections", nil), ("policy.limits", nil)]),
    Self(.tables, "real.columns.age", "\"years\""),
    Self(.tables, "real.columns.attributes", "{ \"scanner\": \"origin\" }"),
    Self(.tables, "real.columns.race", "\"origin\""),
    Self(.tables, "real.columns.attributes", "{ \"origin\": \"origin\" }"),
    Self(
      .tables, "real.columns.labels",
      "{ \"Effusion\": \"z1\", \"Mass\": \"y2\", \"Edema\": \"y3\" }"),
    Self(
      .tables, "real.columns.scores",
      "{ \"column\": { \"Effusion\": \"p2\", \"Mass\": \"p1\", \"Edema\": \"p1\" }, \"file\": { \"Effusion\": \"a\", \"Mass\": \"a\", \"Edema\": \"a\" } }"
    ),
    Self(
      .tables, "real.columns.scores",
      "{ \"column\": { \"Effusion\": \"p1\", \"Mass\": \"p1\", \"Edema\": \"p1\" }, \"file\": { \"Effusion\": \"b\", \"Mass\": \"a\", \"Edema\": \"a\" } }"
    ),
    Self(.tables, "real.join", nil, also: [("real.columns.attributes", nil)]),
    Self(.tables, "real.join[].table", "\"joined2.csv\""),
    Self(.tables, "real.join[].on", "{ \"patient\": \"whom\" }"),
    Self(.tables, "real.join[].columns", "{ \"site\": \"region\" }"),
    Self(.tables, "real.join[].format", "{ \"encoding\": \"utf-8\" }"),
    Self(.tables, "real.join[].format.separator", "\";\""),
    Self(.tables, "real.join[].format.decimal", "\",\""),
    Self(.tables, "real.join[].format.encoding", "\"utf-16\""),
    Self(.tables, "analysis", "{ \"replicates\": 40 }"),
    Self(.tables, "analysis.groups", "{ \"sex\": [\"F\", \"M\"], \"race\": [\"A\", \"B\"] }"),
    Self(.tables, "analysis.groups.sex", "[\"M\", \"F\"]"),
    Self(.tables, "analysis.groups.race", "[\"B\", \"A\"]"),
    Self(.tables, "analysis.groups.age", "{ \"edges\": [0, 40, 60] }"),
    Self(.tables, "analysis.groups.age.edges", "[0, 30]"),
    Self(.tables, "analysis.intersections", "[[\"sex\", \"age\"]]"),
    Self(.tables, "analysis.cluster", "\"image\""),
    Self(.tables, "analysis.alpha", "0.1"), Self(.tables, "analysis.delta", "0.2"),
    Self(.tables, "analysis.harm", "0.01"),
    Self(.tables, "analysis.thresholds", nil),
    Self(.tables, "analysis.thresholds.Mass.rule", "\"specificity\""),
    Self(.tables, "analysis.thresholds.Mass.value", "0.8"),
    Self(.tables, "analysis.thresholds.Mass.chosenOn", "\"here\""),
    Self(.tables, "analysis.thresholds.Edema.classifiers", "{ \"file\": 0.6 }"),
    Self(.tables, "analysis.minimumCell", nil),
    Self(.tables, "analysis.minimumCell.positives", "7"),
    Self(.tables, "analysis.minimumCell.negatives", "30"),
    Self(.tables, "analysis.minimumCell.clusters", "30"),
    Self(.tables, "analysis.multiplicity", "\"none\""),
    Self(.tables, "analysis.replicates", "50"), Self(.tables, "analysis.seed", "2"),
    Self(.tables, "analysis.missing", "0.01"),
    Self(.tables, "policy.whenNotEvaluable", "\"pass\""),
    Self(.tables, "policy", nil), Self(.tables, "policy.failOn", "[\"inconclusive\"]"),
    Self(.tables, "policy.limits", nil), Self(.tables, "policy.limits[].atMost", "0.01"),
    Self(.tables, "policy.limits[].judgedBy", "\"estimate\""),
    Self(.tables, "policy.limits[].whenNotEvaluable", "\"fail\""),
    Self(.tables, "policy.limits[].classifier", "\"column\""),
    Self(.tables, "policy.limits[].cohort", nil),
    Self(.tables, "policy.limits[].finding", "\"Mass\""),
    Self(.tables, "policy.limits[].attribute", "\"race\""),
    Self(.tables, "report", nil), Self(.tables, "report.title", "\"Other\""),
    Self(.tables, "report.intendedUse", "\"Other\""),
    Self(.tables, "report.operator", "\"You\""),
  ]
}
