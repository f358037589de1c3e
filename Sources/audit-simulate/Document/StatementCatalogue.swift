import AuditModel
import Vocabulary

/// In which column of `docs/validity.md` it stands how often a statement of a report is false.
///
/// A test goes through the report's schema, and fails for a number or sentence that could be false and has
/// no column here.
enum StatementCatalogue {
  /// Where a statement is simulated.
  enum Column: Equatable {
    case together(Claim)
    case alone(Alone)
    case twins(TwinWorld.Statement)
    case gates
    case power
    /// Numbers of clusters that would be enough.
    case required
    /// Made of others by arithmetic, so that it is false only where they are.
    case follows(String)
    /// A fact of the images at hand, an estimate without a limit, or a rule that was declared.
    case noChance(String)
  }

  /// By place in `report.json`; of the fields that ``isStatement(_:)`` asks about.
  static let columns: [String: [Column]] = [
    "verdicts[].verdict": [.together(.flag), .together(.withinDelta), .power],
    "verdicts[].sentence": [.together(.flag), .together(.withinDelta), .power],
    "verdicts[].reasons[]": [.follows("verdicts[].verdict")],
    "verdicts[].pMaxT": [.together(.pair), .together(.flag)],
    "verdicts[].pAdjusted": [.together(.pair), .together(.flag)],
    "verdicts[].pFlag": [.together(.flag)],
    "verdicts[].rangeLower": [.alone(.range)],
    "verdicts[].rangeUpper": [.alone(.range)],
    "verdicts[].beyondPlaceboLower": [.alone(.beyondPlacebo)],
    "verdicts[].confoundedWith[]": [.gates],
    "verdicts[].requiredClusters": [.required],
    "comparisons[].p": [.together(.pair)],
    "comparisons[].pMaxT": [.together(.pair)],
    "comparisons[].pAdjusted": [.together(.pair)],
    "comparisons[].withinDelta": [.together(.withinDelta)],
    "comparisons[].lower": [.alone(.limits)],
    "comparisons[].upper": [.alone(.limits)],
    "rateGaps[].isDetected": [.together(.decisions)],
    "rateGaps[].sentence": [.together(.decisions), .alone(.gapLimits)],
    "rateGaps[].pAllPairs": [.together(.decisions)],
    "rateGaps[].pAdjusted": [.together(.decisions)],
    "rateGaps[].lower": [.alone(.gapLimits)],
    "rateGaps[].upper": [.alone(.gapLimits)],
    "metricGaps[].isDetected": [.together(.metrics)],
    "metricGaps[].sentence": [.together(.metrics), .alone(.gapLimits)],
    "metricGaps[].pAllPairs": [.together(.metrics)],
    "metricGaps[].pAdjusted": [.together(.metrics)],
    "metricGaps[].lower": [.alone(.gapLimits)],
    "metricGaps[].upper": [.alone(.gapLimits)],
    "rollUps[].sentence": [.together(.rollUp)],
    "rollUps[].pAdjusted": [.together(.rollUp)],
    "rollUps[].flags[].pAdjusted": [.together(.rollUp)],
    "adjustedGaps[].lower": [.alone(.adjusted)],
    "adjustedGaps[].upper": [.alone(.adjusted)],
    "adjustedGaps[].p": [.alone(.adjusted)],
    "equalizedOdds[].upper": [.alone(.odds)],
    "equalizedOdds[].sentence": [.alone(.odds)],
    "panelComparisons[].lower": [.alone(.panel)],
    "panelComparisons[].upper": [.alone(.panel)],
    "panelComparisons[].p": [.alone(.panel)],
    "panelComparisons[].survives": [.alone(.panel)],
    "summary[]": [
      .together(.flag), .together(.rollUp), .together(.decisions), .together(.withinDelta),
    ],
    "cautions[]": [.together(.belowChance), .alone(.area)],
    "notes[]": [.noChance("what was left out, and how numbers were made")],
    "families[].sentence": [.follows("the columns of what it counts")],
    "policy.passed": [.follows("verdicts[].verdict and the limits that it names")],
    "policy.failures[]": [.follows("policy.checks[]")],
    "policy.checks[].passed": [.follows("verdicts[].verdict and the limits that it names")],
    "policy.checks[].status": [.follows("verdicts[].verdict and the limits that it names")],
    "policy.checks[].sentence": [.follows("verdicts[].verdict and the limits that it names")],
    "rebalancing.notes[]": [.noChance("what was drawn and why")],
    "absences[].sentence": [.noChance("what is not in the table")],
    "images[].facts[].sentence": [.noChance("what headers say")],
    "accounting[].groups[].worstCaseLower": [.noChance("of every completion of the table")],
    "accounting[].groups[].worstCaseUpper": [.noChance("of every completion of the table")],
    "replica.caution": [.noChance("what follows from a number of groups")],
  ].merging(groups) { a, _ in a }.merging(arms) { a, _ in a }.merging(gates) { a, _ in a }

  private static let groups: [String: [Column]] = Dictionary(
    uniqueKeysWithValues: ["subgroups[]", "overall[]"].flatMap { place in
      [
        ("lower", [.alone(.area)]), ("upper", [.alone(.area)]),
        ("averagePrecisionInterval", [.alone(.precision)]), ("brierInterval", [.alone(.brier)]),
        ("calibrationInTheLarge", [.alone(.intercept)]),
        ("calibrationSlopeInterval", [.alone(.slope)]), ("sensitivity", [.alone(.rates)]),
        ("specificity", [.alone(.rates)]), ("falseNegativeRate", [.alone(.rates)]),
        ("falsePositiveRate", [.alone(.rates)]), ("underdiagnosisRate", [.alone(.rates)]),
        ("positivePredictiveValue", [.alone(.predictive)]),
        ("deployment.positivePredictiveValue", [.alone(.deployment)]),
        ("status", [.noChance("counted")]),
      ].flatMap { (name, columns) -> [(String, [Column])] in
        name.first?.isLowercase == true && !["lower", "upper", "status"].contains(name)
          ? [("\(place).\(name).lower", columns), ("\(place).\(name).upper", columns)]
          : [("\(place).\(name)", columns)]
      }
    } + [
      ("calibration[].bins[].observed.lower", [.alone(.bins)]),
      ("calibration[].bins[].observed.upper", [.alone(.bins)]),
    ])

  private static let arms: [String: [Column]] = [
    "counterfactual[].scoreShift.lower": [.alone(.shifts)],
    "counterfactual[].scoreShift.upper": [.alone(.shifts)],
    "counterfactual[].scoreShiftP": [.alone(.shifts)],
    "counterfactual[].wilcoxonP": [.alone(.ranks)],
    "counterfactual[].flipRate.lower": [.alone(.flipRates)],
    "counterfactual[].flipRate.upper": [.alone(.flipRates)],
    "counterfactual[].netFlip.lower": [.alone(.netFlips)],
    "counterfactual[].netFlip.upper": [.alone(.netFlips)],
    "counterfactual[].mcnemarP": [.alone(.flips)],
    "armAgreement[].cochranP": [.alone(.flips)],
    "armAgreement[].spread.lower": [.alone(.spread)],
    "armAgreement[].spread.upper": [.alone(.spread)],
    "armAgreement[].sentence": [.alone(.flips), .alone(.spread)],
    "varianceComponents[].sentence": [.noChance("estimates without limits")],
    "placebos[].lower": [.alone(.placebo)],
    "placebos[].upper": [.alone(.placebo)],
    "placebos[].scoreShift.lower": [.alone(.placeboShifts)],
    "placebos[].scoreShift.upper": [.alone(.placeboShifts)],
    "placebos[].flipRate.lower": [.alone(.placeboShifts)],
    "placebos[].flipRate.upper": [.alone(.placeboShifts)],
    "replica.agreements[].bias.lower": [.twins(.bias)],
    "replica.agreements[].bias.upper": [.twins(.bias)],
    "replica.agreements[].agreementLower": [.noChance("the spread of the groups at hand")],
    "replica.agreements[].agreementUpper": [.noChance("the spread of the groups at hand")],
    "replica.agreements[].sentence": [.twins(.bias)],
    "replica.agreements[].pearson.lower": [.noChance("never given")],
    "replica.agreements[].pearson.upper": [.noChance("never given")],
    "replica.agreements[].concordance.lower": [.noChance("never given")],
    "replica.agreements[].concordance.upper": [.noChance("never given")],
    "replica.agreements[].signAgreement.lower": [.noChance("never given")],
    "replica.agreements[].signAgreement.upper": [.noChance("never given")],
    "replica.groups[].difference.lower": [.twins(.groups)],
    "replica.groups[].difference.upper": [.twins(.groups)],
    "replica.gaps[].real.lower": [.twins(.gaps)],
    "replica.gaps[].real.upper": [.twins(.gaps)],
    "replica.gaps[].synthetic.lower": [.twins(.gaps)],
    "replica.gaps[].synthetic.upper": [.twins(.gaps)],
    "replica.gaps[].difference.lower": [.twins(.gapDifferences)],
    "replica.gaps[].difference.upper": [.twins(.gapDifferences)],
  ]

  private static let gates: [String: [Column]] = Dictionary(
    uniqueKeysWithValues: [
      "status", "sentence", "lower", "upper", "cells[].status", "cells[].value.lower",
      "cells[].value.upper", "cells[].similarity.lower", "cells[].similarity.upper",
    ].map { ("gates[].\($0)", [.gates]) })

  /// Whether a field of a report says something that chance could make false: limits, p values, sentences,
  /// decisions.
  static func isStatement(_ path: String) -> Bool {
    let name = path.split(separator: ".").last.map(String.init) ?? path
    let isOfP = name.hasPrefix("p") && name.dropFirst().first?.isUppercase == true
    let isP = (name == "p" || name.hasSuffix("P") || isOfP) && !name.hasSuffix("Method")
    return isP || name.hasSuffix("lower") || name.hasSuffix("upper") || name.hasSuffix("Lower")
      || name.hasSuffix("Upper")
      || [
        "verdict", "status", "sentence", "isDetected", "withinDelta", "survives", "passed",
        "requiredClusters", "caution", "reasons[]", "confoundedWith[]", "summary[]", "cautions[]",
        "notes[]", "failures[]",
      ].contains(name)
  }

  /// Where it is simulated how often a gate passes or fails falsely.
  static func column(of gate: ValidityGate) -> Column {
    switch gate {
    case .finding: .together(.finding)
    case .seedPlacebo: .together(.placebo)
    case .panel: .alone(.panel)
    case .transfer: .gates
    case .support, .plan, .leakage, .wording, .labels: .noChance("declared")
    case .repeatability, .seeds, .caseMix, .exposure: .noChance("counted over all images")
    case .predictors: .noChance("the share of the images at hand on which two predictors agree")
    case .caricature: .noChance("the model card's own measurement")
    default: .gates
    }
  }
}
