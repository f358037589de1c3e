import Vocabulary

import Basics
import Vocabulary

/// An audit as its owner declared it: contract `audit-spec/1`.
///
/// Paths are stored as written; ``AuditSpecification/directory`` resolves relative ones.
package struct AuditSpecification: Sendable, Equatable {
  package static let schema = "audit-spec/1"

  /// What a spec is read for: work that judges no classifier needs none.
  package enum Purpose: Sendable, Equatable { case audit, measure, synthesize, training }

  package var name: String
  package var classifiers: [ClassifierSpecification]
  package var referencePanel: [ClassifierSpecification] = []
  /// Models that read an attribute from an image, to check what the generator drew; their
  /// outputs are named by ``AttributePrediction``.
  package var attributePredictors: [ClassifierSpecification] = []
  package var cohort: CohortSpecification?
  package var real: RealCohortSpecification?
  package var analysis = AnalysisSpecification()
  package var rebalance: RebalanceSpecification?
  package var measure: MeasureSpecification?
  package var synthesize: SynthesizeSpecification?
  package var training: TrainingSpecification?
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
  package var imageOptions = RealImagesSpecification()
  package var imageColumn = "image"
  package var patientColumn: String?
  /// How ages are made of columns; nil where the table has none.
  package var ageRule: AgeRule?
  /// Columns of other tables, in order.
  package var joins: [TableJoin] = []
  /// Only rows whose column has one of these values are read.
  package var alternatives: [String: [String]] = [:]
  /// How the cells of `patientColumn` are compared.
  package var patientIdentifiers = PatientIdentifierRule.certain
  /// The place, from 1, at which the patient stands in a path of the patient column.
  package var patientComponent: Int?
  /// In the order of ``Attribute/precedes(_:_:)``.
  package var attributes: [AttributeSource] = []
  package var labels: LabelSource
  package var labelRules = LabelRules()
  /// False where a preset lists the findings of a whole archive, of which a table may have some.
  package var findingsMustOccur = true
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

package struct AnalysisSpecification: Sendable, Equatable {
  package enum Cluster: String, Sendable, CaseIterable { case patient, image }
  package enum Multiplicity: String, Sendable, CaseIterable { case holm, benjaminiHochberg, none }
  package enum ThresholdRule: Sendable, Equatable {
    case value(Double)
    case sensitivity(Double, chosenOn: String?)
    case specificity(Double, chosenOn: String?)
    case maximumF1(chosenOn: String?)
  }

  /// Attribute name to rule; an attribute without a rule is grouped by its values.
  package var groups: [String: GroupRule] = [:]
  package var intersections: [[String]] = []
  package var cluster: Cluster = .patient
  /// What gives verdicts, in the order of the spec.
  package var metrics = [JudgedMetric(.auc)]
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
  /// Largest share of a group's images without label or score at which "within δ" may be said.
  package var missing = 0.1
  /// What a group is compared with where the plan names no other group.
  package static let allOthers = "all others"
  /// Attribute or intersection to the group that all its others are compared with, or ``allOthers``: then
  /// every group is compared with all the others together. Else all pairs are.
  package var reference: [String: String] = [:]
  /// Attributes within whose values gaps are also shown, raw and adjusted.
  package var strata: [String] = []
  /// Finding to its prevalence at the place of use, 0…1.
  package var deploymentPrevalence: [String: Double] = [:]
  package var replicates = 2000
  package var seed: UInt64 = 1

  package init() {}

  /// The plan as it judges one metric: with its own margins, where it has some.
  package func judging(_ metric: Metric) -> AnalysisSpecification {
    guard let judged = metrics.first(where: { $0.metric == metric }) else { return self }
    var plan = self
    plan.delta = judged.delta ?? delta
    plan.harm = judged.harm ?? harm
    return plan
  }
}

/// A metric that gives verdicts.
package struct JudgedMetric: Sendable, Equatable, Codable {
  package var metric: Metric
  /// Margins in the metric's own units; nil: those of the plan.
  package var delta: Double?
  package var harm: Double?

  package init(_ metric: Metric, delta: Double? = nil, harm: Double? = nil) {
    self.metric = metric
    self.delta = delta
    self.harm = harm
  }
}

package struct RebalanceSpecification: Sendable, Equatable {
  package enum Strategy: String, Sendable, CaseIterable {
    case parity, balancedGrid, gapWeighted, decorrelate, weightsOnly
  }
  /// Metrics whose gaps ``Strategy/gapWeighted`` can act on: more cases of a group mend them.
  package static let actionable: [Metric] = [.auc, .sensitivity, .falsePositiveRate]
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
    /// Detection, with places as boxes.
    case coco, yolo
    /// Segmentation: pictures of masks, or masks as run lengths.
    case masks, cocoRLE

    /// Whether it says where a finding is.
    package var needsPlaces: Bool { [.coco, .yolo, .masks, .cocoRLE].contains(self) }
    /// Whether boxes are not enough for it.
    package var needsMasks: Bool { [.masks, .cocoRLE].contains(self) }
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
  /// Those that ``Strategy/gapWeighted`` acts on, of ``actionable``.
  package var metrics = actionable
  package var companions: Companions = .tableRatio
  package var budget = 1000
  package var maximumSyntheticShare = 0.5
  package var formats: [Format] = [.huggingface]
  /// Attribute to column of the training table, where they differ; from `real.columns` where not given.
  package var columns: [String: String] = [:]
  /// Further attributes that cells are made of, besides those that the cohort draws.
  package var attributes: [String] = []
  package var labels: [String: String] = [:]

  package init(trainingTable: String) { self.trainingTable = trainingTable }

  /// The column of the training table that holds an attribute.
  package func column(of attribute: String) -> String { columns[attribute] ?? attribute }
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
