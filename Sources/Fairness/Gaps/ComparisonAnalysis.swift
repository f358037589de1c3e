import AuditModel
import Statistics
import Vocabulary

/// All pairs of groups of one attribute of one table, and what follows for the attribute.
struct ComparisonAnalysis {
  /// Beyond this many evaluable groups, all pairs are no sensible question.
  static let groupLimit = 64
  /// Below this many clusters in a class of a group, the normal distribution is too optimistic.
  static let normalTheoryClusters = 30

  var comparisons: [ComparisonResult] = []
  /// `nil` when fewer than two groups, or too many, can be compared.
  var evidence: Evidence?
  /// Why there is no evidence, or what limits it.
  var reasons: [String] = []

  /// Simultaneous evidence on the differences between the evaluable groups.
  struct Evidence {
    /// Indices among the attribute's groups.
    var groups: [Int]
    var contrasts: [GroupContrast]
    var maxT: MaxT
    var methodWords: String
    /// Same quantity by normal theory, when resampling was used.
    var normalP: Double?
    var rangeNull: RangeNull
    var range: Double
    var betweenGroupVariance: Double
    var clusters: Int
    /// Largest p of the two one-sided tests over all pairs: "some pair differs by δ or more".
    var equivalenceP: Double
    /// Student degrees of freedom of the equivalence tests; `nil` for normal theory.
    var equivalenceFreedom: Double?
    var largestStandardError: Double
    /// Index of the contrast with the largest |z|.
    var worst: Int

    var pMaxT: Double { maxT.pValues.compactMap { $0 }.min() ?? 1 }
    var rangeLower: Double? {
      guard maxT.criticalValue.isFinite else { return nil }
      return max(
        0,
        contrasts.map { abs($0.difference) - maxT.criticalValue * $0.standardError }.max() ?? 0)
    }
    var rangeUpper: Double? {
      guard maxT.criticalValue.isFinite else { return nil }
      return contrasts.map { abs($0.difference) + maxT.criticalValue * $0.standardError }.max()
    }
  }

  init(
    _ table: EvaluationTable, cases: SortedCases, attribute: AttributeColumn,
    subgroups: SubgroupAnalysis, specification: AnalysisSpecification
  ) {
    let evaluable = subgroups.evaluable
    if let reason = attribute.notEvaluableReason {
      reasons.append(reason)
    } else {
      for result in subgroups.results where result.status != .ok && subgroups.results.count <= 100 {
        reasons.append("\(attribute.name) \(result.group) \(result.reason ?? "")")
      }
      let excluded = subgroups.results.count - evaluable.count
      if subgroups.results.count > 100, excluded > 0 {
        reasons.append(
          "\(Words.grouped(excluded)) of \(Words.grouped(subgroups.results.count)) groups are too small or not estimable"
        )
      }
      if evaluable.count > Self.groupLimit {
        reasons.append(
          "\(evaluable.count) groups make too many pairs to compare at once; group the values of "
            + "\(attribute.name) with a rule in analysis.groups")
      } else if evaluable.count < 2 {
        reasons.append(
          evaluable.isEmpty
            ? "no group can be evaluated"
            : "only one group can be evaluated (\(attribute.groups[evaluable[0]]))")
      } else {
        evidence = Self.evidence(
          table, cases: cases, attribute: attribute, grouped: subgroups.grouped,
          groups: evaluable, specification: specification)
      }
    }
    comparisons = rows(
      table, attribute: attribute, subgroups: subgroups, specification: specification)
  }

  private static func evidence(
    _ table: EvaluationTable, cases: SortedCases, attribute: AttributeColumn,
    grouped: GroupedAUC, groups: [Int], specification: AnalysisSpecification
  ) -> Evidence? {
    let auc = groups.map { grouped.auc[$0] }
    let joint = grouped.jointCovariance(of: groups)
    let contrasts = GroupContrast.allPairs(auc: auc, covariance: joint.covariance)
    guard
      let worst = contrasts.indices.filter({ contrasts[$0].z != nil })
        .max(by: { abs(contrasts[$0].z ?? 0) < abs(contrasts[$1].z ?? 0) })
    else { return nil }
    let level = 1 - specification.alpha
    let path = [
      "fairness", table.classifier, table.cohort, table.finding, attribute.name,
    ]
    let normal = MaxT.normal(
      contrasts, covariance: joint.covariance, level: level, seed: specification.seed, path: path)
    let smallest =
      groups.map {
        min(grouped.positiveClusters[$0], grouped.negativeClusters[$0])
      }.min() ?? 0
    var maxT = normal.maxT
    var words = "multivariate normal theory, clusters = \(table.clusterUnit)"
    if smallest < normalTheoryClusters {
      // Disjoint groups permute clusters, arms permute within base cases; in between, only drawing
      // whole clusters respects the sharing.
      let overlap = grouped.overlap(of: groups)
      let scheme: ResampledMaxT.Scheme =
        overlap <= 0.1 ? .betweenClusters : overlap >= 0.9 ? .withinClusters : .bootstrapT
      var place = [Int32](repeating: -1, count: attribute.groups.count)
      for (index, group) in groups.enumerated() { place[group] = Int32(index) }
      let resampled = ResampledMaxT(
        cases, membership: attribute.membership.map { $0 < 0 ? -1 : place[Int($0)] },
        groupCount: groups.count, contrasts: contrasts)
      maxT = resampled.run(
        scheme, level: level, replicates: specification.replicates, seed: specification.seed,
        path: path)
      switch scheme {
      case .betweenClusters:
        words = "permutation of groups between \(table.clusterUnit)"
      case .withinClusters:
        words = "permutation of arms within \(table.clusterUnit)"
      case .bootstrapT:
        words = "bootstrap-t over \(table.clusterUnit)"
      }
      words += ", \(Words.grouped(maxT.replicates)) replicates"
    }
    let freedom = smallest < normalTheoryClusters ? Double(max(1, smallest - 1)) : nil
    // A difference without variance is no evidence of anything, least of all of equality.
    let equivalenceP =
      contrasts.map {
        $0.z == nil
          ? 1
          : Equivalence.twoOneSidedP(
            difference: $0.difference, standardError: $0.standardError, margin: specification.delta,
            degreesOfFreedom: freedom)
      }.max() ?? 1
    return Evidence(
      groups: groups, contrasts: contrasts, maxT: maxT, methodWords: words,
      normalP: maxT.method == .normal ? nil : normal.maxT.pValues.compactMap { $0 }.min(),
      rangeNull: normal.rangeNull, range: (auc.max() ?? 0) - (auc.min() ?? 0),
      betweenGroupVariance: betweenGroupVariance(auc, joint.covariance),
      clusters: joint.clusters, equivalenceP: equivalenceP, equivalenceFreedom: freedom,
      largestStandardError: contrasts.map(\.standardError).max() ?? 0, worst: worst)
  }

  /// Spread of the AUCs beyond their noise: var(θ) − (mean variance − mean covariance), at least 0.
  private static func betweenGroupVariance(_ auc: [Double], _ covariance: SymmetricMatrix) -> Double
  {
    let count = Double(auc.count)
    let mean = auc.reduce(0, +) / count
    let spread = auc.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    var (diagonal, rest) = (0.0, 0.0)
    for row in auc.indices {
      for column in auc.indices {
        if row == column {
          diagonal += covariance[row, column]
        } else {
          rest += covariance[row, column]
        }
      }
    }
    return max(0, spread - (diagonal / count - rest / (count * (count - 1))))
  }

  /// One row per pair; pairs with a group that cannot be evaluated carry the reason and no number.
  private func rows(
    _ table: EvaluationTable, attribute: AttributeColumn, subgroups: SubgroupAnalysis,
    specification: AnalysisSpecification
  ) -> [ComparisonResult] {
    let count = attribute.groups.count
    // 10,000 groups would make 50 million rows; beyond 100 groups only evaluable pairs are listed.
    let shown = count <= 100 ? Array(0..<count) : evidence?.groups ?? []
    var contrastOfPair: [Int: Int] = [:]
    if let evidence {
      for (index, contrast) in evidence.contrasts.enumerated() {
        contrastOfPair[evidence.groups[contrast.first] * count + evidence.groups[contrast.second]] =
          index
      }
    }
    var rows: [ComparisonResult] = []
    for (position, first) in shown.enumerated() {
      for second in shown[(position + 1)...] {
        var row = ComparisonResult(
          classifier: table.classifier, cohort: table.cohort, finding: table.finding,
          attribute: attribute.name, groupA: attribute.groups[first],
          groupB: attribute.groups[second])
        if let evidence, let index = contrastOfPair[first * count + second] {
          fill(&row, evidence.contrasts[index], evidence, index, specification)
        } else {
          row.reason =
            attribute.notEvaluableReason
            ?? [first, second].compactMap { group in
              subgroups.results[group].reason.map { "\(attribute.groups[group]) \($0)" }
            }.joined(separator: "; ")
          if row.reason?.isEmpty != false { row.reason = reasons.last }
        }
        rows.append(row)
      }
    }
    return rows
  }

  private func fill(
    _ row: inout ComparisonResult, _ contrast: GroupContrast, _ evidence: Evidence, _ index: Int,
    _ specification: AnalysisSpecification
  ) {
    row.difference = contrast.difference
    row.standardError = contrast.standardError
    row.z = contrast.z
    row.p = contrast.pValue
    row.pMaxT = evidence.maxT.pValues[index]
    guard contrast.z != nil else {
      row.reason = "the difference has no variance, so it cannot be tested"
      return
    }
    if evidence.maxT.criticalValue.isFinite {
      row.lower = contrast.difference - evidence.maxT.criticalValue * contrast.standardError
      row.upper = contrast.difference + evidence.maxT.criticalValue * contrast.standardError
    } else {
      row.reason = "too few resamples for simultaneous limits at this level"
    }
    row.withinDelta =
      Equivalence.twoOneSidedP(
        difference: contrast.difference, standardError: contrast.standardError,
        margin: specification.delta,
        degreesOfFreedom: evidence.equivalenceFreedom) <= specification.alpha
  }
}
