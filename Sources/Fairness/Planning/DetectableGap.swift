import AuditModel
import Statistics
import Vocabulary

/// The smallest AUC gap that a design can flag, before anything is drawn or scored: of a finding by an
/// attribute of a cohort, for every classifier alike.
package struct DetectableGap: AnswerContent {
  package typealias Asked = QuestionPattern

  package var groups: Int
  /// Clusters with and without the finding, in the smallest group.
  package var positives: Int
  package var negatives: Int
  /// Flagged with 80 and 90 % power by the whole rule; the largest gap there is where none is.
  package var at80Percent: Double
  package var at90Percent: Double
  /// Clusters per class and group that show a true difference of 0 to be within δ, with 80 % power.
  package var requiredPerClassForDelta: Int?
  package var sentence: String
  /// False where no gap at all is flagged with 80 % power.
  package var isReachable = true
  /// Hypotheses of the family that the verdict is adjusted for, and α of this one among them.
  package var familySize: Int?
  package var level: Double?
  /// Of the draws behind the numbers.
  package var seed: UInt64?
}

/// What the variance of a gap is assumed to be where no pilot scores exist.
package struct DesignAssumptions: Sendable, Equatable {
  /// AUC in every group.
  package var auc = 0.85
  /// Correlation of the AUCs of two arms of the same base cases; 0 for groups of different patients.
  package var armCorrelation = 0.5
  /// Correlation of the scores' influence between images of one cluster within a group.
  package var imageCorrelation = 0.8
  /// Images of one cluster within a group, where the cells do not say.
  package var imagesPerCluster = 1.0

  package init() {}
}

/// Clusters of one group with and without the finding.
package struct DesignCell: Sendable, Equatable {
  package var positives: Int
  package var negatives: Int
  /// Images of every cluster; `nil`: ``DesignAssumptions/imagesPerCluster`` of each.
  package var group: PlannedGroup?

  package init(positives: Int, negatives: Int, group: PlannedGroup? = nil) {
    self.positives = positives
    self.negatives = negatives
    self.group = group
  }
}

/// What stands between a gap and its flag besides the gap's own error.
package struct DesignRule: Sendable, Equatable {
  /// Hypotheses that the verdict is adjusted for.
  package var familySize = 1
  package var hasPlacebo = false
  /// Reference classifiers.
  package var panel = 0
  /// Groups that the run will not compare, because they are too small.
  package var groupsLeftOut = 0
  /// Which of the cells are compared, by their order.
  package var comparison = PlannedVerdict.Comparison.allPairs
  /// What every group is to be compared with, where that is too small to be compared.
  package var missingReference: String?

  package init() {}
}

/// What an earlier audit of the same kind measured.
package struct PilotGap: Sendable, Equatable {
  /// The largest standard error of a difference between two groups of the attribute.
  package var standardError: Double
  /// Clusters it came from.
  package var clusters: Int
  /// Over all cases; `nil` where the pilot has none above chance.
  package var auc: Double?
  /// Names the pilot in the sentence.
  package var name: String

  package init(standardError: Double, clusters: Int, auc: Double? = nil, name: String) {
    self.standardError = standardError
    self.clusters = clusters
    self.auc = auc
    self.name = name
  }
}

/// Plans the whole verdict, see ``PlannedVerdict``.
///
/// - Parameters:
///   - question: What is the same for every classifier.
///   - cells: The groups that will be compared; the smallest is the one that does worse.
///   - clusters: That the planned audit will have for this finding; used with a pilot only.
///   - pilot: Its standard error of the largest pair takes the place of the assumed one, shrunk with the
///     root of the clusters.
/// - Returns: `nil` where the design has fewer than two groups or a group has fewer than two clusters
///   of a class.
package func detectableGap(
  of question: QuestionPattern, cells: [DesignCell], clusters: Int = 0,
  assumptions: DesignAssumptions, pilot: PilotGap? = nil, rule: DesignRule = DesignRule(),
  specification: AnalysisSpecification
) -> Answer<DetectableGap>? {
  guard cells.count >= 2, cells.allSatisfy({ $0.positives >= 2 && $0.negatives >= 2 }),
    assumptions.auc > 0.5, assumptions.auc < 1
  else { return nil }
  let design = PlannedDesign(
    question: question, cells: cells, assumptions: assumptions, rule: rule,
    specification: specification)
  if let reason = design.unplanned { return design.nothing(because: reason) }
  guard let pilot else { return design.gap(nil) }
  guard clusters > 1, pilot.clusters > 1, pilot.standardError > 0 else { return nil }
  return design.gap(pilot, clusters: clusters)
}

/// A design with the words for what it can show.
private struct PlannedDesign {
  let question: QuestionPattern
  let cells: [DesignCell]
  let assumptions: DesignAssumptions
  let rule: DesignRule
  let specification: AnalysisSpecification

  /// α of one hypothesis where no other is flagged.
  private var level: Double {
    specification.multiplicity == .none
      ? specification.alpha : specification.alpha / Double(max(1, rule.familySize))
  }

  /// Why this cannot be planned; `nil` where it can.
  var unplanned: String? {
    if let name = rule.missingReference {
      return
        "the plan compares every group with \(Words.group(name)), which is too small to be compared"
    }
    return rule.comparison == .withAllOthers && assumptions.armCorrelation > 0
      ? "an arm compared with all other arms of the same base cases is not simulated" : nil
  }

  func nothing(because reason: String) -> Answer<DetectableGap> {
    Answer(
      question,
      DetectableGap(
        groups: cells.count, positives: cells.map(\.positives).min() ?? 0,
        negatives: cells.map(\.negatives).min() ?? 0, at80Percent: assumptions.auc,
        at90Percent: assumptions.auc, requiredPerClassForDelta: nil,
        sentence: "\(subject): nothing is promised, as \(reason).", isReachable: false,
        familySize: rule.familySize, level: level, seed: specification.seed))
  }

  private var subject: String {
    let finding = question.finding ?? QuestionPattern.allFindings
    let attribute = question.attribute ?? QuestionPattern.allAttributes
    return "\(finding) by \(attribute.split(separator: "*").joined(separator: " × "))"
  }

  private func plan(_ pilot: PilotGap?, clusters: Int) -> PlannedVerdict {
    let images = max(1, Int(assumptions.imagesPerCluster.rounded()))
    let all = cells.map {
      $0.group ?? PlannedGroup(positives: $0.positives, negatives: $0.negatives, images: images)
    }
    let order = all.indices.sorted { (all[$0].smallestClass, $0) < (all[$1].smallestClass, $1) }
    let groups = order.map { all[$0] }
    let area = pilot?.auc ?? assumptions.auc
    var plan = PlannedVerdict(groups: groups, area: area, level: level, seed: specification.seed)
    plan.comparison = rule.comparison
    if case .with(let cell) = rule.comparison, let place = order.firstIndex(of: cell) {
      plan.comparison = .with(place)
    }
    plan.isPaired = assumptions.armCorrelation > 0
    plan.imageCorrelation = PlannedGroup.scoreCorrelation(
      area: area, placements: assumptions.imageCorrelation)
    // The assumption is of the arms' AUCs; a group of k images has 1 + (k − 1) ρ of k single variances.
    let averaged = (1 + Double(images - 1) * assumptions.imageCorrelation) / Double(images)
    plan.armCorrelation = PlannedGroup.scoreCorrelation(
      area: area, placements: assumptions.armCorrelation * averaged)
    plan.hasPlacebo = rule.hasPlacebo
    plan.panel = rule.panel
    plan.harm = specification.harm
    if let pilot {
      let error =
        pilot.standardError * (Double(pilot.clusters) / Double(clusters)).squareRoot()
      let modelled = plan.largestStandardError
      if modelled > 0 { plan.varianceScale = error * error / (modelled * modelled) }
    }
    return plan
  }

  func gap(_ pilot: PilotGap?, clusters: Int = 0) -> Answer<DetectableGap> {
    let plan = plan(pilot, clusters: clusters)
    let at80 = plan.detectableGap(power: 0.8)
    let at90 = plan.detectableGap(power: 0.9)
    let positives = cells.map(\.positives).min() ?? 0
    let negatives = cells.map(\.negatives).min() ?? 0
    var required: Int?
    if specification.delta > 0, rule.groupsLeftOut == 0 {
      let factor = plan.equivalenceFactor(delta: specification.delta, power: 0.8)
      let count = (Double(min(positives, negatives)) * factor).rounded(.up)
      required = count < 1e12 ? Int(count) : nil
    }
    return Answer(
      question,
      DetectableGap(
        groups: cells.count, positives: positives,
        negatives: negatives, at80Percent: at80 ?? plan.area, at90Percent: at90 ?? plan.area,
        requiredPerClassForDelta: required,
        sentence: sentence(at80, at90, required, basis: basis(pilot, clusters: clusters)),
        isReachable: at80 != nil, familySize: rule.familySize, level: level,
        seed: specification.seed))
  }

  private func basis(_ pilot: PilotGap?, clusters: Int) -> String {
    var parts: [String] = []
    if let pilot {
      parts.append(
        "from the pilot \(pilot.name): standard error \(Words.area(pilot.standardError)) with "
          + "\(Words.grouped(pilot.clusters)) clusters, here \(Words.grouped(clusters))")
    } else {
      let images = cells.contains { $0.group != nil } ? 1 : max(1, assumptions.imagesPerCluster)
      parts.append(
        "assuming AUC \(Words.fixed(assumptions.auc, 2)), correlation "
          + "\(Words.fixed(assumptions.armCorrelation, 2)) between groups"
          + (images > 1
            ? ", \(Words.fixed(images, 1)) images per cluster and group correlated by "
              + Words.fixed(assumptions.imageCorrelation, 2) : ""))
    }
    parts.append("of the smallest group to all others, the only gap of the audit")
    var rules =
      specification.multiplicity == .none
      ? "not adjusted for \(Words.hypotheses(rule.familySize))"
      : "adjusted for \(Words.hypotheses(rule.familySize))"
    switch rule.comparison {
    case .allPairs: break
    case .with: rules += ", every group compared with the reference group"
    case .withAllOthers: rules += ", every group compared with all others together"
    }
    if rule.hasPlacebo { rules += ", beyond the seed placebo's" }
    if rule.panel > 0 { rules += ", beyond the panel's" }
    if specification.harm > 0 {
      rules += ", beyond the harm margin of \(Words.area(specification.harm))"
    }
    parts.append(rules)
    parts.append("seed \(specification.seed)")
    return parts.joined(separator: "; ")
  }

  private func sentence(_ at80: Double?, _ at90: Double?, _ required: Int?, basis: String) -> String
  {
    let positives = cells.map(\.positives).min() ?? 0
    let negatives = cells.map(\.negatives).min() ?? 0
    let isEven = cells.allSatisfy { $0 == cells[0] }
    var text =
      "\(subject): with "
      + "\(Words.grouped(positives)) positive and \(Words.grouped(negatives)) negative clusters "
      + "\(isEven ? "per group and " : "in the smallest of ")\(cells.count) groups, a true gap of "
    switch (at80, at90) {
    case (let at80?, let at90?):
      text +=
        "\(Words.area(at80)) in AUC is flagged with 80 % power and one of \(Words.area(at90)) with 90 %"
    case (let at80?, nil):
      text += "\(Words.area(at80)) in AUC is flagged with 80 % power, and none with 90 %"
    case (nil, _):
      text += "any size goes unfound in one audit of five or more: the design is too small"
    }
    text += " (\(basis))"
    if let required {
      text +=
        "; showing differences of 0 to be within \(Words.area(specification.delta)) takes about "
        + "\(Words.grouped(required)) clusters per class and group"
    } else if rule.groupsLeftOut > 0 {
      text +=
        "; within δ cannot be said, as \(Words.count(rule.groupsLeftOut, "group")) of it "
        + (rule.groupsLeftOut == 1 ? "is" : "are") + " too small to be compared"
    }
    return text + "."
  }
}
