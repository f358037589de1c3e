import Basics

/// An audit as its owner declared it: contract `audit-spec/1`.
///
/// Paths are stored as written; ``AuditSpecification/directory`` resolves relative ones.
package struct AuditSpecification: Sendable, Equatable {
  package static let schema = "audit-spec/1"

  package var name: String
  package var classifiers: [ClassifierSpecification]
  package var referencePanel: [ClassifierSpecification] = []
  /// Models that read sex, age or race from an image, to check what the generator drew; their
  /// outputs are named by ``AttributePrediction``.
  package var attributePredictors: [ClassifierSpecification] = []
  package var cohort: CohortSpecification?
  package var real: RealCohortSpecification?
  package var analysis = AnalysisSpecification()
  package var rebalance: RebalanceSpecification?
  package var policy = PolicySpecification()
  package var report = ReportSpecification()
  /// Absolute folder of the spec file; relative paths start here.
  package var directory: String
  /// SHA-256 (hex) of the file's bytes.
  package var hash: String

  package init(
    name: String, classifiers: [ClassifierSpecification], directory: String, hash: String
  ) {
    self.name = name
    self.classifiers = classifiers
    self.directory = directory
    self.hash = hash
  }

  /// Everything that scores images: classifiers under audit, the panel, attribute predictors.
  package var models: [ClassifierSpecification] {
    classifiers + referencePanel + attributePredictors
  }

  /// The absolute path of `path` as written in the spec.
  package func resolve(_ path: String) -> String {
    path.hasPrefix("/") ? path : directory + "/" + path
  }
}

/// One classifier: an ONNX file, a command or a table of scores.
package struct ClassifierSpecification: Sendable, Equatable {
  package enum Source: Sendable, Equatable {
    case onnx(OnnxSpecification)
    case command(CommandSpecification)
    /// A CSV or CSV.gz with `image` and one column per finding.
    case scores(path: String)
    /// Scores are columns of the real table (`real.columns.scores`).
    case realTable
  }
  package var name: String
  package var source: Source
  /// Finding to column of the score file, where the spec names columns; else a finding's name is
  /// its column's.
  package var scoreColumns: [String: String] = [:]
  /// How the score file is written, and its column of image names.
  package var scoreFormat = TableFormat()
  package var scoreKey = "image"

  package init(name: String, source: Source) {
    self.name = name
    self.source = source
  }
}

package struct OnnxSpecification: Sendable, Equatable {
  package enum Channels: String, Sendable, CaseIterable { case gray, rgb }
  package enum Activation: String, Sendable, CaseIterable { case none, sigmoid, softmax }
  package enum Layout: String, Sendable, CaseIterable { case nchw, nhwc }
  package enum Resize: String, Sendable, CaseIterable { case bilinear }

  package var path: String
  /// Height and width of the input, in pixels.
  package var height: Int
  package var width: Int
  package var channels: Channels = .gray
  /// Pixel values 0...255 are mapped linearly to this range before `mean` and `standardDeviation`.
  package var rangeLower = 0.0
  package var rangeUpper = 1.0
  package var mean: [Double] = [0]
  package var standardDeviation: [Double] = [1]
  package var resize: Resize = .bilinear
  package var layout: Layout = .nchw
  /// Finding to index in the model's (flattened per-image) output.
  package var outputs: [String: Int]
  package var activation: Activation = .sigmoid

  package init(path: String, height: Int, width: Int, outputs: [String: Int]) {
    self.path = path
    self.height = height
    self.width = width
    self.outputs = outputs
  }
}

package struct CommandSpecification: Sendable, Equatable {
  package var arguments: [String]
  /// What the command is made of: scores are kept while these have the same contents.
  package var files: [String] = []
  /// The user's own name for what the command computes, where files do not tell.
  package var version: String?
  package var batch = 32
  /// Seconds without a line before the command counts as hung.
  package var timeoutSeconds = 300.0

  package init(arguments: [String]) { self.arguments = arguments }
}

/// A synthetic cohort: what is rendered, for whom, by which generator.
package struct CohortSpecification: Sendable, Equatable {
  package enum Design: String, Sendable, CaseIterable { case counterfactual, replica }
  package enum Placebo: String, Sendable, CaseIterable { case seed, prompt }

  package var design: Design = .counterfactual
  package var generator = GeneratorSpecification()
  /// In the order of the file.
  package var findings: [FindingSpecification]
  package var attributes = AttributeGrid()
  /// Base cases per finding and label.
  package var baseCases = 20
  /// Noise seeds per base case, each drawn in every arm.
  package var seedsPerBaseCase = 1
  package var seed: UInt64 = 1
  package var placebos: [Placebo] = []

  package init(findings: [FindingSpecification]) { self.findings = findings }
}

package struct FindingSpecification: Sendable, Equatable {
  package var name: String
  package var positive: [String]
  package var negative: [String]
  /// Folder of masks for the positive base cases, or nil.
  package var masks: String?
  /// File of boxes for the positive base cases, or nil; beside `masks` they come after these.
  package var boxes: String?

  package init(name: String, positive: [String], negative: [String]) {
    self.name = name
    self.positive = positive
    self.negative = negative
  }
}

/// The attribute values whose product makes the arms. An empty list leaves the attribute out.
package struct AttributeGrid: Sendable, Equatable {
  package var sex: [String] = []
  /// Years.
  package var age: [Double] = []
  package var race: [String] = []

  package init(sex: [String] = [], age: [Double] = [], race: [String] = []) {
    self.sex = sex
    self.age = age
    self.race = race
  }
}

/// A real cohort: a table, and images unless scores are given.
package struct RealCohortSpecification: Sendable, Equatable {
  package enum LabelSource: Sendable, Equatable {
    /// A 0/1 column per finding.
    case columns([String: String])
    /// A column of finding names joined by a separator; the findings audited.
    case list(column: String, separator: String, findings: [String])
  }
  package var table: String
  package var format = TableFormat()
  package var images: String?
  package var imageColumn = "image"
  package var patientColumn: String?
  package var sexColumn: String?
  package var ageColumn: String?
  package var raceColumn: String?
  /// How the cells of `patientColumn` are compared.
  package var patientIdentifiers = PatientIdentifierRule.certain
  /// The place, from 1, at which the patient stands in a path of the patient column.
  package var patientComponent: Int?
  package var labels: LabelSource
  package var labelRules = LabelRules()
  /// How several rows of one image become one; nil refuses them.
  package var folding: RowFolding?
  /// Classifier name to finding to column.
  package var scores: [String: [String: String]] = [:]
  /// Only rows whose column has this value are read (`"where": {"unseen": "1"}`).
  package var filter: [String: String] = [:]
  /// What to tell the user when the table is absent.
  package var howToGet: String?

  package init(table: String, labels: LabelSource) {
    self.table = table
    self.labels = labels
  }
}

/// How groups of one attribute are formed.
package enum GroupRule: Sendable, Equatable {
  /// Explicit values; others are not analysed.
  case values([String])
  /// Ascending edges; the last bin is open: `[0, 20, 40]` makes `0-19`, `20-39`, `40+`.
  case edges([Double])
}

package struct AnalysisSpecification: Sendable, Equatable {
  package enum Cluster: String, Sendable, CaseIterable { case patient, image }
  package enum Multiplicity: String, Sendable, CaseIterable { case holm, benjaminiHochberg, none }
  package enum ThresholdRule: Sendable, Equatable {
    case value(Double)
    case sensitivity(Double, chosenOn: String?)
    case specificity(Double, chosenOn: String?)
    case maximumF1(chosenOn: String?)
  }

  /// Attribute name (`sex`, `age`, `race`) to rule; an attribute without a rule is grouped by its values.
  package var groups: [String: GroupRule] = [:]
  package var intersections: [[String]] = []
  package var cluster: Cluster = .patient
  package var alpha = 0.05
  package var delta = 0.05
  package var harm = 0.0
  package var thresholds: [String: ThresholdRule] = [:]
  /// Finding to classifier to rule; goes before ``thresholds``.
  package var classifierThresholds: [String: [String: ThresholdRule]] = [:]
  package var minimumPositives = 10
  package var minimumNegatives = 10
  package var minimumClusters = 10
  package var multiplicity: Multiplicity = .holm
  package var replicates = 2000
  package var seed: UInt64 = 1

  package init() {}
}

package struct RebalanceSpecification: Sendable, Equatable {
  package enum Strategy: String, Sendable, CaseIterable {
    case parity, balancedGrid, gapWeighted, decorrelate, weightsOnly
  }
  /// Gaps that ``Strategy/gapWeighted`` acts on, named as in the report.
  package enum Metric: String, Sendable, CaseIterable {
    case auc, sensitivity, falsePositiveRate
  }
  /// How many images of the other label come with those that a strategy asks for.
  package enum Companions: String, Sendable, CaseIterable {
    /// The synthetic images of a group show the finding as often as the training table does.
    case tableRatio
    /// As many with the finding as without, for training on the set alone.
    case equal
    /// None: the set predicts the label where the strategy asks for one label only.
    case none
  }
  package enum Format: String, Sendable, CaseIterable {
    case huggingface, imagefolder, chexpert, nih, webdataset, weights
  }
  /// Where the sentences of the prompts come from.
  package enum Impressions: Sendable, Equatable {
    /// The sentences of `cohort.findings`.
    case cohort
    /// The library that comes with the program, by finding and severity.
    case builtin
    /// A CSV of report sentences.
    case table(ImpressionTableSpecification)
  }
  package var trainingTable: String
  package var format = TableFormat()
  package var impressions: Impressions = .cohort
  /// Folder of the user's training images; a drawn image that resembles one of them is rejected.
  package var trainingImages: String?
  /// How often an image that fails a quality gate is drawn, the first time included.
  package var attempts = 5
  package var strategy: Strategy = .parity
  package var metrics: [Metric] = Metric.allCases
  package var companions: Companions = .tableRatio
  package var budget = 1000
  package var maximumSyntheticShare = 0.5
  package var formats: [Format] = [.huggingface]
  /// Columns of the training table; same meaning as `real.columns`.
  package var sexColumn = "sex"
  package var ageColumn = "age"
  package var raceColumn: String?
  package var labels: [String: String] = [:]

  package init(trainingTable: String) { self.trainingTable = trainingTable }
}

/// A CSV with one report sentence per row.
package struct ImpressionTableSpecification: Sendable, Equatable {
  package var path: String
  package var format = TableFormat()
  package var impressionColumn = "impression"
  /// Holds finding names, or `No Finding`.
  package var findingColumn = "finding"
  /// 0 or 1; without it a row of a finding is one with the finding.
  package var labelColumn: String?
  /// Words of the user's own; every severity is drawn equally often.
  package var severityColumn: String?

  package init(path: String) { self.path = path }
}

package struct ReportSpecification: Sendable, Equatable {
  package var title: String?
  package var intendedUse: String?
  package var operatorName: String?
  package init() {}
}
