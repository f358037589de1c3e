import AuditModel
import Vocabulary

/// The rows of one attribute of one table before anything was left out.
package struct RowAccount: Sendable, Equatable {
  package var rows: Int
  package var withoutValue: Int
  package var inNoGroup: Int
  /// Values that no group holds, commonest first.
  package var outside: [Accounting.Outside]
  /// In the order of the attribute's groups; positives and negatives are filled in by the analysis.
  package var groups: [Accounting.Group]

  package init(
    rows: Int, withoutValue: Int, inNoGroup: Int, outside: [Accounting.Outside],
    groups: [Accounting.Group]
  ) {
    self.rows = rows
    self.withoutValue = withoutValue
    self.inNoGroup = inNoGroup
    self.outside = outside
    self.groups = groups
  }

  /// Joins the counts with what was analysed of every group.
  func accounting(of question: Question, results: [SubgroupResult]) -> Accounting {
    let analysed = Dictionary(results.map { ($0.group, $0) }, uniquingKeysWith: { a, _ in a })
    let groups = groups.map { group -> Accounting.Group in
      var group = group
      let result = analysed[group.group]
      group.positives = result?.positives ?? 0
      group.negatives = result?.negatives ?? 0
      if let bounds = Self.worstCase(group, auc: result?.auc) {
        group.worstCaseLower = bounds.lower
        group.worstCaseUpper = bounds.upper
      }
      return group
    }
    return Accounting(
      question,
      RowCounts(
        rows: rows, withoutValue: withoutValue, inNoGroup: inNoGroup,
        outside: Array(outside.prefix(20)), groups: groups))
  }

  /// The AUC if every missing score were the worst possible, and if it were the best.
  ///
  /// Only pairs of two scored cases are known; all others are lost, or all won.
  private static func worstCase(
    _ group: Accounting.Group, auc: Double?
  ) -> (lower: Double, upper: Double)? {
    guard let auc, group.withoutScore > 0 else { return nil }
    let known = Double(group.positives) * Double(group.negatives)
    let all =
      Double(group.positives + group.positivesWithoutScore)
      * Double(group.negatives + group.negativesWithoutScore)
    guard all > 0 else { return nil }
    return (known * auc / all, (known * auc + all - known) / all)
  }
}

extension Answer where Content == RowCounts {
  /// Why it must not be said that all groups do alike; `nil` where nothing stands against it.
  ///
  /// - Parameter share: The share of missing rows that the plan lets pass.
  func obstacle(share: Double) -> String? {
    if content.inNoGroup > 0 {
      let named = content.outside.prefix(3).map { "\($0.value) (\(Words.grouped($0.rows)))" }
      return
        "\(Words.count(content.inNoGroup, "image")) of the table belong to no group that was "
        + "compared: \(question.attribute) " + Words.list(named)
        + (content.outside.count > 3 ? " and other values" : "")
    }
    let valueless =
      content.rows > 0 ? Double(content.withoutValue) / Double(content.rows) : 0
    if valueless > share {
      return
        "\(Words.share(valueless)) of the images have no value of "
        + "\(question.attribute), more than the \(Words.share(share)) that the plan lets pass"
    }
    guard let worst = content.groups.max(by: { $0.missingShare < $1.missingShare }),
      worst.missingShare > share
    else { return nil }
    return
      "\(Words.share(worst.missingShare)) of the images of \(question.attribute) \(worst.group) "
      + "have no label or no score (\(Words.grouped(worst.withoutLabel)) and "
      + "\(Words.grouped(worst.withoutScore)) of \(Words.grouped(worst.rows))), more than the "
      + "\(Words.share(share)) that the plan lets pass"
  }
}

extension Words {
  /// A share as a percentage with at most one decimal.
  static func share(_ value: Double) -> String {
    let text = fixed(value * 100, 1)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
  }
}
