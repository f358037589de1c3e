import AuditModel

/// A page between results and formats: numbered sections of text, tables and figures.
///
/// HTML, Markdown and CSV are written from this one value, so they cannot disagree.
struct ReportDocument: Sendable, Equatable {
  /// What kind of page it is, above the title and in the running head.
  var kicker = "Fairness audit report"
  var title: String
  /// Who, what and when, under the title.
  var subtitle: [Prose]
  var tally: [StateCount]
  var sections: [Section]
  /// The file of the first page.
  var page = ReportFiles.page
  /// Where else the numbers are, below everything.
  var colophon =
    "Every number here also stands in report.json with full precision and in tables/ as CSV."
}

struct StateCount: Sendable, Equatable {
  var answer: QuestionState
  var count: Int
}

struct Section: Sendable, Equatable {
  var number: Int
  var title: String
  var anchor: Anchor
  var blocks: [Block]
  /// Pages of their own for what would make this one too long; ``blocks`` link to them.
  var details: [DetailPage] = []
}

extension Section {
  /// One of the sections of a report.
  init(kind: SectionKind, blocks: [Block], details: [DetailPage] = []) {
    self.init(
      number: kind.rawValue, title: kind.title, anchor: kind.anchor, blocks: blocks,
      details: details)
  }
}

/// The sections in the order in which regulators ask for them.
enum SectionKind: Int, Sendable, CaseIterable {
  case bottomLine = 1
  case identity, plan, data, biasExamination, overall, subgroups, counterfactual, validity
  case uncertainty, risk, rebalancing, monitoring, reproducibility, crosswalk, signatures
  case glossary

  var title: String {
    switch self {
    case .bottomLine: "Bottom line"
    case .identity: "What was audited"
    case .plan: "Analysis plan"
    case .data: "Data"
    case .biasExamination: "Examination for bias"
    case .overall: "Overall performance"
    case .subgroups: "Performance by subgroup"
    case .counterfactual: "Counterfactual results"
    case .validity: "Validity of the synthetic data"
    case .uncertainty: "Uncertainty and limits"
    case .risk: "Risk and action"
    case .rebalancing: "Rebalancing proposal"
    case .monitoring: "Monitoring"
    case .reproducibility: "Reproducibility"
    case .crosswalk: "Crosswalk to requirements"
    case .signatures: "Signatures"
    case .glossary: "Glossary"
    }
  }

  var anchor: Anchor {
    switch self {
    case .bottomLine: Anchor("bottom-line")
    case .identity: Anchor("identity")
    case .plan: Anchor("plan")
    case .data: Anchor("data")
    case .biasExamination: Anchor("bias-examination")
    case .overall: Anchor("overall")
    case .subgroups: Anchor("subgroups")
    case .counterfactual: Anchor("counterfactual")
    case .validity: Anchor("validity")
    case .uncertainty: Anchor("uncertainty")
    case .risk: Anchor("risk")
    case .rebalancing: Anchor("rebalancing")
    case .monitoring: Anchor("monitoring")
    case .reproducibility: Anchor("reproducibility")
    case .crosswalk: Anchor("crosswalk")
    case .signatures: Anchor("signatures")
    case .glossary: Anchor("glossary")
    }
  }
}

enum Block: Sendable, Equatable {
  case lead([Prose])
  case paragraph(Prose)
  /// One sentence that says why a section or part has nothing in it.
  case empty(Prose)
  case heading(Heading)
  case list([Prose])
  case facts([Fact])
  case table(Table)
  case figures([Figure])
  case answer(AnswerRow)
  /// What comes before stands on the first sheet, whatever the audit's size.
  case endOfPageOne
  case callout(Callout)
  case gallery(GalleryRow)
}

struct Heading: Sendable, Equatable {
  /// 3 under a section, 4 under that.
  var level: Int
  var text: String
  var anchor: Anchor?
  /// Marks what rests on generated images.
  var isSynthetic = false
}

/// A name and what it stands for.
struct Fact: Sendable, Equatable {
  var name: String
  var value: Prose
  init(_ name: String, _ value: Prose) {
    self.name = name
    self.value = value
  }
}

/// A boxed remark that a reader must not miss.
struct Callout: Sendable, Equatable {
  enum Kind: Sendable, Equatable { case caution, supportingEvidence, loud }
  var kind: Kind
  var title: String
  var items: [Prose]
}

/// The answer to one question with its reasons and numbers.
struct AnswerRow: Sendable, Equatable {
  var answer: QuestionState
  var isSynthetic: Bool
  var sentence: String
  /// Differences in error rates that were detected for the same question.
  var errorRates: [String]
  var reasons: [String]
  /// Largest difference, adjusted p and the like, already as text.
  var numbers: [Fact]
}

/// A picture of numbers that also stand in the table next to it.
struct Figure: Sendable, Equatable {
  var anchor: Anchor
  var title: String
  /// What the picture shows in one or two sentences, for those who cannot see it.
  var description: String
  /// How to read the marks.
  var legend: Prose
  var chart: Chart
}

enum Chart: Sendable, Equatable {
  case intervals(IntervalPlot)
  case heatMap(HeatMap)
  case curves(CurvePlot)
}
